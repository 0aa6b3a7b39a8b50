/** Bundles a minute and bytes kept stay within their shares. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guestBudget, Role, roleLimits } from '@muster/core';
import { minuteMs, Stage } from './stage.ts';

const { bundlesBurst, bundlesPerMinute } = roleLimits[Role.guest];

/** Answers that a box which counts nothing would give. */
function answerAll(stage: Stage, guests: number, each: number): void {
  for (let g = 0; g < guests; g++) {
    const guest = stage.site.guest(stage.boxes[0]!.sample);
    for (let i = 0; i < each; i++) {
      const { id } = stage.write(guest, `${i}`);
      stage.checkers.answered({ id, node: 0, answer: 'held', nowMs: stage.nowMs });
    }
  }
}

test('what a box lets an author write is in order', () => {
  const stage = new Stage();
  const guest = stage.site.guest(stage.boxes[0]!.sample);
  for (let i = 0; i < 100; i++) {
    stage.put(stage.write(guest, `${i}`));
    stage.clock.advance(i % 10 === 0 ? minuteMs : 10);
  }
  assert.deepEqual(stage.found, []);
  assert.ok(stage.checkers.heldCount < 100);
});

test('an author, and guests together, far above their budgets are told once', () => {
  const stage = new Stage();
  answerAll(stage, 1, bundlesBurst + bundlesPerMinute + 2);
  assert.equal(stage.checkers.violations.count('quota'), 1);
  const crowd = new Stage();
  const { bundlesPerMinute: each, bundlesBurst: burst } = guestBudget;
  answerAll(crowd, Math.ceil((burst + each) / 10) + 1, 10);
  assert.equal(crowd.checkers.violations.count('quota'), 1);
});

test('a boot fills the budgets again', () => {
  const stage = new Stage();
  answerAll(stage, 1, bundlesBurst);
  stage.crash(0);
  stage.boot(0);
  answerAll(stage, 1, bundlesBurst);
  assert.equal(stage.checkers.violations.count('quota'), 0);
});

test('more bytes of a box, an author or an issuer than may be are told', () => {
  // The node believes that it may keep more than the checkers were told.
  const stage = new Stage();
  const staff = stage.author(Role.staff);
  for (let i = 0; i < 40; i++) stage.put(stage.write(staff, 'x'.repeat(1_800)));
  const [box] = stage.boxes;
  stage.checkers.look(stage.nowMs);
  assert.deepEqual(stage.found, []);
  Object.defineProperty(box, 'contentBytesMax', { value: 50_000 });
  stage.checkers.look(stage.nowMs);
  assert.deepEqual(stage.found.sort(), ['bounds', 'quota']);
});
