/**
 * Deterministic CBOR encoding (RFC 8949 section 4.2.1) through cborg. Only what our formats use:
 * unsigned integers, byte strings, text and arrays.
 */
import { encode, rfc8949EncodeOptions } from 'cborg';

export type CborValue = number | string | Uint8Array | readonly CborValue[];

export function encodeCbor(value: CborValue): Uint8Array {
  return encode(value, rfc8949EncodeOptions);
}
