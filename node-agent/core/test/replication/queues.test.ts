/** The small bounded parts: queues, maps, slots, buckets and turns keep to their maximum. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BoundedMap } from '../../src/bounds/bounded-map.ts';
import { Fifo } from '../../src/bounds/fifo.ts';
import { Meter } from '../../src/bounds/meter.ts';
import { Lane } from '../../src/bundle/bundle.ts';
import { concat } from '../../src/bytes/concat.ts';
import { SlotTable } from '../../src/replication/dictionary/slot-table.ts';
import { PeerKnowledge } from '../../src/replication/knowledge/peer-knowledge.ts';
import { Branch } from '../../src/replication/lane/branch.ts';
import { Offers } from '../../src/replication/lane/offers.ts';
import { messageLimits, pushLimits, treeLimits } from '../../src/replication/limits.ts';
import { Turns } from '../../src/replication/session/turns.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';

test('a fifo keeps order and refuses what is beyond its maximum', () => {
  const fifo = new Fifo<number>(3);
  const out: (number | undefined)[] = [];
  for (let i = 0; i < 5; i++) fifo.push(i);
  out.push(fifo.shift(), fifo.shift());
  for (let i = 5; i < 9; i++) fifo.push(i);
  assert.equal(fifo.length, 3);
  out.push(...fifo.take(10), fifo.shift());
  assert.deepEqual(out, [0, 1, 2, 5, 6, undefined]);
});

test('a bounded map drops what was set longest ago', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  assert.equal(map.set('c', 4), 2);
  assert.deepEqual([map.get('a'), map.get('b'), map.get('c'), map.size], [3, undefined, 4, 2]);
});

test('a bounded map does as a list of its entries would, whatever is set and deleted', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(12)), { maxLength: 200 }), (steps) => {
      const map = new BoundedMap<number, number>(5);
      let list: number[] = [];
      for (const [deletes, key] of steps) {
        list = list.filter((other) => other !== key);
        if (deletes) map.delete(key);
        else assert.equal(map.set(key, key), list.push(key) > 5 ? list.shift() : undefined);
        assert.ok(list.every((other) => map.get(other) === other));
        assert.equal(map.size, list.length);
      }
    }),
  );
});

test('slots go to new keys, then the one idle longest is reused', () => {
  const slots = new SlotTable<string>(2);
  assert.equal(slots.give('a', 'A'), 0);
  assert.equal(slots.give('b', 'B'), 1);
  assert.equal(slots.use('a')?.number, 0);
  assert.equal(slots.give('c', 'C'), 1);
  assert.equal(slots.use('b'), undefined);
  assert.equal(slots.use('a')?.value, 'A');
});

test('a bucket fills with time, keeps a share, and never owes more than a burst', () => {
  const bucket = new Meter({ perSecond: 10, burst: 20 }, 0);
  bucket.spend(19, 0);
  assert.equal(bucket.hasBeyond(0, 0), true);
  assert.equal(bucket.hasBeyond(0.1, 0), false);
  assert.equal(bucket.hasBeyond(0.1, 200), true);
  bucket.spend(1000, 200);
  assert.equal(bucket.level(200), -20);
  assert.equal(bucket.level(2_200), 0);
  assert.equal(bucket.level(100), 0);
  assert.equal(bucket.level(1_000_000), 20);
});

test('turns go round in order, and who waits may leave', () => {
  const turns = new Turns(2);
  const began: string[] = [];
  const holders = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, { name }]));
  for (const name of ['a', 'b', 'c', 'd', 'e']) turns.take(holders[name]!, () => began.push(name));
  turns.take(holders.a!, () => began.push('a again'));
  assert.deepEqual(began, ['a', 'b']);
  turns.leave(holders.c!);
  turns.leave(holders.a!);
  assert.deepEqual(began, ['a', 'b', 'd']);
  turns.leave(holders.a!);
  turns.leave(holders.d!);
  turns.leave(holders.b!);
  assert.deepEqual(began, ['a', 'b', 'd', 'e']);
});

test('a branch: pruned where it is not needed, never in the base tree, and not for ever', () => {
  const branch = new Branch(Lane.normal);
  assert.equal(branch.pushes(false, 0), true);
  branch.onDuplicate(true, 1);
  assert.deepEqual([branch.pruneDue, branch.pushes(true, 1)], [false, true]);
  branch.onDuplicate(false, 2);
  assert.deepEqual([branch.pruneDue, branch.pushes(false, 2)], [true, false]);
  branch.pruneDue = false;
  branch.onDuplicate(false, 3);
  assert.equal(branch.pruneDue, false, 'what was on its way is no reason to say it again');
  branch.onDuplicate(false, 3 + pushLimits.graftDelayMs);
  assert.equal(branch.pruneDue, true);
  branch.graft(1_000);
  assert.deepEqual([branch.pruneDue, branch.pushes(false, 1_000)], [false, true]);
  assert.equal(branch.pushes(false, 1_001 + treeLimits.crutchMs), false);
  const urgent = new Branch(Lane.urgent);
  urgent.onDuplicate(false, 1);
  urgent.prune();
  assert.deepEqual([urgent.pruneDue, urgent.pushes(false, 1e9)], [false, true]);
});

test('what a neighbour is known to have: sent, then shown, then forgotten as the oldest', () => {
  const knowledge = new PeerKnowledge(77);
  knowledge.sent('x', 5);
  assert.deepEqual([knowledge.has('x'), knowledge.hasShown('x')], [true, false]);
  assert.deepEqual([knowledge.hasSince('x', 5), knowledge.hasSince('x', 6)], [true, false]);
  knowledge.shown('x', 7);
  knowledge.sent('x', 9);
  assert.deepEqual([knowledge.hasShown('x'), knowledge.hasSince('x', 8)], [true, false]);
  for (let i = 0; i < 5000; i++) knowledge.sent(`${i}`, 10);
  assert.equal(knowledge.has('x'), false);
});

test('offers: at most two unanswered, single ones first, a new backlog replaces the old', () => {
  const random = new SeededRandom(5);
  const offers = new Offers();
  const backlog = random.bytes(32 * 200);
  const single = random.bytes(32);
  offers.setBacklog(random.bytes(32 * 10));
  offers.setBacklog(backlog);
  assert.ok(offers.add(single));
  assert.equal(offers.waiting, 201);
  const all = () => true;
  assert.equal(offers.awaitedCount, 0);
  const first = offers.next(all);
  assert.equal(first?.length, messageLimits.offerIdsMax);
  assert.equal(offers.next(all)?.length, messageLimits.offerIdsMax);
  assert.equal(offers.next(all), undefined);
  assert.deepEqual(offers.answered()[0], single);
  let looked = 0;
  const third = offers.next(() => looked++ % 2 === 0);
  assert.deepEqual([third?.length, looked, offers.waiting], [37, 73, 0]);
});

test('of a backlog the newest are offered first, then all others in order', () => {
  const offers = new Offers();
  const ids = Array.from({ length: 150 }, (_, i) => new Uint8Array(32).fill(i));
  offers.setBacklog(concat(...ids));
  const offered: Uint8Array[] = [];
  while (offers.next(() => true) !== undefined) offered.push(...offers.answered());
  // Whoever remembers one of them does not keep the whole backlog.
  for (const id of offered) assert.equal(id.buffer.byteLength, id.length);
  assert.deepEqual(offered, [...ids.slice(-messageLimits.offerIdsMax), ...ids.slice(0, -64)]);
});

test('offers beyond their queue are left to reconciliation', () => {
  const offers = new Offers();
  const id = new Uint8Array(32);
  for (let i = 0; i < pushLimits.offerQueueMax; i++) assert.ok(offers.add(id));
  assert.equal(offers.add(id), false);
});
