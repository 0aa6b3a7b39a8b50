/**
 * Reads QR codes from a photo or from the camera: a chunk of its own, because few people need it.
 * Photos are scaled down first; a phone's camera gives far more pixels than a code has.
 */
import jsQR from 'jsqr';
import { webLimits } from '../limits.ts';

type Picture = HTMLImageElement | HTMLVideoElement;

function readPicture(picture: Picture, width: number, height: number): string | undefined {
  const scale = Math.min(1, webLimits.photoSidePixelsMax / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return undefined;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  return jsQR(pixels.data, pixels.width, pixels.height)?.data;
}

/** The text of the QR code in a photo; undefined when none is found. */
export async function readPhoto(photo: Blob): Promise<string | undefined> {
  const url = URL.createObjectURL(photo);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return readPicture(image, image.naturalWidth, image.naturalHeight);
  } catch {
    return undefined;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Shows the camera and calls `onFound` once; returns what stops it. Rejects without a camera. */
export async function watchCamera(
  video: HTMLVideoElement,
  onFound: (text: string) => void,
): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment' },
  });
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
  };
  video.srcObject = stream;
  await video.play();
  timer = window.setInterval(() => {
    const text = video.videoWidth > 0 && readPicture(video, video.videoWidth, video.videoHeight);
    if (!text) return;
    stop();
    onFound(text);
  }, 250);
  return stop;
}
