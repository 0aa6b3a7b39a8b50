/** A new key under a known name is told apart, and a person's second device is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@muster/core/testing';
import { People } from '../src/inbox/people.ts';
import { webLimits } from '../src/limits.ts';
import { MemoryDatabase } from '../src/storage/memory-database.ts';

const self = { key: 'self', name: 'Me' };

async function book(db = new MemoryDatabase(), clock = new FakeClock()) {
  const people = new People(db, () => clock.wall().unixMs);
  await people.load(self);
  return { people, db, clock };
}

test('the first key under a name keeps it; later ones are marked, lookalikes too', async () => {
  const { people } = await book();
  await people.note([{ key: 'a', name: 'Ada' }]);
  await people.note([
    { key: 'b', name: 'ada' },
    { key: 'c', name: 'Аdа' },
    { key: 'd', name: 'Bob' },
  ]);
  assert.deepEqual([...people.withTakenNames()].sort(), ['b', 'c']);
});

test('nobody can take the own name', async () => {
  const { people } = await book();
  await people.note([{ key: 'a', name: 'me' }]);
  assert.ok(people.withTakenNames().has('a'));
});

test('it is remembered across a restart, and ends with another name', async () => {
  const { people, db, clock } = await book();
  await people.note([{ key: 'a', name: 'Ada' }]);
  clock.advance(1000);
  await people.note([{ key: 'b', name: 'Ada' }]);
  const { people: later } = await book(db, clock);
  assert.deepEqual([...later.withTakenNames()], ['b']);
  await later.note([{ key: 'b', name: 'Bea' }]);
  assert.equal(later.withTakenNames().size, 0);
});

test('two devices that one person key certifies are one person', async () => {
  const { people } = await book();
  await people.note([{ key: 'a', name: 'Ada', person: 'p' }]);
  await people.note([{ key: 'b', name: 'Ada', person: 'p' }]);
  await people.note([{ key: 'c', name: 'Ada', person: 'q' }]);
  assert.deepEqual([...people.withTakenNames()], ['c']);
});

test('a crowd of invented names stays within its bound', async () => {
  const { people, db, clock } = await book();
  const crowd = Array.from({ length: webLimits.peopleMax + 50 }, (_, i) => i);
  await people.note([{ key: 'early', name: 'Early' }]);
  clock.advance(1000);
  await people.note(crowd.map((i) => ({ key: `k${i}`, name: `name ${i}` })));
  const kept = await db.read(['people'], (tx) => tx.count('people', '', '\uffff'));
  assert.equal(kept, webLimits.peopleMax);
  assert.equal(people.get('early'), undefined);
});

test('each site has names of its own', async () => {
  const { people, db, clock } = await book();
  await people.note([{ key: 'a', name: 'Ada' }]);
  await people.note([{ key: 'b@harbour', name: 'Ada' }]);
  await people.note([{ key: 'c@harbour', name: 'Me' }]);
  assert.equal(people.withTakenNames().size, 0);
  clock.advance(1000);
  await people.note([{ key: 'd@harbour', name: 'ada' }]);
  assert.deepEqual([...people.withTakenNames()], ['d@harbour']);
  const { people: later } = await book(db, clock);
  await later.note([{ key: 'e@harbour', name: 'Ada' }]);
  assert.ok(later.withTakenNames().has('e@harbour'));
});
