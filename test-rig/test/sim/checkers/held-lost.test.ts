/** What was answered held stays, and what may go: by the author's share, and from a full disk. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane, Role } from '@muster/core';
import { hourMs, Stage } from './stage.ts';

const lifetimeS = 5 * 3600;

test('what is still there after restarts is in order, what went is told once', () => {
  const stage = new Stage();
  const author = stage.author(Role.staff);
  for (let i = 0; i < 5; i++) stage.put(stage.write(author, `${i}`, { lifetimeS }));
  stage.crash(0);
  stage.boot(0);
  assert.deepEqual(stage.found, []);
  // Nobody is told that its disk is another one.
  stage.loseDisk(0);
  stage.boot(0);
  stage.crash(0);
  stage.boot(0);
  assert.equal(stage.checkers.violations.count('held-lost'), 5);
});

test('a disk that was lost owes nothing', () => {
  const stage = new Stage();
  stage.put(stage.write(stage.author(Role.staff), 'hello', { lifetimeS }));
  stage.loseDisk(0);
  stage.checkers.diskLost(0, stage.nowMs);
  stage.boot(0);
  assert.deepEqual(stage.found, []);
});

test('after its lifetime nothing is owed', () => {
  const stage = new Stage();
  stage.put(stage.write(stage.author(Role.staff), 'hello', { lifetimeS }));
  stage.clock.advance(6 * hourMs);
  stage.crash(0);
  stage.boot(0);
  stage.heal();
  assert.deepEqual(stage.found, []);
});

test('an author at its share loses its own lowest numbers, and that is in order', () => {
  const stage = new Stage();
  const guest = stage.site.guest(stage.boxes[0]!.sample);
  for (let i = 0; i < 50; i++) {
    stage.put(stage.write(guest, 'x'.repeat(1_800), { lifetimeS }));
    stage.clock.advance(10_000);
  }
  const held = stage.boxes[0]!.node!.status().heldBundles;
  assert.ok(held < 50);
  stage.crash(0);
  stage.boot(0);
  assert.deepEqual(stage.found, []);
  // But not more of them than have to.
  stage.loseDisk(0);
  stage.boot(0);
  assert.equal(stage.checkers.violations.count('held-lost'), held);
});

test('a small store lets guests go for staff, oldest first, and nobody else', () => {
  const stage = new Stage({ contentBytesMax: 40_000 });
  const guest = stage.site.guest(stage.boxes[0]!.sample);
  const staff = stage.author(Role.staff);
  const put = (author: typeof guest) => {
    stage.put(stage.write(author, 'x'.repeat(1_800), { lifetimeS }));
    stage.clock.advance(10_000);
  };
  for (let i = 0; i < 10; i++) put(guest);
  for (let i = 0; i < 14; i++) put(staff);
  stage.crash(0);
  stage.boot(0);
  stage.heal();
  assert.deepEqual(stage.found, []);
  const { heldBundles } = stage.boxes[0]!.node!.status();
  assert.ok(heldBundles < 24 && heldBundles >= 14);
});

test('from a full disk the lower class goes first, and what is urgent stays', () => {
  const stage = new Stage();
  const guest = stage.site.guest(stage.boxes[0]!.sample);
  const staff = stage.author(Role.staff);
  for (let i = 0; i < 8; i++) {
    stage.put(stage.write(guest, `${i}`, { lifetimeS }));
    stage.put(stage.write(staff, `${i}`, { lifetimeS }));
  }
  stage.boxes[0]!.failDisk('disk-full');
  stage.checkers.diskFault(0, 'disk-full', stage.nowMs);
  const urgent = stage.write(staff, 'x'.repeat(1_900), { lane: Lane.urgent, lifetimeS });
  assert.equal(stage.put(urgent), 'held');
  stage.clock.advance(60_000);
  stage.boxes[0]!.failDisk(undefined);
  stage.checkers.diskFault(0, undefined, stage.nowMs);
  stage.crash(0);
  stage.boot(0);
  assert.deepEqual(stage.found, []);
  const { heldBundles } = stage.boxes[0]!.node!.status();
  assert.ok(heldBundles < 17, `${heldBundles} of 17 are held`);
});

test('a running box is given until the next look: what displaces may be on its way to disk', () => {
  const stage = new Stage();
  stage.put(stage.write(stage.author(Role.staff), 'hello', { lifetimeS: (14 * 86_400) / 2 }));
  stage.boxes[0]!.loseDisk();
  stage.boxes[0]!.boot();
  stage.clock.advance(7 * hourMs);
  stage.checkers.look(stage.nowMs);
  assert.deepEqual(stage.found, []);
  stage.clock.advance(7 * hourMs);
  stage.checkers.look(stage.nowMs);
  assert.deepEqual(stage.found, ['held-lost']);
});
