/** Rows rise for ever: who keeps a place by one (an outbox) must never miss what comes later. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Role } from '../../src/identity/role.ts';
import { MeshNode } from '../../src/node/mesh-node.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { createMemoryLogger } from '../../src/testing/memory-logger.ts';
import { MemoryStore } from '../../src/testing/memory-store.ts';
import { SampleSite } from '../../src/testing/sample-site.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { crypto } from '../support/crypto.ts';

test('a row is not given again after its bundle died and the node restarted', () => {
  const random = new SeededRandom(5);
  const site = new SampleSite(crypto, random);
  const box = site.node('box');
  const clock = new FakeClock();
  const store = new MemoryStore({ clock });
  const nothing = () => {};
  const start = () => {
    const node = new MeshNode({
      ...{ crypto, clock, random, store, logger: createMemoryLogger() },
      siteKey: site.key.publicKey,
      key: box.key,
      certificate: box.certificate,
    });
    node.start({ onBundle: nothing, onHeld: nothing, onNeighbours: nothing, onPolicy: nothing });
    return node;
  };
  const guest = site.guest(box);
  const first = start();
  for (let i = 0; i < 5; i++) first.put(guest.write(`${i}`).carried, nothing);
  clock.advance(1_000);
  const place = first.since({ row: 0, limit: 9 }).at(-1)!.row;
  clock.advance(7 * 3_600_000);
  assert.equal(first.status().liveEntries, 0);
  first.stop();
  const second = start();
  second.put(guest.write('after').carried, nothing);
  clock.advance(1_000);
  assert.equal(second.since({ row: place, limit: 9 }).length, 1);
});

test('what arrived is told in the order of rows, and only once it is on disk', () => {
  const random = new SeededRandom(6);
  const site = new SampleSite(crypto, random);
  const box = site.node('box');
  const clock = new FakeClock();
  const store = new MemoryStore({ clock });
  const nothing = () => {};
  const node = new MeshNode({
    ...{ crypto, clock, random, store, logger: createMemoryLogger() },
    siteKey: site.key.publicKey,
    key: box.key,
    certificate: box.certificate,
  });
  node.start({ onBundle: nothing, onHeld: nothing, onNeighbours: nothing, onPolicy: nothing });
  const rows = () => node.since({ row: 0, limit: 9 }).map(({ row }) => row);
  const staff = site.author(Role.staff);
  node.put(staff.write('one').carried, nothing);
  assert.deepEqual(rows(), []);
  clock.advance(1_000);
  assert.deepEqual(rows(), [1]);
  // The disk is full at first: the second is tried once more, and the third overtakes it.
  store.failure = 'disk-full';
  node.put(staff.write('two').carried, nothing);
  clock.advance(5);
  store.failure = undefined;
  node.put(staff.write('three').carried, nothing);
  for (let i = 0; i < 20; i++) {
    const told = rows();
    assert.ok(!told.includes(3) || told.includes(2), 'the third never without the second');
    clock.advance(1);
  }
  // The first went, to make room.
  assert.deepEqual(rows(), [2, 3]);
});
