/**
 * The two ways to read a QR code: from a photo, which works on plain http too, and with the camera,
 * where the browser gives it. What reads them is loaded when it is wanted.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { s } from '../../strings/sheet.en.ts';
import { CameraIcon } from '../icons.tsx';
import { offers } from '../ui-state.ts';

interface QrProps {
  /** The text of a code. */
  onFound(text: string): void;
  /** What to tell the person instead. */
  onNote(note: string): void;
}

export function QrInputs({ onFound, onNote }: QrProps) {
  const [scanning, setScanning] = useState(false);
  const onPhoto = async (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const photo = input.files?.[0];
    if (!photo) return;
    onNote(s.join.reading);
    try {
      const { readPhoto } = await import('../qr-read.ts');
      const text = await readPhoto(photo);
      if (text === undefined) onNote(s.join.noQr);
      else onFound(text);
    } catch {
      onNote(s.join.noReader);
    }
    input.value = '';
  };
  return (
    <>
      <div class="row-buttons">
        <label class="quiet-button file-button">
          <CameraIcon />
          {s.join.photo}
          <input type="file" accept="image/*" onChange={onPhoto} />
        </label>
        {offers.camera && !scanning && (
          <button type="button" class="quiet-button" onClick={() => setScanning(true)}>
            <CameraIcon />
            {s.join.camera}
          </button>
        )}
      </div>
      {scanning && (
        <Camera
          onFound={(text) => {
            setScanning(false);
            onFound(text);
          }}
          onNote={(note) => {
            setScanning(false);
            onNote(note);
          }}
        />
      )}
    </>
  );
}

function Camera({ onFound, onNote }: QrProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    let over = false;
    let stop = () => {};
    import('../qr-read.ts')
      .then(({ watchCamera }) => watchCamera(video.current!, onFound))
      .then(
        (stopWatching) => {
          stop = stopWatching;
          if (over) stop();
        },
        () => over || onNote(s.join.noCamera),
      );
    return () => {
      over = true;
      stop();
    };
  }, []);
  return <video ref={video} class="camera" muted playsInline aria-label={s.join.camera} />;
}
