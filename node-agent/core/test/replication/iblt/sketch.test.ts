import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BodyReader } from '../../../src/replication/iblt/body-reader.ts';
import { BodyWriter } from '../../../src/replication/iblt/body-writer.ts';
import { keyedMix } from '../../../src/replication/iblt/keyed-mix.ts';
import {
  counterBytesMax,
  estimateDifference,
  readSketch,
  sketchOf,
  writeSketch,
} from '../../../src/replication/iblt/sketch.ts';
import { SeededRandom } from '../../../src/testing/seeded-random.ts';
import { truncated } from '../../support/mutations.ts';
import { joined, randomShortIds } from './sets.ts';

function written(counters: Int32Array): Uint8Array {
  const writer = new BodyWriter(1 + counters.length * counterBytesMax);
  writeSketch(writer, counters);
  return writer.finish();
}

test('an item pulls at the counter and in the direction that its mix names', () => {
  const items = randomShortIds(new SeededRandom(1), 300);
  const expected = new Int32Array(64);
  for (let j = 0; j < 300; j++) {
    const mixed = keyedMix(42, items.hi[j]!, items.lo[j]!);
    expected[Math.floor(mixed / 2 ** 26)]! += mixed % 2 === 0 ? 1 : -1;
  }
  assert.deepEqual(sketchOf(items, { seed: 42, level: 6 }), expected);
});

test('equal sets are estimated as equal, and one item as one', () => {
  const items = randomShortIds(new SeededRandom(2), 1_000);
  const more = joined(items, randomShortIds(new SeededRandom(3), 1));
  const sketch = (of: typeof items) => sketchOf(of, { seed: 7, level: 8 });
  assert.equal(estimateDifference(sketch(items), sketch(items)), 0);
  assert.equal(estimateDifference(sketch(items), sketch(more)), 1);
});

test('the error of an estimate is the square root of 2 over the counters', () => {
  const runs = 300;
  for (const [level, size] of [
    [6, 400],
    [8, 2_000],
    [10, 3_000],
  ] as const) {
    let sum = 0;
    let squares = 0;
    for (let seed = 0; seed < runs; seed++) {
      const random = new SeededRandom(seed * 31 + level);
      const a = sketchOf(randomShortIds(random, size / 2), { seed, level });
      const b = sketchOf(randomShortIds(random, size / 2), { seed, level });
      const off = estimateDifference(a, b) / size - 1;
      sum += off;
      squares += off * off;
    }
    const expected = Math.sqrt(2 / 2 ** level);
    const error = Math.sqrt(squares / runs);
    assert.ok(Math.abs(sum / runs) < (4 * expected) / Math.sqrt(runs), `bias at level ${level}`);
    assert.ok(error > 0.8 * expected && error < 1.2 * expected, `level ${level}: ${error}`);
  }
});

test('a sketch comes back, and of 100,000 items takes about a byte for each counter', () => {
  const counters = sketchOf(randomShortIds(new SeededRandom(4), 100_000), { seed: 1, level: 10 });
  const bytes = written(counters);
  assert.ok(bytes.length < 1_100);
  const reader = new BodyReader(bytes);
  assert.deepEqual(readSketch(reader, 100_000), { ok: true, value: counters });
  assert.equal(reader.left, 0);
});

test('every cut, a level out of range and a counter over the set size are refused', () => {
  const reason = (bytes: Uint8Array, itemsMax = 100) => {
    const answer = readSketch(new BodyReader(bytes), itemsMax);
    return answer.ok ? 'taken' : answer.reason;
  };
  const bytes = written(new Int32Array(64).fill(100));
  assert.equal(reason(bytes), 'taken');
  for (const cut of truncated(bytes)) assert.equal(reason(cut), 'sketch-malformed');
  assert.equal(reason(bytes, 99), 'sketch-counter');
  for (const level of [0, 5, 13, 31, 255]) {
    assert.equal(reason(bytes.with(0, level)), 'sketch-level');
  }
});
