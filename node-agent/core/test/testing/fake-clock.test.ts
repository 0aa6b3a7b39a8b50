import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClockQuality } from '../../src/ports/clock.ts';
import { clockContract } from '../../src/testing/clock-contract.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { intBelow, SeededRandom } from '../../src/testing/seeded-random.ts';

clockContract(
  'fake clock',
  () => {
    const clock = new FakeClock();
    return { clock, pass: async (ms) => clock.advance(ms) };
  },
  { test, assert },
);

test('a hundred thousand timers, made and cancelled at random, run in order', () => {
  const seed = 7;
  const random = new SeededRandom(seed);
  const clock = new FakeClock();
  const expected: { atMs: number; order: number }[] = [];
  const ran: { atMs: number; order: number }[] = [];
  for (let order = 0; order < 100_000; order += 1) {
    const atMs = intBelow(random, 10_000);
    const timer = clock.after(atMs, () => ran.push({ atMs: clock.monotonicMs(), order }));
    if (intBelow(random, 3) === 0) timer.cancel();
    else expected.push({ atMs, order });
  }
  expected.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
  assert.equal(clock.waiting, expected.length);
  clock.advance(10_000);
  assert.deepEqual(ran, expected, `seed ${seed}`);
  assert.equal(clock.waiting, 0);
});

test('the wall can be set and goes on from there', () => {
  const clock = new FakeClock({ unixMs: 0, quality: ClockQuality.unknown });
  clock.advance(1500);
  assert.deepEqual(clock.wall(), { unixMs: 1500, quality: ClockQuality.unknown });
  clock.setWall(1_000_000, ClockQuality.device);
  clock.advance(1);
  assert.deepEqual(clock.wall(), { unixMs: 1_000_001, quality: ClockQuality.device });
  assert.equal(clock.monotonicMs(), 1501);
});

test('a fork shares the timeline, has its own wall, and falls silent when stopped', () => {
  const clock = new FakeClock();
  clock.advance(100);
  const node = clock.fork({ unixMs: 5000, quality: ClockQuality.unknown });
  assert.equal(node.monotonicMs(), 0);
  const ran: string[] = [];
  node.after(10, () => ran.push('before the crash'));
  node.after(30, () => ran.push('after the crash'));
  clock.after(30, () => ran.push('another node'));
  clock.advance(20);
  node.stop();
  node.after(1, () => ran.push('made after the crash'));
  clock.advance(20);
  assert.deepEqual(ran, ['before the crash', 'another node']);
  assert.equal(node.wall().unixMs, 5040);
});

test('runUntil stops at its time and runNext jumps to the next timer', () => {
  const clock = new FakeClock();
  const ran: number[] = [];
  clock.after(5, () => ran.push(5));
  clock.after(50, () => ran.push(50));
  clock.runUntil(10);
  assert.equal(clock.monotonicMs(), 10);
  clock.runUntil(3);
  assert.equal(clock.monotonicMs(), 10);
  assert.equal(clock.runNext(), true);
  assert.equal(clock.monotonicMs(), 50);
  assert.equal(clock.runNext(), false);
  assert.deepEqual(ran, [5, 50]);
});
