/**
 * Deterministic CBOR encoding (RFC 8949 section 4.2.1) through cborg. Only what our formats use:
 * unsigned integers, byte strings, text and arrays. A number that is not one would silently become
 * a float or a negative integer, which no reader of ours takes; so it throws, before anything is
 * signed.
 */
import { encode, rfc8949EncodeOptions } from 'cborg';

export type CborValue = number | string | Uint8Array | readonly CborValue[];

/** Throws a RangeError for a number that is not a whole one from 0 to 2^53 - 1. */
export function encodeCbor(value: CborValue): Uint8Array {
  requireUints(value);
  // A copy: in Node cborg returns now and then a Buffer, whose slice() does not copy.
  return new Uint8Array(encode(value, rfc8949EncodeOptions));
}

function requireUints(value: CborValue): void {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a uint: ${value}`);
  } else if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
    for (const item of value) requireUints(item);
  }
}
