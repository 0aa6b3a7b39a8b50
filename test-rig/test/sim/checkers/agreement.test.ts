/** What honest boxes must agree on: order, sets, beliefs, each other's honesty. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextList, RevocationReason, Role, signTrustList } from '@muster/core';
import { hourMs, minuteMs, Stage } from './stage.ts';

const lifetimeS = 6 * 3600;

test('boxes that are joined agree, and then they are parted', () => {
  const stage = new Stage({ boxes: 2 });
  const wire = stage.join(0, 1);
  stage.put(stage.write(stage.author(Role.staff), 'hello', { lifetimeS }));
  stage.clock.advance(minuteMs);
  stage.heal([[0, 1]]);
  assert.deepEqual(stage.found, []);
  wire.cut();
  stage.put(stage.write(stage.author(Role.staff), 'hello?', { lifetimeS }));
  stage.clock.advance(minuteMs);
  stage.heal([[0, 1]]);
  assert.deepEqual(stage.found, ['not-converged']);
});

test('who is out of reach, or too many hops away, is owed nothing; nor is a liar', () => {
  const stage = new Stage({ boxes: 3 });
  stage.put(stage.write(stage.author(Role.staff), 'hello', { lifetimeS, hopLimit: 0 }));
  const author = stage.author(Role.staff);
  const bundle = author.write('a lie', { lifetimeS });
  stage.checkers.wrote({ ...bundle, node: 0, nowMs: stage.nowMs, byLiar: true });
  stage.put(bundle);
  stage.heal([[0, 1]]);
  assert.deepEqual(stage.found, []);
});

test('what is about to end is owed nowhere', () => {
  const stage = new Stage({ boxes: 2 });
  stage.put(stage.write(stage.author(Role.staff), 'hello', { lifetimeS: 3600 }));
  stage.clock.advance(hourMs - 5_000);
  stage.heal([[0, 1]]);
  assert.deepEqual(stage.found, []);
});

test('a phone that waits is told', () => {
  const stage = new Stage();
  const waiting = [{ node: 0, count: 2 }];
  stage.checkers.healed({ nowMs: stage.nowMs, edges: [], waiting });
  assert.deepEqual(stage.found, ['waiting']);
});

test('other beliefs are told', () => {
  const stage = new Stage({ boxes: 2 });
  stage.heal();
  assert.deepEqual(stage.found, []);
  const { crypto, root } = stage.site;
  const node = stage.boxes[0]!.node!;
  const key = stage.random.bytes(32);
  const revoke = [{ key, reason: RevocationReason.abuse, label: '' }];
  const list = nextList(node.trust(), root.key.publicKey, { revoke, restore: [] });
  node.adoptTrust(signTrustList(crypto, list, root));
  stage.heal();
  assert.deepEqual(stage.found, ['beliefs']);
});

test('an order by arrival is told, and an author whose stamps go back', () => {
  const stage = new Stage({ boxes: 1 });
  const author = stage.author(Role.staff);
  const stamp = (ms: number) => ({ stamp: { ms, counter: 0 }, lifetimeS });
  stage.put(stage.write(author, 'second', stamp(2_000)));
  stage.put(stage.write(author, 'first', stamp(1_000)));
  stage.checkers.look(stage.nowMs);
  assert.deepEqual(stage.found, []);
  // A box that shows what came last at the end.
  const { node } = stage.boxes[0]!;
  const inOrder = node!.page.bind(node);
  node!.page = (query) => (query.after?.length ? [] : inOrder(query).reverse());
  stage.checkers.look(stage.nowMs);
  assert.deepEqual(stage.found, ['order']);
});

test('an author whose stamps go back is told', () => {
  const stage = new Stage();
  const author = stage.author(Role.user);
  for (const ms of [1_000, 2_000, 1_500]) {
    const bundle = author.write('hello', { stamp: { ms, counter: 0 } });
    stage.checkers.wrote({ ...bundle, node: 0, nowMs: 0, wallMs: ms });
  }
  assert.equal(stage.checkers.violations.count('order'), 1);
});

test('a clock that was set back far may give earlier stamps', () => {
  const stage = new Stage();
  const author = stage.author(Role.user);
  for (const ms of [10 * hourMs, hourMs]) {
    const bundle = author.write('hello', { stamp: { ms, counter: 0 } });
    stage.checkers.wrote({ ...bundle, node: 0, nowMs: 0, wallMs: ms });
  }
  assert.deepEqual(stage.found, []);
});

test('an honest box that is taken for a liar is told, and an exception', () => {
  const stage = new Stage({ boxes: 2 });
  const wire = stage.join(0, 1);
  stage.clock.advance(minuteMs);
  stage.checkers.look(stage.nowMs);
  assert.deepEqual(stage.found, []);
  wire.aToB.inject(Uint8Array.of(255, 255));
  stage.clock.advance(minuteMs);
  stage.checkers.look(stage.nowMs);
  stage.checkers.look(stage.nowMs);
  assert.equal(stage.checkers.violations.count('accused'), 1);
  stage.checkers.threw(1, new Error('no'), stage.nowMs);
  assert.deepEqual(stage.found, ['accused', 'crashed']);
});
