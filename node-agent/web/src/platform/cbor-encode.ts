/**
 * What the core uses of cborg, for the few types that its formats have: in the build of the page it
 * stands in cborg's place, because the library's other types would cost every phone 6 kB on a
 * crowded air. Deterministic (RFC 8949, section 4.2.1); a test holds it against cborg.
 */
type Value = number | string | Uint8Array | readonly Value[];

export const rfc8949EncodeOptions = {};

const major = { uint: 0, bytes: 2, text: 3, array: 4 } as const;
const encoder = new TextEncoder();

/** The shortest head of a major type with its argument, 0 to 2^53 - 1. */
function head(type: number, argument: number): number[] {
  const first = type << 5;
  if (argument < 24) return [first | argument];
  const [code, length] =
    argument < 2 ** 8
      ? [24, 1]
      : argument < 2 ** 16
        ? [25, 2]
        : argument < 2 ** 32
          ? [26, 4]
          : [27, 8];
  const octets = Array.from({ length }, (_, i) => Math.floor(argument / 256 ** (length - 1 - i)));
  return [first | code, ...octets.map((octet) => octet % 256)];
}

/** Into pieces, because the length of the whole is known only at the end. */
function write(value: Value, pieces: (Uint8Array | readonly number[])[]): void {
  if (typeof value === 'number') {
    pieces.push(head(major.uint, value));
  } else if (typeof value === 'string' || value instanceof Uint8Array) {
    const bytes = typeof value === 'string' ? encoder.encode(value) : value;
    pieces.push(head(typeof value === 'string' ? major.text : major.bytes, bytes.length), bytes);
  } else {
    pieces.push(head(major.array, value.length));
    for (const item of value) write(item, pieces);
  }
}

export function encode(value: Value): Uint8Array {
  const pieces: (Uint8Array | readonly number[])[] = [];
  write(value, pieces);
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
