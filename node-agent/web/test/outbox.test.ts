/**
 * The author chain never forks: not with two tabs at once, not after a restart, not when the phone
 * was restored from an old copy. Nothing is lost on the way to the first ticket.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BundleKind,
  decodeBundle,
  encodeMessage,
  HybridClock,
  openPayload,
  Scope,
  toHex,
  verifyBundle,
} from '@muster/core';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { webLimits } from '../src/limits.ts';
import { Outbox } from '../src/outbox/outbox.ts';
import type { Database } from '../src/storage/database.ts';
import { IndexedDatabase } from '../src/storage/indexed-database.ts';
import type { OutboxRecord } from '../src/storage/records.ts';
import { crypto, guestTicket, keyPair, site } from './support/site.ts';

const device = keyPair(3);
const tag = new Uint8Array(16).fill(7);
const draft = (text: string) => ({
  tag,
  kind: BundleKind.message,
  plain: encodeMessage({ name: 'Ada', text }),
});

function tab(db: Database, clock = new FakeClock()): Outbox {
  const random = new SeededRandom(1);
  const parts = { crypto, random, clock, hybrid: new HybridClock(), device, site };
  return new Outbox(db, parts, () => {});
}

async function admit(db: Database): Promise<void> {
  const ticket = guestTicket(device.publicKey);
  await db.write(['meta'], async (tx) => tx.put('meta', 'ticket', ticket));
}

function bundleOf(entry: OutboxRecord) {
  const decoded = decodeBundle(crypto, entry.bundle!.signed, entry.bundle!.signature);
  assert.ok(decoded.ok);
  assert.ok(verifyBundle(crypto, decoded.value));
  return decoded.value;
}

/** Every number once, each naming the one before it. */
function assertOneChain(entries: readonly OutboxRecord[], count: number): void {
  const bundles = entries.map(bundleOf).sort((a, b) => a.fields.seq - b.fields.seq);
  assert.deepEqual(
    bundles.map(({ fields }) => fields.seq),
    Array.from({ length: count }, (_, seq) => seq),
  );
  for (let i = 1; i < bundles.length; i++) {
    assert.equal(toHex(bundles[i]!.fields.prev), toHex(bundles[i - 1]!.id));
  }
}

test('two tabs that write at the same time make one chain', async () => {
  const factory = new IDBFactory();
  const tabs = await Promise.all(
    [1, 2].map(async () => tab(await IndexedDatabase.open('site', factory))),
  );
  await admit(await IndexedDatabase.open('site', factory));
  const writes = Array.from({ length: 40 }, (_, i) => tabs[i % 2]!.add(draft(`message ${i}`)));
  for (const written of await Promise.all(writes)) assert.ok(written.ok);
  await tabs[0]!.load();
  assert.equal(tabs[0]!.entries.length, 40);
  assertOneChain(tabs[0]!.entries, 40);
});

test('a tab that is closed between two messages leaves the chain whole', async () => {
  const factory = new IDBFactory();
  const first = await IndexedDatabase.open('site', factory);
  await admit(first);
  await tab(first).add(draft('one'));
  first.close();
  const second = tab(await IndexedDatabase.open('site', factory));
  await second.add(draft('two'));
  assertOneChain(second.entries, 2);
});

test('stamps rise even when the phone sets its clock back', async () => {
  const db = await IndexedDatabase.open('site', new IDBFactory());
  await admit(db);
  const clock = new FakeClock();
  await tab(db, clock).add(draft('one'));
  clock.setWall(clock.wall().unixMs - 60_000, 1);
  const later = tab(db, clock);
  await later.add(draft('two'));
  const [one, two] = later.entries.map((entry) => entry.bundle!.orderHex);
  assert.ok(one! < two!);
});

test('what is written before the first ticket is signed when it comes, in order', async () => {
  const db = await IndexedDatabase.open('site', new IDBFactory());
  const outbox = tab(db);
  for (const text of ['one', 'two', 'three']) await outbox.add(draft(text));
  assert.ok(outbox.entries.every((entry) => entry.bundle === undefined));
  await admit(db);
  await outbox.settle(-1);
  assertOneChain(outbox.entries, 3);
  assert.deepEqual(
    outbox.entries.map((entry) => bundleOf(entry).fields.seq),
    [0, 1, 2],
  );
});

