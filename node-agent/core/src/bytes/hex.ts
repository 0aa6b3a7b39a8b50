/** Hexadecimal text, lower case: for logs, vectors and map keys. */
const digits = '0123456789abcdef';
const pairs: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => digits[byte >> 4]! + digits[byte & 15]!,
);

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += pairs[byte];
  return text;
}

/** The bytes, or undefined when the text is not an even number of hexadecimal digits. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  }
  return bytes;
}

/** The first four bytes in hexadecimal: enough to tell keys and ids apart in a log. */
export function shortId(bytes: Uint8Array): string {
  return toHex(bytes.subarray(0, 4));
}
