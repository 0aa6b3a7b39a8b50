/** What was answered held is held: refused, evicted and failed bundles, full disks, restarts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane } from '../../src/bundle/bundle.ts';
import { Role } from '../../src/identity/role.ts';
import { storeLimits, timeLimits } from '../../src/limits.ts';
import { Village, type VillageNode } from '../support/village.ts';

function heldInStore(box: VillageNode): number {
  let count = 0;
  const entry = ({ held }: { held: boolean }) => {
    count += held ? 1 : 0;
  };
  box.store.load({ entry, expired: () => {}, author: () => {} });
  return count;
}

test('what is only seen is not answered held when it is put again', () => {
  const village = new Village(21);
  const box = village.node('a');
  const author = village.site.guest(box.sample);
  const fork = author.fork('two');
  box.put(author.write('one'));
  box.put(fork);
  village.clock.advance(10);
  const late = author.write('three');
  assert.deepEqual(box.put(late), [{ ok: false, reason: 'author-frozen' }]);
  village.clock.advance(10);
  assert.deepEqual(box.put(late), [{ ok: false, reason: 'seen' }]);
});

test('what was evicted is not answered held when it is put again', () => {
  const village = new Village(22);
  const box = village.node('a', 3000);
  const author = village.site.guest(box.sample);
  const first = author.write('x'.repeat(1500));
  const answers = box.put(first);
  village.clock.advance(10);
  assert.equal(answers[0]?.ok, true);
  box.put(author.write('y'.repeat(1500)));
  village.clock.advance(10);
  assert.deepEqual(box.put(first), [{ ok: false, reason: 'seen' }]);
});

test('however many wait for one sync, none is answered held before it', () => {
  const village = new Village(23);
  const box = village.node('a');
  const bundle = village.site.guest(box.sample).write('x');
  const all = Array.from({ length: storeLimits.waitersMax + 1 }, () => box.put(bundle));
  assert.deepEqual(all.pop(), [{ ok: false, reason: 'busy' }]);
  assert.deepEqual(all.flat(), []);
  village.clock.advance(10);
  assert.ok(all.every(([answer]) => answer?.ok));
});

test('what is urgent on a full disk is not evicted to make room for itself', () => {
  const village = new Village(24);
  const box = village.node('a');
  const guest = village.site.guest(box.sample);
  box.put(guest.write('x'.repeat(1500)));
  village.clock.advance(10);
  box.store.contentBytesMax = box.store.usage().usedBytes;
  const staff = village.site.author(Role.staff);
  const urgent = [1, 2].map(() => box.put(staff.write('fire', { lane: Lane.urgent })));
  village.clock.advance(50);
  assert.deepEqual(
    urgent.map(([answer]) => answer?.ok),
    [true, true],
  );
  assert.equal(box.node.status().heldBundles, 2);
  assert.equal(heldInStore(box), 2);
});

test('a full disk makes room once for all that fail together', () => {
  const village = new Village(25);
  const box = village.node('a');
  const guests = Array.from({ length: 33 }, () => village.site.guest(box.sample));
  for (const guest of guests) for (let i = 0; i < 9; i++) box.put(guest.write('x'));
  village.clock.advance(10);
  const before = box.node.status().heldBundles;
  box.store.contentBytesMax = 0;
  for (const guest of guests) box.put(guest.write('more'));
  village.clock.advance(10);
  assert.equal(before - box.node.status().heldBundles, storeLimits.diskFullEvictMax);
});

test('what made room for bundles that failed is held again', () => {
  const village = new Village(26);
  const box = village.node('a', 4000);
  const author = village.site.guest(box.sample);
  const held = [1, 2].map(() => author.write('x'.repeat(1500)));
  for (const bundle of held) box.put(bundle);
  village.clock.advance(10);
  for (const failure of ['io-error', 'disk-full'] as const) {
    box.store.failure = failure;
    box.put(author.write('x'.repeat(1500)));
    box.put(author.write('x'.repeat(1500)));
    village.clock.advance(20);
    box.store.failure = undefined;
    for (const bundle of held) assert.equal(box.put(bundle)[0]?.ok, true);
    assert.equal(box.node.status().heldBundles, heldInStore(box));
  }
});

test('a restart does not take an author back to the number that it had when something died', () => {
  const village = new Village(27);
  const box = village.node('a');
  const author = village.site.guest(box.sample);
  box.put(author.write('dies', { lifetimeS: 60 }));
  box.put(author.write('stays'));
  village.clock.advance(60_000 + 2 * timeLimits.sweepMs);
  box.put(author.write('stays too'));
  village.clock.advance(10);
  assert.equal(box.node.author(author.key.publicKey).seqMax, 2);
  box.crash();
  assert.equal(box.node.author(author.key.publicKey).seqMax, 2);
});

test('a page of what has just died is not taken for the end', () => {
  const village = new Village(28);
  const box = village.node('a');
  const author = village.site.guest(box.sample);
  for (let i = 0; i < 4; i++) box.put(author.write('dies', { lifetimeS: 55 }));
  const last = author.write('stays');
  box.put(last);
  village.clock.advance(55_001);
  const page = box.node.page({ tag: village.site.general, after: new Uint8Array(0), limit: 2 });
  assert.deepEqual(
    page.map(({ id }) => id),
    [last.id],
  );
});

test('a node that was stopped starts again with what it had', () => {
  const village = new Village(29);
  const box = village.node('a');
  box.put(village.site.guest(box.sample).write('x'));
  village.clock.advance(10);
  box.node.stop();
  box.node.start({
    onBundle: () => {},
    onHeld: () => {},
    onNeighbours: () => {},
    onPolicy: () => {},
  });
  assert.equal(box.node.status().liveEntries, 1);
  assert.equal(box.timeline().length, 1);
});

test('the tick is written again when the disk did not take it', () => {
  const village = new Village(30);
  const box = village.node('a');
  village.clock.advance(40_000);
  box.store.failure = 'io-error';
  village.clock.advance(18_000);
  const before = box.store.value('tick');
  box.store.failure = undefined;
  village.clock.advance(timeLimits.sweepMs + 10);
  assert.notDeepEqual(box.store.value('tick'), before);
});
