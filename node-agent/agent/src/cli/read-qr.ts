/** Reads the QR code in a picture (PNG), such as a screenshot or a photo of a label. */
import { readFileSync } from 'node:fs';
import { MusterError } from '@muster/core';

/** A screenshot or photo of today; a larger file is none that shows one code. */
const fileBytesMax = 32 * 1024 * 1024;
/** Width times height, which the file's head says before anything is unpacked. */
const dotsMax = 50_000_000;
const headBytes = 24;

export async function readQr(path: string): Promise<string> {
  const [{ PNG }, { default: jsqr }] = await Promise.all([import('pngjs'), import('jsqr')]);
  const file = readPicture(path);
  const { data, width, height } = unpack(() => PNG.sync.read(file), path);
  const read = functionIn(jsqr);
  const found = read(new Uint8ClampedArray(data), width, height);
  if (found?.data) return found.data;
  const mend = 'Take it straight from above, the whole code with its white edge, in good light.';
  throw new MusterError('picture-without-code', `No QR code is seen in ${path}`, mend);
}

type ReadDots = (
  dots: Uint8ClampedArray,
  width: number,
  height: number,
) => { readonly data: string } | null;

/** The package is CommonJS: its types and what comes differ by a `default`. */
function functionIn(module: unknown): ReadDots {
  return module instanceof Function
    ? (module as ReadDots)
    : (module as { default: ReadDots }).default;
}

function readPicture(path: string): Buffer {
  const file = readWhole(path);
  const fits = file.length <= fileBytesMax && file.length > headBytes;
  const dots = fits ? file.readUInt32BE(16) * file.readUInt32BE(20) : 0;
  if (dots > 0 && dots <= dotsMax) return file;
  throw noPicture(path);
}

function readWhole(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const mend = 'Check its name, and that you may read it.';
    throw new MusterError('file-unreadable', `${path} cannot be read (${code})`, mend);
  }
}

function unpack<T>(read: () => T, path: string): T {
  try {
    return read();
  } catch {
    throw noPicture(path);
  }
}

function noPicture(path: string): MusterError {
  const mend = 'Save the photo as PNG, or type the text below the code instead.';
  return new MusterError('picture-wrong', `${path} is no picture that can be read here`, mend);
}