test('a phone restored from an old copy goes on past what the node has seen', async () => {
  const db = await IndexedDatabase.open('site', new IDBFactory());
  await admit(db);
  const outbox = tab(db);
  await outbox.add(draft('waits, signed under a number that is used up'));
  await outbox.add(draft('held long ago'));
  await outbox.note(1, { state: 'held', nodes: 1 });
  const heldBefore = toHex(outbox.entries[1]!.bundle!.id);
  await outbox.settle(9);
  const [waiting, held] = outbox.entries;
  assert.equal(bundleOf(waiting!).fields.seq, 10);
  assert.equal(toHex(bundleOf(waiting!).fields.prev), '00'.repeat(32));
  assert.equal(toHex(held!.bundle!.id), heldBefore);
  await outbox.add(draft('goes on'));
  assert.equal(bundleOf(outbox.entries[2]!).fields.seq, 11);
});

test('a node that has seen less than we wrote changes nothing', async () => {
  const db = await IndexedDatabase.open('site', new IDBFactory());
  await admit(db);
  const outbox = tab(db);
  for (const text of ['one', 'two']) await outbox.add(draft(text));
  const ids = outbox.entries.map((entry) => toHex(entry.bundle!.id));
  await outbox.settle(1);
  await outbox.settle(0);
  assert.deepEqual(
    outbox.entries.map((entry) => toHex(entry.bundle!.id)),
    ids,
  );
});

test('held stays held, and the number of nodes never falls', async () => {
  const db = await IndexedDatabase.open('site', new IDBFactory());
  await admit(db);
  const outbox = tab(db);
  await outbox.add(draft('one'));
  await outbox.note(0, { state: 'held', nodes: 3, heldBy: ['a1'] });
  await outbox.note(0, { state: 'refused', reason: 'expired' });
  await outbox.note(0, { state: 'held', nodes: 1, heldBy: ['a3'] });
  const [entry] = outbox.entries;
  assert.equal(entry!.state, 'held');
  assert.equal(entry!.nodes, 3);
  assert.deepEqual(entry!.heldBy, ['a1', 'a3']);
});

test('in a private channel only holders of the key can read', async () => {
  const db = await IndexedDatabase.open('site', new IDBFactory());
  await admit(db);
  const key = new Uint8Array(32).fill(5);
  await db.write(['channels'], async (tx) => tx.put('channels', toHex(tag), { tag, key }));
  const outbox = tab(db);
  const { plain } = draft('secret');
  await outbox.add({ tag, kind: BundleKind.message, plain });
  const { fields } = bundleOf(outbox.entries[0]!);
  const place = { site, tag, author: device.publicKey };
  assert.equal(Buffer.from(fields.payload).includes('secret'), false);
  assert.deepEqual(openPayload(crypto, fields.payload, { ...place, key }), plain);
  const other = new Uint8Array(32).fill(6);
  assert.equal(openPayload(crypto, fields.payload, { ...place, key: other }), undefined);
});

test('at its maximum the outbox lets go of what is held, and of nothing else', async () => {
  const db = await IndexedDatabase.open('site', new IDBFactory());
  const outbox = tab(db);
  for (let i = 0; i < webLimits.outboxEntriesMax; i++) assert.ok((await outbox.add(draft('x'))).ok);
  assert.deepEqual(await outbox.add(draft('x')), { ok: false, reason: 'outbox-full' });
  await outbox.note(4, { state: 'held', nodes: 1 });
  assert.ok((await outbox.add(draft('y'))).ok);
  const numbers = outbox.entries.map(({ entry }) => entry);
  assert.equal(numbers.includes(4), false);
  assert.equal(numbers.at(-1), webLimits.outboxEntriesMax);
});

test('a node that claims to have seen what cannot be does not use up the key', async () => {
  const db = await IndexedDatabase.open('site', new IDBFactory());
  await admit(db);
  const outbox = tab(db);
  await outbox.add(draft('one'));
  for (const seqMax of [2 ** 48 - 1, Number.MAX_SAFE_INTEGER, 2 ** 32]) await outbox.settle(seqMax);
  await outbox.add(draft('two'));
  assertOneChain(outbox.entries, 2);
});

test('a message that is to stay says so under its signature, also when signed anew', async () => {
  const db = await IndexedDatabase.open('site', new IDBFactory());
  await admit(db);
  const outbox = tab(db);
  await outbox.add({ ...draft('stays'), scope: Scope.site });
  await outbox.add(draft('goes'));
  const scopes = () => outbox.entries.map((entry) => bundleOf(entry).fields.scope);
  assert.deepEqual(scopes(), [Scope.site, Scope.anywhere]);
  await outbox.settle(9);
  assert.deepEqual(scopes(), [Scope.site, Scope.anywhere]);
});
