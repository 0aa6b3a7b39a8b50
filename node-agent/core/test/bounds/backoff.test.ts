/** Waits between attempts: they double up to the greatest, and are drawn over their whole range. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doubledMs, equalJitterMs, fullJitterMs } from '../../src/index.ts';
import { SeededRandom } from '../../src/testing/index.ts';

const bounds = { min: 500, max: 60_000 };
const doubled = [
  [1, 500],
  [2, 1000],
  [5, 8000],
  [8, 60_000],
  [5000, 60_000],
] as const;

for (const [failures, boundMs] of doubled) {
  test(`after ${failures} failures at most ${boundMs} ms`, () => {
    const random = new SeededRandom(2);
    assert.equal(doubledMs(bounds, failures - 1), boundMs);
    const full = Array.from({ length: 1000 }, () => fullJitterMs(random, bounds, failures));
    assert.ok(Math.max(...full) <= boundMs && Math.max(...full) > 0.9 * boundMs);
    assert.ok(Math.min(...full) >= 0 && Math.min(...full) < 0.1 * boundMs);
    const half = Array.from({ length: 1000 }, () => equalJitterMs(random, bounds, failures));
    assert.ok(Math.max(...half) <= boundMs && Math.max(...half) > 0.95 * boundMs);
    assert.ok(Math.min(...half) >= boundMs / 2 && Math.min(...half) < 0.55 * boundMs);
  });
}

test('before any failure full jitter waits for nothing, and no wait is below the least', () => {
  const random = new SeededRandom(2);
  assert.equal(fullJitterMs(random, bounds, 0), 0);
  assert.equal(doubledMs(bounds, -1), bounds.min);
  assert.ok(equalJitterMs(random, bounds, 0) >= bounds.min / 2);
});
