/** What goes when a table of what strangers can grow has reached its maximum. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '@muster/core/testing';
import Sqlite from 'better-sqlite3';
import { migrate } from '../../src/store-sqlite/database-file.ts';
import { migrations } from '../../src/store-sqlite/schema.ts';
import { SideReader, SideTables } from '../../src/store-sqlite/side-tables.ts';

const limits = { authorsMax: 32, ticketsMax: 32, expiredIdsMax: 32, forkProofsMax: 4 };

function opened() {
  const db = new Sqlite(':memory:');
  migrate(db, migrations);
  const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  const random = new SeededRandom(1);
  return { db, random, count, tables: new SideTables(db, limits), reader: new SideReader(db) };
}

test('of authors the one that wrote longest ago goes, and frozen ones last', () => {
  const { tables, reader, random, count } = opened();
  const authors = Array.from({ length: 100 }, () => random.bytes(32));
  for (const [i, author] of authors.entries()) {
    tables.putAuthor({ author, seqMax: i, frozen: i < 5 }, i);
    // The sixth writes all the time.
    tables.putAuthor({ author: authors[5]!, seqMax: 1_000 + i, frozen: false }, i);
  }
  assert.ok(Number(count('authors')) <= 32);
  const left: number[] = [];
  reader.authors(({ seqMax }) => left.push(seqMax));
  left.sort((a, b) => a - b);
  assert.deepEqual(left.slice(0, 5), [0, 1, 2, 3, 4]);
  assert.deepEqual(left.slice(-2), [99, 1_099]);
});

test('frozen authors have a maximum too: then the one frozen longest ago goes', () => {
  const { tables, reader, random, count } = opened();
  for (let i = 0; i < 100; i++) {
    tables.putAuthor({ author: random.bytes(32), seqMax: i, frozen: true }, i);
  }
  assert.ok(Number(count('authors')) <= 32);
  const left: number[] = [];
  reader.authors(({ seqMax }) => left.push(seqMax));
  // In the order in which a node takes them in again.
  assert.deepEqual(
    left,
    left.toSorted((a, b) => a - b),
  );
  assert.equal(left.at(-1), 99);
});

test('of tickets the oldest goes under which nothing is stored', () => {
  const { db, tables, reader, random, count } = opened();
  const tickets = Array.from({ length: 100 }, () => ({
    id: random.bytes(16),
    wire: random.bytes(40),
  }));
  const insert = db.prepare('INSERT INTO writers (ticket, author, issuer) VALUES (?, ?, ?)');
  for (const { id } of tickets.slice(0, 4)) insert.run(id, random.bytes(32), random.bytes(32));
  for (const ticket of tickets) tables.putTicket(ticket);
  assert.ok(Number(count('tickets')) <= 32);
  for (const i of [0, 1, 2, 3, 98, 99]) {
    assert.deepEqual(reader.ticket(tickets[i]!.id), tickets[i]!.wire);
  }
  assert.equal(reader.ticket(tickets[4]!.id), undefined);
});

test('of expired ids those go that would be forgotten soonest', () => {
  const { db, tables, reader, random, count } = opened();
  for (let i = 0; i < 100; i++) {
    tables.addExpired([{ prefix: random.bytes(8), forgetTickMs: (i * 37) % 100 }]);
  }
  assert.ok(Number(count('expired')) <= 32);
  const left: number[] = [];
  reader.expired(({ forgetTickMs }) => left.push(forgetTickMs));
  assert.equal(left.at(-1), 99);
  assert.ok(left[0]! > 50);
  // Also when it has to count again after a change was taken back.
  db.transaction(() => {
    for (let i = 0; i < 50; i++)
      tables.addExpired([{ prefix: random.bytes(8), forgetTickMs: 200 }]);
    tables.recount();
  })();
  tables.addExpired([{ prefix: random.bytes(8), forgetTickMs: 300 }]);
  assert.ok(Number(count('expired')) <= 32);
});

test('of proofs the first stay', () => {
  const { tables, reader, random } = opened();
  for (let seq = 0; seq < 10; seq++) {
    const half = { signed: random.bytes(9), signature: random.bytes(64) };
    tables.putProof({ author: random.bytes(32), seq, first: half, second: half });
  }
  assert.deepEqual(
    reader.proofs(9).map(({ seq }) => seq),
    [0, 1, 2, 3],
  );
});
