/** What is remembered of the dead: exactly as long as it must be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExpiredIds } from '../../src/inventory/expired-ids.ts';
import { storeLimits } from '../../src/limits.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';

const minuteMs = 60_000;

test('each id is remembered until its time, and not longer', () => {
  const random = new SeededRandom(5);
  const ids = new ExpiredIds();
  const until = new Map<Uint8Array, number>();
  for (let nowMs = 0; nowMs < 600 * minuteMs; nowMs += minuteMs) {
    const prefix = random.bytes(8);
    const forgetTickMs = nowMs + (random.uint32() % (90 * minuteMs));
    ids.add({ prefix, forgetTickMs });
    until.set(prefix, forgetTickMs);
    ids.sweep(nowMs);
    for (const [id, forgetMs] of until) {
      assert.equal(ids.has(id), forgetMs > nowMs);
    }
  }
  ids.sweep(900 * minuteMs);
  assert.equal(ids.size, 0);
});

test('an id that is added again is remembered for the longer of both', () => {
  const ids = new ExpiredIds();
  const prefix = new Uint8Array(8).fill(7);
  for (const forgetTickMs of [30 * minuteMs, 80 * minuteMs, 50 * minuteMs]) {
    ids.add({ prefix, forgetTickMs });
  }
  assert.equal(ids.size, 1);
  ids.sweep(79 * minuteMs);
  assert.ok(ids.has(prefix));
  ids.sweep(80 * minuteMs);
  assert.equal(ids.size, 0);
});

test('at the maximum those go that would go soonest', () => {
  const ids = new ExpiredIds();
  const max = storeLimits.expiredIdsMax;
  const prefix = (number: number) =>
    Uint8Array.of(0, 0, 0, 0, 0, number >> 16, number >> 8, number);
  for (let i = 0; i < max + 100; i++) {
    // The first hundred are the ones that would be remembered longest.
    const forgetTickMs = i < 100 ? 100_000 * minuteMs : i * 1_000;
    ids.add({ prefix: prefix(i), forgetTickMs });
  }
  assert.equal(ids.size, max);
  for (let i = 0; i < 100; i++) assert.ok(ids.has(prefix(i)));
  assert.ok(!ids.has(prefix(100)));
  assert.ok(ids.has(prefix(max + 99)));
});
