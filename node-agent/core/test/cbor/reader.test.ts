import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import fc from 'fast-check';
import { type CborValue, encodeCbor } from '../../src/cbor/encode.ts';
import { CborReader } from '../../src/cbor/reader.ts';
import { bitFlips, byteChanges, hostileCbor, truncated } from '../support/mutations.ts';
import { conforms, readBy, type Schema } from './schema.ts';

const lengths = fc.constantFrom(0, 1, 23, 24, 255, 256, 300);
const edges = [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];
const uints = fc.oneof(fc.constantFrom(...edges), fc.maxSafeNat());

type Drawn = { readonly schema: Schema; readonly value: CborValue };

const drawnUint = uints.map(
  (value): Drawn => ({ schema: { uint: { min: 0, max: value } }, value }),
);
const drawnBytes = lengths.map((length): Drawn => {
  const value = new Uint8Array(length).fill(0x61);
  return { schema: { bytes: { min: 0, max: length } }, value };
});
const drawnText = fc.string({ unit: 'binary', maxLength: 30 }).map((value): Drawn => {
  return { schema: { text: { max: Buffer.byteLength(value) } }, value };
});
/** A format of ours at random, with a value that it takes; arrays up to three deep. */
const { drawn } = fc.letrec<{ drawn: Drawn; list: Drawn }>((tie) => ({
  drawn: fc.oneof({ maxDepth: 3 }, drawnUint, drawnBytes, drawnText, tie('list')),
  list: fc.array(tie('drawn'), { maxLength: 5 }).map(
    (items): Drawn => ({
      schema: { array: items.map((item) => item.schema) },
      value: items.map((item) => item.value),
    }),
  ),
}));

function accepted(bytes: Uint8Array, schema: Schema): { value: CborValue } | undefined {
  const reader = new CborReader(bytes);
  const value = readBy(reader, schema);
  return reader.done() ? { value } : undefined;
}

/** The judgement of cborg: strict decoding to what the schema asks, and the same bytes again. */
function peerAccepts(bytes: Uint8Array, schema: Schema): boolean {
  try {
    const value = decode(bytes, { strict: true, allowIndefinite: false });
    if (!conforms(value, schema)) return false;
    return Buffer.compare(encode(value, rfc8949EncodeOptions), bytes) === 0;
  } catch {
    return false;
  }
}

test('reads all that the encoder writes, to the last byte', () => {
  fc.assert(
    fc.property(drawn, ({ schema, value }) => {
      assert.deepEqual(accepted(encodeCbor(value), schema), { value });
    }),
  );
});

