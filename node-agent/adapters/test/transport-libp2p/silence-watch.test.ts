import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@muster/core/testing';
import { SilenceWatch } from '../../src/transport-libp2p/silence-watch.ts';

function watched(always = false) {
  const clock = new FakeClock();
  const told = { asked: [] as number[], silent: [] as number[] };
  const watch = new SilenceWatch(clock, {
    always,
    onAsk: () => told.asked.push(clock.monotonicMs()),
    onSilent: () => told.silent.push(clock.monotonicMs()),
  });
  return { clock, watch, told };
}

test('an idle link has no timer and is never asked', () => {
  const { clock, watch, told } = watched();
  assert.equal(clock.waiting, 0);
  clock.advance(600_000);
  watch.heard();
  clock.advance(600_000);
  assert.deepEqual(told, { asked: [], silent: [] });
  assert.equal(clock.waiting, 0);
});

test('who was sent something and stays silent is asked twice and given up within 15 s', () => {
  const { clock, watch, told } = watched();
  clock.advance(1000);
  watch.heard();
  clock.advance(1000);
  watch.sent();
  clock.advance(60_000);
  assert.deepEqual(told, { asked: [5250, 8500], silent: [11_750] });
});

test('silence in the midst of traffic is noticed within 15 s', () => {
  const { clock, watch, told } = watched();
  for (let i = 0; i < 1000; i += 1) {
    watch.sent();
    watch.heard();
    clock.advance(10);
  }
  const silentFromMs = clock.monotonicMs();
  for (let i = 0; i < 1500; i += 1) {
    watch.sent();
    clock.advance(10);
    if (told.silent.length > 0) break;
  }
  assert.equal(told.silent.length, 1);
  assert.ok(told.silent[0]! - silentFromMs >= 7000);
  assert.ok(told.silent[0]! - silentFromMs <= 15_000);
});

test('who answers is alive, and then the timer rests', () => {
  const { clock, watch, told } = watched();
  watch.sent();
  clock.advance(4000);
  assert.equal(told.asked.length, 1);
  watch.heard();
  clock.advance(600_000);
  assert.equal(told.asked.length, 1);
  assert.deepEqual(told.silent, []);
  assert.equal(clock.waiting, 0);
});

test('where the kernel does not ask, an idle peer is asked and missed', () => {
  const { clock, watch, told } = watched(true);
  clock.advance(3250);
  watch.heard();
  clock.advance(15_000);
  assert.equal(told.silent.length, 1);
});

test('a proof is asked for at once and answered by anything heard', async () => {
  const { clock, watch, told } = watched();
  const alive = watch.prove();
  assert.equal(told.asked.length, 1);
  watch.heard();
  assert.equal(await alive, true);
  const dead = watch.prove();
  clock.advance(2000);
  assert.equal(await dead, false);
  const stopped = watch.prove();
  watch.stop();
  assert.equal(await stopped, false);
  assert.equal(await watch.prove(), false);
  assert.equal(clock.waiting, 0);
});
