/** The encoder gives the very bytes that cborg gives, for all that our formats use. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode, rfc8949EncodeOptions } from 'cborg';
import { type CborValue, encodeCbor } from '../../src/cbor/encode.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';

const seed = 20_261_121;
const random = new SeededRandom(seed);
const below = (max: number) => random.uint32() % max;

function assertSame(value: CborValue): void {
  assert.deepEqual(encodeCbor(value), new Uint8Array(encode(value, rfc8949EncodeOptions)));
}

function anyValue(depth: number): CborValue {
  const kind = below(depth > 0 ? 4 : 3);
  // Lengths and numbers on both sides of where the head grows.
  const size = [0, 1, 23, 24, 25, 255, 256, 257][below(8)]!;
  if (kind === 0) return Math.min(2 ** below(54) + below(3) - 1, Number.MAX_SAFE_INTEGER);
  if (kind === 1) return random.bytes(size);
  if (kind === 2) return 'aé€𝄞'.repeat(size).slice(0, 2 * size);
  return Array.from({ length: below(6) }, () => anyValue(depth - 1));
}

test('numbers where the head grows', () => {
  for (const bits of [0, 4, 8, 16, 32, 53]) {
    for (const value of [2 ** bits - 1, 2 ** bits, 2 ** bits + 1]) {
      if (Number.isSafeInteger(value)) assertSame(value);
    }
  }
  for (const value of [22, 23, 24, 25]) assertSame(value);
});

test(`3,000 values as random as they come (seed ${seed})`, () => {
  for (let i = 0; i < 3_000; i++) assertSame(anyValue(4));
  assertSame([random.bytes(70_000)]);
});
