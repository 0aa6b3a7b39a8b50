/** The page's own encoder gives the very bytes that cborg gives, for all that the core encodes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CborValue, encodeCbor } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { encode } from '../src/platform/cbor-encode.ts';

const seed = 20_261_121;
const random = new SeededRandom(seed);
const below = (max: number) => random.bytes(4).reduce((sum, byte) => sum * 256 + byte, 0) % max;

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
      if (Number.isSafeInteger(value)) assert.deepEqual(encode(value), encodeCbor(value));
    }
  }
  for (const value of [22, 23, 24, 25]) assert.deepEqual(encode(value), encodeCbor(value));
});

test(`3,000 values as random as they come (seed ${seed})`, () => {
  for (let i = 0; i < 3_000; i++) {
    const value = anyValue(4);
    assert.deepEqual(encode(value), encodeCbor(value));
  }
  const long = random.bytes(70_000);
  assert.deepEqual(encode([long]), encodeCbor([long]));
});
