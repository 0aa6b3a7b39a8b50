import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@muster/core/testing';
import { lanSilence, mediumSilence, silenceLimits } from '../../src/transport-libp2p/constants.ts';
import { SilenceWatch } from '../../src/transport-libp2p/silence-watch.ts';

function watched(always = false, limits = lanSilence) {
  const clock = new FakeClock();
  const told = { asked: [] as number[], doubt: [] as [boolean, number][], silent: [] as number[] };
  const watch: SilenceWatch = new SilenceWatch(clock, {
    limits,
    always,
    onAsk: () => told.asked.push(clock.monotonicMs()),
    onDoubt: () => told.doubt.push([watch.isDoubtful, clock.monotonicMs()]),
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
  assert.deepEqual(told, { asked: [], doubt: [], silent: [] });
  assert.equal(clock.waiting, 0);
});

test('who was sent something and stays silent is asked, doubted and given up', () => {
  const { clock, watch, told } = watched();
  clock.advance(1000);
  watch.heard();
  clock.advance(1000);
  watch.sent();
  clock.advance(60_000);
  assert.deepEqual(told.asked, [3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000, 11_000]);
  assert.deepEqual(told.doubt, [[true, 4000]]);
  assert.deepEqual(told.silent, [12_000]);
});

test('doubt ends with anything heard, and is told once each way', () => {
  const { clock, watch, told } = watched();
  watch.sent();
  clock.advance(5000);
  watch.heard();
  watch.heard();
  assert.deepEqual(told.doubt, [
    [true, 2000],
    [false, 5000],
  ]);
  clock.advance(60_000);
  assert.equal(told.doubt.length, 2);
  assert.equal(clock.waiting, 0);
});

test('silence in the midst of traffic is noticed within 12 s, and doubted within 3', () => {
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
  assert.ok(told.silent[0]! - silentFromMs >= 9000);
  assert.ok(told.silent[0]! - silentFromMs <= 12_000);
  const doubtedMs = told.doubt[0]![1] - silentFromMs;
  assert.ok(doubtedMs >= 2000 && doubtedMs <= 3000, `doubted after ${doubtedMs} ms`);
});

test('who answers is alive, and then the timer rests', () => {
  const { clock, watch, told } = watched();
  watch.sent();
  clock.advance(1500);
  assert.equal(told.asked.length, 1);
  watch.heard();
  clock.advance(600_000);
  assert.equal(told.asked.length, 1);
  assert.deepEqual(told.silent, []);
  assert.equal(clock.waiting, 0);
});

test('where the kernel does not ask, an idle peer is asked and missed, within 10 s', () => {
  for (let lastHeardMs = 0; lastHeardMs <= 5000; lastHeardMs += 100) {
    const { clock, watch, told } = watched(true, mediumSilence);
    clock.advance(lastHeardMs);
    watch.heard();
    clock.advance(15_000);
    assert.equal(told.silent.length, 1);
    const silentMs = told.silent[0]! - lastHeardMs;
    assert.ok(silentMs > 7000 && silentMs <= 10_000, `${silentMs} ms`);
  }
});

test('an idle link that could not prove itself is given up, though nothing is sent', async () => {
  for (const limits of [lanSilence, mediumSilence]) {
    const { clock, watch, told } = watched(false, limits);
    clock.advance(5000);
    watch.heard();
    const proof = watch.prove();
    clock.advance(60_000);
    assert.equal(await proof, false);
    assert.equal(told.silent.length, 1);
    assert.ok(told.silent[0]! <= 5000 + 10_000, `${told.silent[0]! - 5000} ms`);
    assert.deepEqual(told.doubt, [[true, 5000 + silenceLimits.proveMs]]);
  }
});

test('a proof that failed and was answered late leaves no timer', async () => {
  const { clock, watch, told } = watched();
  const proof = watch.prove();
  clock.advance(3000);
  assert.equal(await proof, false);
  watch.heard();
  clock.advance(60_000);
  assert.deepEqual(told.silent, []);
  assert.equal(clock.waiting, 0);
});

test('a proof is asked for at once and answered by anything heard', async () => {
  const { clock, watch, told } = watched();
  const alive = watch.prove();
  assert.equal(told.asked.length, 1);
  watch.heard();
  assert.equal(await alive, true);
  const dead = [watch.prove(), watch.prove()];
  clock.advance(silenceLimits.proveMs);
  assert.deepEqual(await Promise.all(dead), [false, false]);
  assert.equal(told.asked.length, 2, 'one question for both');
  assert.ok(watch.isDoubtful);
  const stopped = watch.prove();
  watch.stop();
  assert.equal(await stopped, false);
  assert.equal(await watch.prove(), false);
  assert.equal(clock.waiting, 0);
});