test('takes and refuses exactly what cborg takes and encodes to the same bytes', () => {
  fc.assert(
    fc.property(
      drawn,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
      ({ schema, value }, changes) => {
        const bytes = encodeCbor(value).slice();
        for (const [at, to] of changes) bytes[at % bytes.length] = to;
        const read = accepted(bytes, schema);
        assert.equal(read !== undefined, peerAccepts(bytes, schema));
        if (read) assert.deepEqual(encodeCbor(read.value), bytes);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('judges one format like cborg on every bit and byte changed, and refuses every prefix', () => {
  const sample: CborValue = [1, 24, 2 ** 32, new Uint8Array(24), 'grüße', [[300, '']]];
  const text = { text: { max: 30 } };
  const uint = { uint: { min: 0, max: 2 ** 53 - 1 } };
  const schema: Schema = {
    array: [
      uint,
      uint,
      uint,
      { bytes: { min: 0, max: 30 } },
      text,
      { array: [{ array: [uint, text] }] },
    ],
  };
  const bytes = encodeCbor(sample);
  assert.ok(accepted(bytes, schema));
  let taken = 0;
  for (const changed of [...bitFlips(bytes), ...byteChanges(bytes)]) {
    const read = accepted(changed, schema);
    assert.equal(
      read !== undefined,
      peerAccepts(changed, schema),
      Buffer.from(changed).toString('hex'),
    );
    if (read) taken++;
  }
  assert.ok(taken > 200, 'most changes inside of values are other valid values');
  for (const cut of truncated(bytes)) assert.equal(accepted(cut, schema), undefined);
  assert.equal(accepted(Uint8Array.from([...bytes, 0]), schema), undefined);
});

test('refuses every integer that is not in its shortest form', () => {
  const long = ['1800', '1817', '190000', '1900ff', '1a00000000', '1a0000ffff'];
  const longest = ['1b0000000000000000', '1b00000000ffffffff'];
  const beyond = ['1b0020000000000000', '1bffffffffffffffff', '1c', '1d', '1e', '1f'];
  for (const hex of [...long, ...longest, ...beyond]) {
    const reader = new CborReader(Buffer.from(hex, 'hex'));
    reader.uint(Number.MAX_SAFE_INTEGER);
    assert.ok(reader.failed, hex);
  }
  // The same forms as lengths.
  const asLength = [
    '5800',
    '581700',
    '590001aa',
    '5f41aaff',
    '7800',
    '7f6161ff',
    '980101',
    '9f01ff',
  ];
  for (const hex of asLength) {
    const bytes = Buffer.from(hex, 'hex');
    for (const schema of [{ bytes: { min: 0, max: 99 } }, { text: { max: 99 } }] as const) {
      assert.equal(accepted(bytes, schema), undefined, hex);
    }
    assert.equal(accepted(bytes, { array: [{ uint: { min: 0, max: 9 } }] }), undefined, hex);
  }
});

test('refuses hostile input under every question, without allocating what it declares', () => {
  const most = Number.MAX_SAFE_INTEGER;
  for (const [name, bytes] of Object.entries(hostileCbor)) {
    for (const ask of ['uint', 'bytes', 'text', 'array'] as const) {
      const reader = new CborReader(bytes);
      // An array head may be read where its items could still follow; then the items are missing.
      const answer =
        ask === 'bytes'
          ? reader.bytes(most, 0)
          : ask === 'array'
            ? reader.array(most, 0)
            : reader[ask](most);
      assert.ok(!reader.done(), `${name} as ${ask}`);
      if (reader.failed)
        assert.ok(answer === 0 || answer === '' || (answer as Uint8Array).length === 0);
      else assert.ok((answer as number) <= bytes.length, `${name} as ${ask}`);
    }
  }
});

test('holds minimum and maximum', () => {
  const uint = (max: number, min: number): boolean => {
    const reader = new CborReader(Uint8Array.of(5));
    reader.uint(max, min);
    return reader.done();
  };
  assert.ok(uint(5, 5) && uint(6, 0));
  assert.ok(!uint(4, 0) && !uint(9, 6));
  const bytes = Uint8Array.of(0x42, 1, 2);
  assert.ok(accepted(bytes, { bytes: { min: 2, max: 2 } }));
  assert.ok(!accepted(bytes, { bytes: { min: 3, max: 9 } }));
  assert.ok(!accepted(bytes, { bytes: { min: 0, max: 1 } }));
  assert.ok(!accepted(Uint8Array.of(0x62, 0x61, 0x61), { text: { max: 1 } }));
  assert.ok(!accepted(Uint8Array.of(0x61, 0xff), { text: { max: 9 } }));
});

test('after the first fault all reads are empty, whatever follows', () => {
  const reader = new CborReader(encodeCbor([1, 'a', new Uint8Array(2), 7]));
  reader.array(3);
  assert.ok(reader.failed);
  assert.equal(reader.uint(9), 0);
  assert.equal(reader.text(9), '');
  assert.equal(reader.bytes(9, 0).length, 0);
  assert.equal(reader.array(9, 0), 0);
  assert.ok(!reader.done());
});

test('byte strings are views into the input', () => {
  const input = Uint8Array.of(0x42, 1, 2);
  const view = new CborReader(input).bytes(2);
  assert.equal(view.buffer, input.buffer);
});
