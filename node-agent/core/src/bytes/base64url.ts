/** base64url without padding (RFC 4648 section 5): bytes in JSON and in links. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const values = new Int8Array(128).fill(-1);
for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;

export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  let i = 0;
  for (; i + 2 < bytes.length; i += 3) {
    const triple = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    text += alphabet[triple >> 18]! + alphabet[(triple >> 12) & 63]!;
    text += alphabet[(triple >> 6) & 63]! + alphabet[triple & 63]!;
  }
  const left = bytes.length - i;
  if (left === 1) {
    text += alphabet[bytes[i]! >> 2]! + alphabet[(bytes[i]! & 3) << 4]!;
  } else if (left === 2) {
    const pair = (bytes[i]! << 8) | bytes[i + 1]!;
    text += alphabet[pair >> 10]! + alphabet[(pair >> 4) & 63]! + alphabet[(pair & 15) << 2]!;
  }
  return text;
}

/** The bytes, or undefined for anything but the one canonical text of some bytes. */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let bitCount = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? values[code]! : -1;
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[at++] = (bits >> bitCount) & 0xff;
    }
  }
  // Left-over bits must be zero, or two texts would stand for the same bytes.
  return (bits & ((1 << bitCount) - 1)) === 0 ? bytes : undefined;
}
