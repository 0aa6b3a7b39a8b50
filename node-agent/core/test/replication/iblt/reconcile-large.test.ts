import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../../src/testing/seeded-random.ts';
import { playExactly } from './play.ts';
import { idSets } from './sets.ts';

test('a million items that differ in 20,000', () => {
  const random = new SeededRandom(1_000_000);
  const sets = idSets(random, { common: 980_000, onlyA: 12_000, onlyB: 8_000 });
  const key = random.bytes(16);
  const begun = performance.now();
  const { bytes, roundTrips } = playExactly(sets, { key, common: 980_000 });
  const ms = performance.now() - begun;
  assert.ok(roundTrips <= 3);
  assert.ok(bytes < 22 * 20_000, `${bytes} bytes`);
  assert.ok(ms < 15_000, `${ms} ms`);
});
