/**
 * base32 without padding (RFC 4648 section 6): bytes in the alphanumeric mode of QR codes, and in
 * text that people read out or type.
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function toBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let bitCount = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff;
    bitCount += 8;
    for (; bitCount >= 5; bitCount -= 5) text += alphabet[(bits >> (bitCount - 5)) & 31]!;
  }
  return bitCount === 0 ? text : text + alphabet[(bits << (5 - bitCount)) & 31]!;
}

/** The bytes, or undefined for anything but the one upper-case text of some bytes. */
export function fromBase32(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let bits = 0;
  let bitCount = 0;
  let at = 0;
  for (const letter of text) {
    const value = alphabet.indexOf(letter);
    if (value < 0) return undefined;
    bits = ((bits << 5) | value) & 0xfff;
    bitCount += 5;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[at++] = (bits >> bitCount) & 0xff;
    }
  }
  // A letter that gives no byte, or bits left over, would be a second text for the same bytes.
  return bitCount < 5 && (bits & ((1 << bitCount) - 1)) === 0 ? bytes : undefined;
}
