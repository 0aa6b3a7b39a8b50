/**
 * The first 8 bytes of a bundle id: how neighbours name bundles in announcements, offers and
 * answers (step 4 of a message's way). In memory it is a text of four 16-bit units, a cheap map
 * key; on the wire it is the bytes. Not keyed by the session, see docs/adr/ on why that is safe.
 */
export const prefixBytes = 8;

export type IdPrefix = string;

/** Of an id, or of any bytes at least 8 long, from `at` on. */
export function prefixOf(bytes: Uint8Array, at = 0): IdPrefix {
  return String.fromCharCode(
    (bytes[at]! << 8) | bytes[at + 1]!,
    (bytes[at + 2]! << 8) | bytes[at + 3]!,
    (bytes[at + 4]! << 8) | bytes[at + 5]!,
    (bytes[at + 6]! << 8) | bytes[at + 7]!,
  );
}

/** Many prefixes as bytes, one after the other. */
export function encodePrefixes(prefixes: readonly IdPrefix[]): Uint8Array {
  const bytes = new Uint8Array(prefixes.length * prefixBytes);
  let at = 0;
  for (const prefix of prefixes) {
    for (let i = 0; i < 4; i++) {
      const unit = prefix.charCodeAt(i);
      bytes[at++] = unit >> 8;
      bytes[at++] = unit & 255;
    }
  }
  return bytes;
}

/** 1 to `max` prefixes, or undefined when the bytes are not exactly that. */
export function decodePrefixes(bytes: Uint8Array, max: number): IdPrefix[] | undefined {
  const count = bytes.length / prefixBytes;
  if (!Number.isInteger(count) || count < 1 || count > max) return undefined;
  const prefixes: IdPrefix[] = [];
  for (let at = 0; at < bytes.length; at += prefixBytes) prefixes.push(prefixOf(bytes, at));
  return prefixes;
}
