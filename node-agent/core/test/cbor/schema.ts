/**
 * What a CborReader is asked to read, as data: so that tests can draw formats at random, and so
 * that the vectors of cbor.json can name theirs. `readBy` drives the reader as a decoder of ours
 * would.
 */
import type { CborValue } from '../../src/cbor/encode.ts';
import type { CborReader } from '../../src/cbor/reader.ts';

export type Schema =
  | { readonly uint: { readonly min: number; readonly max: number } }
  | { readonly bytes: { readonly min: number; readonly max: number } }
  | { readonly text: { readonly max: number } }
  | { readonly array: readonly Schema[] };

export function readBy(reader: CborReader, schema: Schema): CborValue {
  if ('uint' in schema) return reader.uint(schema.uint.max, schema.uint.min);
  if ('bytes' in schema) return reader.bytes(schema.bytes.max, schema.bytes.min);
  if ('text' in schema) return reader.text(schema.text.max);
  reader.array(schema.array.length);
  return schema.array.map((item) => readBy(reader, item));
}

/** Whether a value that a general decoder gave is one that the schema asks for. */
export function conforms(value: unknown, schema: Schema): boolean {
  if ('uint' in schema) {
    const { min, max } = schema.uint;
    return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  }
  if ('bytes' in schema) {
    const { min, max } = schema.bytes;
    return value instanceof Uint8Array && value.length >= min && value.length <= max;
  }
  if ('text' in schema) {
    return typeof value === 'string' && Buffer.byteLength(value) <= schema.text.max;
  }
  const items = schema.array;
  if (!Array.isArray(value) || value.length !== items.length) return false;
  return items.every((item, i) => conforms(value[i], item));
}
