/** cbor.json against the core's reader and encoder. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CborReader, type CborValue, encodeCbor } from '../../src/cbor/index.ts';
import { readBy, type Schema } from '../cbor/schema.ts';
import { bytes, load } from './load.ts';

type JsonValue = number | string | readonly JsonValue[];
interface CborFile {
  readonly accept: readonly {
    readonly bytes: string;
    readonly read: Schema;
    readonly value: JsonValue;
  }[];
  readonly refuse: readonly {
    readonly bytes: string;
    readonly read: Schema;
    readonly why: string;
  }[];
}

const file = load<CborFile>('cbor.json');

/** The value as the reader gives it: hexadecimal is bytes where the schema asks for bytes. */
function typed(value: JsonValue, schema: Schema): CborValue {
  if ('bytes' in schema) return bytes(value as string);
  if (!('array' in schema)) return value as CborValue;
  return schema.array.map((item, i) => typed((value as readonly JsonValue[])[i]!, item));
}

test('accepted, read to the value, and encoded to the same bytes', () => {
  for (const vector of file.accept) {
    const reader = new CborReader(bytes(vector.bytes));
    const value = readBy(reader, vector.read);
    assert.ok(reader.done(), vector.bytes);
    assert.deepEqual(value, typed(vector.value, vector.read));
    assert.deepEqual(encodeCbor(value), bytes(vector.bytes));
  }
});

test('refused', () => {
  for (const { bytes: hex, read, why } of file.refuse) {
    const reader = new CborReader(bytes(hex));
    readBy(reader, read);
    assert.ok(!reader.done(), why);
  }
});
