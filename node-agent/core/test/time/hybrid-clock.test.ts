import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareStamps, HybridClock, type Stamp, timeLimits } from '../../src/index.ts';
import { anyStamp } from '../support/bundles.ts';

const drift = timeLimits.driftMsMax;
const counterMax = timeLimits.stampCounterMax;
const noon = 1_790_000_000_000;

test('stamps follow the wall clock while it runs', () => {
  const clock = new HybridClock();
  assert.deepEqual(clock.next(noon), { ms: noon, counter: 0 });
  assert.deepEqual(clock.next(noon), { ms: noon, counter: 1 });
  assert.deepEqual(clock.next(noon + 1), { ms: noon + 1, counter: 0 });
  assert.deepEqual(clock.next(noon + 9.75), { ms: noon + 9, counter: 0 });
});

test('an answer is later than what it answers, also when the other clock is ahead', () => {
  const clock = new HybridClock();
  const theirs = { ms: noon + drift - 1, counter: 4 };
  clock.observe(theirs, noon);
  assert.deepEqual(clock.next(noon), { ms: noon + drift - 1, counter: 5 });
});

test('a stamp from the past changes nothing', () => {
  const clock = new HybridClock({ ms: noon, counter: 2 });
  clock.observe({ ms: noon - 1, counter: 99 }, noon);
  clock.observe({ ms: noon, counter: 1 }, noon);
  assert.deepEqual(clock.last, { ms: noon, counter: 2 });
});

test('a stamp of the year 2200 moves the clock by the bound and no more', () => {
  const clock = new HybridClock();
  clock.observe({ ms: Date.UTC(2200, 0), counter: 7 }, noon);
  assert.deepEqual(clock.last, { ms: noon + drift, counter: 0 });
  clock.observe({ ms: timeLimits.stampMsMax, counter: counterMax }, noon);
  assert.deepEqual(clock.next(noon), { ms: noon + drift, counter: 1 });
  // Ten minutes later the poison is gone.
  assert.deepEqual(clock.next(noon + drift + 1), { ms: noon + drift + 1, counter: 0 });
});

test('a counter poisoned just below the bound overflows into the next millisecond', () => {
  const clock = new HybridClock();
  clock.observe({ ms: noon + drift - 1, counter: counterMax }, noon);
  assert.deepEqual(clock.next(noon), { ms: noon + drift, counter: 0 });
  assert.deepEqual(clock.next(noon), { ms: noon + drift, counter: 1 });
});

test('set back a little, the clock goes on; set back far, it follows within the bound', () => {
  const little = new HybridClock({ ms: noon, counter: 0 });
  assert.deepEqual(little.next(noon - drift), { ms: noon, counter: 1 });
  const far = new HybridClock({ ms: Date.UTC(2200, 0), counter: 5 });
  assert.deepEqual(far.next(noon), { ms: noon + drift, counter: 1 });
  assert.deepEqual(far.next(noon), { ms: noon + drift, counter: 2 });
});

test('a clock before 1970 or beyond 48 bits gives stamps that fit', () => {
  const early = new HybridClock();
  assert.deepEqual(early.next(-5), { ms: 0, counter: 1 });
  early.observe({ ms: noon, counter: 0 }, -1e15);
  assert.deepEqual(early.last, { ms: drift, counter: 0 });
  const late = new HybridClock({ ms: timeLimits.stampMsMax, counter: counterMax });
  assert.deepEqual(late.next(1e18), { ms: timeLimits.stampMsMax, counter: counterMax });
});

const step = fc.record({
  /** How far the wall clock moves before this step. */
  wallStepMs: fc.oneof(fc.constant(0), fc.nat(5_000)),
  stamp: fc.option(
    fc.oneof(
      anyStamp,
      fc.record({
        ms: fc.integer({ min: noon - 20_000, max: noon + drift + 20_000 }),
        counter: fc.oneof(fc.nat(3), fc.integer({ min: counterMax - 3, max: counterMax })),
      }),
    ),
  ),
});

test('unless wall time goes back: rising, within the bound, later than what was seen', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const clock = new HybridClock();
      let wall = noon;
      let latest: Stamp = { ms: 0, counter: 0 };
      for (const { wallStepMs, stamp } of steps) {
        wall += wallStepMs;
        if (stamp) {
          clock.observe(stamp, wall);
          if (stamp.ms < wall + drift && compareStamps(stamp, latest) > 0) latest = stamp;
        } else {
          const mine = clock.next(wall);
          assert.ok(compareStamps(mine, latest) > 0, 'later than all before');
          assert.ok(mine.ms >= wall, 'not behind the wall clock');
          latest = mine;
        }
        assert.ok(clock.last.ms <= wall + drift, 'within the bound');
      }
    }),
    { numRuns: 1000 },
  );
});

test('whatever the wall clock does, stamps fit the format and keep to the bound', () => {
  const walls = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
  fc.assert(
    fc.property(fc.array(fc.tuple(walls, fc.option(anyStamp)), { maxLength: 20 }), (steps) => {
      const clock = new HybridClock();
      for (const [wall, stamp] of steps) {
        if (stamp) clock.observe(stamp, wall);
        const { ms, counter } = clock.next(wall);
        const believed = Math.min(Math.max(wall, 0), timeLimits.stampMsMax);
        assert.ok(ms >= believed && ms <= Math.min(believed + drift, timeLimits.stampMsMax));
        assert.ok(counter >= 0 && counter <= counterMax);
      }
    }),
  );
});

test('goes on after a restart from what was stored', () => {
  const before = new HybridClock();
  const last = before.next(noon);
  const after = new HybridClock(last);
  assert.ok(compareStamps(after.next(noon - 1000), last) > 0);
});
