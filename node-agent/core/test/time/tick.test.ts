import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeTick, encodeTick, TickClock, timeLimits } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';

const interval = timeLimits.tickPersistMs;

test('counts only while the node runs, and each boot as one interval', () => {
  const clock = new FakeClock();
  const first = new TickClock(clock, undefined);
  assert.deepEqual([first.nowMs(), first.boots], [0, 1]);
  clock.advance(25_000);
  assert.equal(first.nowMs(), 25_000);
  const saved = first.record();
  clock.advance(3_600_000);
  const second = new TickClock(clock, saved);
  assert.deepEqual([second.nowMs(), second.boots], [25_000 + interval, 2]);
});

test('never goes back over crashes when it is written down once an interval', () => {
  const life = fc.record({ ranMs: fc.nat(100_000), lostMs: fc.nat(interval) });
  fc.assert(
    fc.property(fc.array(life, { maxLength: 20 }), (lives) => {
      const clock = new FakeClock();
      let saved: ReturnType<TickClock['record']> | undefined;
      let latest = 0;
      let ran = 0;
      for (const { ranMs, lostMs } of lives) {
        const tick = new TickClock(clock, saved);
        assert.ok(tick.nowMs() >= latest);
        clock.advance(ranMs);
        ran += ranMs;
        saved = decodeTick(encodeTick(tick.record()));
        clock.advance(lostMs);
        ran += lostMs;
        latest = tick.nowMs();
      }
      assert.equal(saved?.boots ?? 0, lives.length);
      assert.ok(latest <= ran + lives.length * interval, 'a boot costs at most one interval');
    }),
  );
});

test('wall time plays no part', () => {
  const clock = new FakeClock();
  const tick = new TickClock(clock, undefined);
  clock.setWall(Date.UTC(2200, 0), 2);
  clock.advance(5);
  assert.equal(tick.nowMs(), 5);
});

test('a record comes back from its 12 bytes', () => {
  const records = fc.record(
    { tickMs: fc.integer({ min: 0, max: 2 ** 45 }), boots: fc.nat(2 ** 31 - 1) },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(records, (record) => {
      assert.deepEqual(decodeTick(encodeTick(record)), record);
    }),
  );
});

test('a damaged record is none, so that a turned bit cannot expire everything at once', () => {
  assert.equal(decodeTick(undefined), undefined);
  for (const length of [0, 11, 13]) assert.equal(decodeTick(new Uint8Array(length)), undefined);
  assert.equal(decodeTick(new Uint8Array(12).fill(0xff)), undefined);
  const saved = encodeTick({ tickMs: 1_000_000, boots: 3 });
  for (let at = 0; at < 2; at++) {
    const damaged = saved.slice();
    damaged[at] = 1;
    assert.equal(decodeTick(damaged), undefined);
  }
  // It may lie anywhere in a larger buffer.
  const inside = new Uint8Array(20);
  inside.set(saved, 5);
  assert.deepEqual(decodeTick(inside.subarray(5, 17)), { tickMs: 1_000_000, boots: 3 });
});
