/**
 * Both databases keep the same promises: order, atomic writes, and writes that run one at a time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import type { Database } from '../src/storage/database.ts';
import { IndexedDatabase } from '../src/storage/indexed-database.ts';
import { MemoryDatabase } from '../src/storage/memory-database.ts';

const kinds: readonly (readonly [string, () => Promise<Database>])[] = [
  ['IndexedDB', () => IndexedDatabase.open('contract', new IDBFactory())],
  ['memory', async () => new MemoryDatabase()],
];

for (const [name, open] of kinds) {
  test(`${name}: ranges come in key order, bounded, from either end`, async () => {
    const db = await open();
    await db.write(['messages'], async (tx) => {
      for (const key of ['b/2', 'a/1', 'b/1', 'b/3', 'c/1']) tx.put('messages', key, key);
    });
    const range = { from: 'b/', to: 'b/g', limit: 2 };
    const none = { from: 'c', to: 'b', limit: 1 };
    assert.deepEqual(await db.read(['messages'], (tx) => tx.range('messages', none)), []);
    const [up, down, count] = await db.read(['messages'], async (tx) => [
      await tx.range<string>('messages', range),
      await tx.range<string>('messages', { ...range, newestFirst: true }),
      await tx.count('messages', 'b/', 'b/g'),
    ]);
    assert.deepEqual(
      up.map(([key]) => key),
      ['b/1', 'b/2'],
    );
    assert.deepEqual(
      down.map(([, value]) => value),
      ['b/3', 'b/2'],
    );
    assert.equal(count, 3);
    db.close();
  });

  test(`${name}: a write that throws leaves nothing behind`, async () => {
    const db = await open();
    const broken = db.write(['meta', 'outbox'], async (tx) => {
      tx.put('meta', 'chain', 1);
      tx.put('outbox', '0', 1);
      await tx.get('meta', 'chain');
      throw new Error('cut');
    });
    await assert.rejects(broken, /cut/);
    const kept = await db.read(['meta', 'outbox'], async (tx) => [
      await tx.get('meta', 'chain'),
      await tx.get('outbox', '0'),
    ]);
    assert.deepEqual(kept, [undefined, undefined]);
    db.close();
  });

  test(`${name}: a hundred writes that count up never lose one`, async () => {
    const db = await open();
    const countUp = () =>
      db.write(['meta'], async (tx) => {
        const now = (await tx.get<number>('meta', 'n')) ?? 0;
        tx.put('meta', 'n', now + 1);
        return now;
      });
    const seen = await Promise.all(Array.from({ length: 100 }, countUp));
    assert.equal(new Set(seen).size, 100);
    assert.equal(await db.read(['meta'], (tx) => tx.get('meta', 'n')), 100);
    db.close();
  });
}

test('IndexedDB: destroyed is gone, for other tabs too', async () => {
  const factory = new IDBFactory();
  const tab = await IndexedDatabase.open('site', factory);
  const other = await IndexedDatabase.open('site', factory);
  await tab.write(['meta'], async (tx) => tx.put('meta', 'identity', 1));
  await tab.destroy();
  await assert.rejects(async () => other.read(['meta'], (tx) => tx.get('meta', 'identity')));
  const fresh = await IndexedDatabase.open('site', factory);
  assert.equal(await fresh.read(['meta'], (tx) => tx.get('meta', 'identity')), undefined);
  fresh.close();
});
