/**
 * What the store keeps beside bundles (step 3): authors, tickets, fork proofs, expired ids, named
 * values. Each table that strangers can grow has its maximum and a rule for what goes there.
 */
import {
  type AuthorRecord,
  type ExpiredId,
  type ForkProof,
  type StoreBatch,
  storeLimits,
} from '@muster/core';
import type { Database, Statement } from 'better-sqlite3';
import { BoundedTable } from './bounded-table.ts';
import { plainBytes } from './plain-bytes.ts';

type Ticket = NonNullable<StoreBatch['tickets']>[number];
type ProofColumns = [Buffer, number, Buffer, Buffer, Buffer, Buffer];

type Limit = 'authorsMax' | 'ticketsMax' | 'expiredIdsMax' | 'forkProofsMax';
export type SideLimits = Readonly<Record<Limit, number>>;

export class SideTables {
  readonly #putAuthor: Statement;
  readonly #putTicket: Statement;
  readonly #putProof: Statement;
  readonly #putExpired: Statement;
  readonly #forgetExpired: Statement;
  readonly #putValue: Statement;
  readonly #deleteValue: Statement;
  readonly #authors: BoundedTable;
  readonly #tickets: BoundedTable;
  readonly #expired: BoundedTable;

  constructor(db: Database, limits: SideLimits = storeLimits) {
    this.#putAuthor = db.prepare(
      `INSERT INTO authors (author, seq_max, frozen, written_at_row) VALUES (?, ?, ?, ?)
       ON CONFLICT (author) DO UPDATE SET seq_max = excluded.seq_max, frozen = excluded.frozen,
         written_at_row = excluded.written_at_row`,
    );
    this.#putTicket = db.prepare('INSERT OR IGNORE INTO tickets (id, wire) VALUES (?, ?)');
    this.#putProof = db.prepare(
      `INSERT OR IGNORE INTO proofs SELECT ?, ?, ?, ?, ?, ?
       WHERE (SELECT count(*) FROM proofs) < ${limits.forkProofsMax}`,
    );
    this.#putExpired = db.prepare('INSERT OR IGNORE INTO expired VALUES (?, ?)');
    this.#forgetExpired = db.prepare('DELETE FROM expired WHERE forget_tick_ms <= ?');
    this.#putValue = db.prepare('INSERT OR REPLACE INTO named_values VALUES (?, ?)');
    this.#deleteValue = db.prepare('DELETE FROM named_values WHERE name = ?');
    this.#authors = new BoundedTable(db, {
      name: 'authors',
      rowsMax: limits.authorsMax,
      // The one that wrote longest ago goes, and frozen ones last: they are to stay frozen.
      first: 'SELECT author FROM authors ORDER BY frozen, written_at_row',
      key: 'author',
    });
    this.#tickets = new BoundedTable(db, {
      name: 'tickets',
      rowsMax: limits.ticketsMax,
      // A ticket under which a bundle is stored is sent along with it; those come last.
      first: `SELECT no FROM tickets
        ORDER BY EXISTS (SELECT 1 FROM writers WHERE writers.ticket = tickets.id), no`,
      key: 'no',
    });
    this.#expired = new BoundedTable(db, {
      name: 'expired',
      rowsMax: limits.expiredIdsMax,
      first: 'SELECT forget_tick_ms, prefix FROM expired ORDER BY forget_tick_ms, prefix',
      key: '(forget_tick_ms, prefix)',
    });
  }

  putAuthor({ author, seqMax, frozen }: AuthorRecord, atRow: number): void {
    this.#authors.grown(this.#putAuthor.run(author, seqMax, Number(frozen), atRow).changes);
  }

  putTicket({ id, wire }: Ticket): void {
    this.#tickets.grown(this.#putTicket.run(id, wire).changes);
  }

  /** The first proof of an author stays, and so do all once there are as many as may be. */
  putProof({ author, seq, first, second }: ForkProof): void {
    const halves = [first.signed, first.signature, second.signed, second.signature];
    this.#putProof.run(author, seq, ...halves);
  }

  addExpired(expired: readonly ExpiredId[]): void {
    for (const { forgetTickMs, prefix } of expired) {
      this.#expired.grown(this.#putExpired.run(forgetTickMs, prefix).changes);
    }
  }

  forgetExpired(untilTickMs: number): void {
    this.#expired.shrunk(this.#forgetExpired.run(untilTickMs).changes);
  }

  putValue(name: string, value: Uint8Array | undefined): void {
    if (value) this.#putValue.run(name, value);
    else this.#deleteValue.run(name);
  }

  /** After a transaction was taken back. */
  recount(): void {
    for (const table of [this.#authors, this.#tickets, this.#expired]) table.recount();
  }
}

/** Reads the same tables; rows that no writer of ours makes are left out. */
export class SideReader {
  readonly #ticket: Statement;
  readonly #value: Statement;
  readonly #proofs: Statement;
  readonly #authors: Statement;
  readonly #expired: Statement;

  constructor(db: Database) {
    this.#ticket = db.prepare('SELECT wire FROM tickets WHERE id = ?').pluck();
    this.#value = db.prepare('SELECT value FROM named_values WHERE name = ?').pluck();
    this.#proofs = db.prepare('SELECT * FROM proofs ORDER BY rowid LIMIT ?').raw();
    this.#authors = db
      .prepare('SELECT author, seq_max, frozen FROM authors ORDER BY written_at_row')
      .raw();
    this.#expired = db
      .prepare('SELECT prefix, forget_tick_ms FROM expired ORDER BY forget_tick_ms, prefix')
      .raw();
  }

  ticket(id: Uint8Array): Uint8Array | undefined {
    const wire = this.#ticket.get(id) as Buffer | undefined;
    return wire && plainBytes(wire);
  }

  value(name: string): Uint8Array | undefined {
    const value = this.#value.get(name) as Buffer | undefined;
    return value && plainBytes(value);
  }

  proofs(limit: number): ForkProof[] {
    const rows = this.#proofs.all(limit) as ProofColumns[];
    return rows.map(([author, seq, signed, signature, otherSigned, otherSignature]) => ({
      author: plainBytes(author),
      seq,
      first: { signed: plainBytes(signed), signature: plainBytes(signature) },
      second: { signed: plainBytes(otherSigned), signature: plainBytes(otherSignature) },
    }));
  }

  authors(visit: (author: AuthorRecord) => void): void {
    for (const [author, seqMax, frozen] of this.#authors.all() as [Buffer, number, number][]) {
      if (author.length !== 32) continue;
      visit({ author: plainBytes(author), seqMax, frozen: frozen !== 0 });
    }
  }

  expired(visit: (expired: ExpiredId) => void): void {
    for (const [prefix, forgetTickMs] of this.#expired.all() as [Buffer, number][]) {
      if (prefix.length === 8) visit({ prefix: plainBytes(prefix), forgetTickMs });
    }
  }
}
