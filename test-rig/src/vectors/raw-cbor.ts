/**
 * CBOR put together by hand, for what the encoder of the core cannot be made to write: wrong types,
 * forms that are not the shortest, heads that declare more than there is.
 */
import { concat, encodeCbor, fromHex } from '@muster/core';

export type Item = Parameters<typeof encodeCbor>[0];

/** Bytes from hexadecimal; spaces are for the eye. */
export function hex(text: string): Uint8Array {
  const bytes = fromHex(text.replaceAll(' ', ''));
  if (!bytes) throw new RangeError(`not hexadecimal: ${text}`);
  return bytes;
}

/**
 * The items of an array encoded one by one; an item of text in `raw` takes the place of its own.
 */
export function arrayWith(
  items: readonly Item[],
  raw: Readonly<Record<number, string>> = {},
  head: Uint8Array = Uint8Array.of(0x80 | items.length),
): Uint8Array {
  const encoded = items.map((item, i) => {
    const given = raw[i];
    return given === undefined ? encodeCbor(item) : hex(given);
  });
  return concat(head, ...encoded);
}
