/** What is shown: once, as it was written, not after its life, and as old as it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Role } from '@muster/core';
import { hourMs, minuteMs, Stage } from './stage.ts';

function staged() {
  const stage = new Stage({ boxes: 2 });
  const author = stage.author(Role.staff);
  const bundle = stage.write(author, 'hello', { lifetimeS: 2 * 3600 });
  assert.equal(stage.put(bundle), 'held');
  const read = stage.shown[0]![0]!;
  /** Tells that box 1 shows it, as a correct box would unless the test says otherwise. */
  const show = (change: object = {}, ageNowMs = stage.nowMs) =>
    stage.checkers.shown({
      node: 1,
      bundle: { ...read, ageNowMs, ...change },
      nowMs: stage.nowMs,
    });
  return { stage, show, read };
}

test('a message that comes to another box once is in order', () => {
  const { stage, show } = staged();
  show();
  assert.deepEqual(stage.found, []);
  assert.equal(stage.checkers.deliveries, 1);
});

test('shown twice, also over a restart, is told; after the disk was lost it is not', () => {
  const { stage, show } = staged();
  show();
  stage.loseDisk(1);
  stage.checkers.diskLost(1, stage.nowMs);
  stage.clock.advance(1_000);
  stage.boot(1);
  show();
  assert.deepEqual(stage.found, []);
  stage.crash(1);
  stage.boot(1);
  show();
  assert.deepEqual(stage.found, ['shown-twice']);
});

test('what comes back after its life is told, while a box has to remember it', () => {
  const { stage, show } = staged();
  show();
  stage.clock.advance(3 * hourMs);
  show({}, 0);
  assert.deepEqual(stage.found, ['came-back']);
  assert.equal(stage.checkers.violations.kept[0]!.node, 1);
});

for (const [name, change] of Object.entries({
  'another content': { signed: new Uint8Array(100) },
  'another signature': { signature: new Uint8Array(64) },
  'another channel': { tag: new Uint8Array(16) },
  'another author': { author: new Uint8Array(32) },
  'another role': { role: Role.admin },
  'another number': { seq: 7 },
  'an id that nobody wrote': { id: new Uint8Array(32) },
})) {
  test(`a forged message is told: ${name}`, () => {
    const { stage, show } = staged();
    show(change);
    assert.deepEqual(stage.found, ['forged']);
  });
}

test('held for what nobody wrote is told', () => {
  const { stage } = staged();
  const id = new Uint8Array(32);
  stage.checkers.answered({ id, node: 0, answer: 'held', nowMs: stage.nowMs });
  assert.deepEqual(stage.found, ['forged']);
});

test('an age that was not carried on is told at once, a lifetime that is over too', () => {
  const { stage, show } = staged();
  stage.clock.advance(30 * minuteMs);
  show({}, 0);
  assert.deepEqual(stage.found, ['outlived']);
  const late = staged();
  late.stage.clock.advance(3 * hourMs);
  late.show();
  assert.deepEqual(late.stage.found, ['outlived']);
});

test('what a holder was off is missing in the age, and the way over a link', () => {
  const { stage, show } = staged();
  stage.clock.advance(10 * minuteMs);
  stage.crash(0);
  stage.clock.advance(hourMs);
  stage.boot(0);
  show({}, 9.5 * minuteMs);
  assert.deepEqual(stage.found, []);
});

test('what a box counted while it could not write is lost with a crash', () => {
  const { stage, show } = staged();
  stage.clock.advance(10 * minuteMs);
  stage.checkers.diskFault(0, 'io-error', stage.nowMs);
  stage.clock.advance(hourMs);
  stage.crash(0);
  stage.checkers.diskFault(0, undefined, stage.nowMs);
  stage.boot(0);
  show({}, 9.5 * minuteMs);
  assert.deepEqual(stage.found, []);
});

test('an age that grows too fast is told', () => {
  const { stage, show } = staged();
  stage.clock.advance(10 * minuteMs);
  show({}, hourMs);
  assert.deepEqual(stage.found, ['held-lost']);
});

test('where ages are lied about, a box is held to the time since arrival', () => {
  const stage = new Stage({ boxes: 2, agesLie: true });
  const bundle = stage.write(stage.author(Role.staff), 'hello', { lifetimeS: 3600 });
  stage.put(bundle);
  stage.clock.advance(50 * minuteMs);
  const read = { ...stage.shown[0]![0]!, ageNowMs: 0 };
  stage.checkers.shown({ node: 1, bundle: read, nowMs: stage.nowMs });
  assert.deepEqual(stage.found, []);
});
