import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  beginSequence,
  beginSequences,
  indexEnd,
  indexShare,
  nextIndex,
} from '../../../src/replication/iblt/index-sequence.ts';
import { SeededRandom } from '../../../src/testing/seeded-random.ts';
import { asBigInt, randomShortIds } from './sets.ts';

const multiplier = 0xda942042e4dd58b5n;
const word = 2n ** 64n;

/** The documented rule on big integers; Number(bigint) rounds to nearest, ties to even. */
function nextByTheRule(state: bigint, index: number): { state: bigint; index: number } {
  const next = (state * multiplier) % word;
  const step = Math.ceil((index + 1.5) * (2 ** 32 / Math.sqrt(Number(next) + 1) - 1));
  return { state: next, index: Math.min(index + Math.max(1, step), indexEnd) };
}

test('the sequences follow the documented rule', () => {
  const ids = randomShortIds(new SeededRandom(11), 3_000);
  const sequences = beginSequences(ids.hi, ids.lo);
  for (let j = 0; j < ids.hi.length; j++) {
    let expected = { state: asBigInt(ids, j), index: 0 };
    for (let step = 0; step < 30 && expected.index < indexEnd; step++) {
      expected = nextByTheRule(expected.state, expected.index);
      assert.equal(nextIndex(sequences, j), expected.index);
    }
  }
});

/** The inverse of the multiplier mod 2^64, by Newton's iteration. */
function inverse(): bigint {
  let x = 1n;
  for (let i = 0; i < 6; i++) x = (((x * (2n - multiplier * x)) % word) + word) % word;
  assert.equal((x * multiplier) % word, 1n);
  return x;
}

test('a state that rounds to 2^64 still moves on by one', () => {
  const id = ((word - 1n) * inverse()) % word;
  const sequences = beginSequences(new Uint32Array(1), new Uint32Array(1));
  beginSequence(sequences, 0, { hi: Number(id >> 32n), lo: Number(id & 0xffffffffn) });
  assert.equal(nextIndex(sequences, 0), 1);
});

test('a tiny state leaves every range at once, and the index stays there', () => {
  const sequences = beginSequences(new Uint32Array(1), new Uint32Array(1));
  beginSequence(sequences, 0, { hi: 0, lo: 0 });
  assert.equal(nextIndex(sequences, 0), indexEnd);
  assert.equal(nextIndex(sequences, 0), indexEnd);
});

test('each index has the share of items that indexShare says', () => {
  const count = 60_000;
  const ids = randomShortIds(new SeededRandom(12), count);
  const sequences = beginSequences(ids.hi, ids.lo);
  const hits = new Uint32Array(200);
  for (let j = 0; j < count; j++) {
    for (let index = 0; index < hits.length; index = nextIndex(sequences, j)) hits[index]! += 1;
  }
  for (let i = 0; i < hits.length; i++) {
    const share = indexShare(i);
    const deviation = Math.sqrt(count * share * (1 - share));
    assert.ok(Math.abs(hits[i]! - count * share) <= 5 * deviation, `index ${i}: ${hits[i]}`);
    assert.ok(Math.abs(share * (1 + i / 2) - 1) <= 0.041, `the paper's share of index ${i}`);
  }
});
