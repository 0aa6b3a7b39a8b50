/**
 * Applies batches to the tables, in the order in which they were committed (step 3). It runs within
 * a transaction that others begin and end, and tells its parts how that went. A mistake of the
 * caller is a RangeError; the transaction is then taken back.
 */
import {
  type AuthorRecord,
  bytesKey,
  type StoreBatch,
  type StoreEntry,
  storeLimits,
} from '@muster/core';
import type { Database } from 'better-sqlite3';
import type { OrderIndex } from './order-index.ts';
import { OrderJournal } from './order-journal.ts';
import { Retirement } from './retirement.ts';
import type { SegmentTable } from './segment-table.ts';
import { SegmentWriter } from './segment-writer.ts';
import { SideTables } from './side-tables.ts';
import type { Writers } from './writers.ts';

/** What a batch leaves out; one for all, because most batches leave out most. */
const none: readonly never[] = [];

export interface BatchWriterParts {
  readonly table: SegmentTable;
  readonly writers: Writers;
  readonly order: OrderIndex;
  readonly rowMax: number;
}

export class BatchWriter {
  readonly #writers: Writers;
  readonly #journal: OrderJournal;
  readonly #segments: SegmentWriter;
  readonly #retirement: Retirement;
  readonly #side: SideTables;
  #rowMax: number;
  /** Of each author only the last record of a group is written. */
  readonly #authors = new Map<string, AuthorRecord>();

  constructor(db: Database, parts: BatchWriterParts) {
    const { table, writers, rowMax } = parts;
    const order = new OrderJournal(parts.order);
    this.#writers = writers;
    this.#journal = order;
    this.#segments = new SegmentWriter({ table, writers, order, rowMax });
    this.#retirement = new Retirement(table, order);
    this.#side = new SideTables(db);
    this.#rowMax = rowMax;
  }

  apply(batches: readonly StoreBatch[]): void {
    for (const batch of batches) this.#applyOne(batch);
    this.#segments.flush();
    for (const author of this.#authors.values()) this.#side.putAuthor(author, this.#rowMax);
    this.#authors.clear();
  }

  /** Damaged segments go, and what they held with them. */
  drop(firstRows: Iterable<number>): void {
    for (const firstRow of firstRows) this.#retirement.drop(firstRow);
  }

  committed(): void {
    this.#journal.committed();
    this.#segments.committed();
  }

  rolledBack(): void {
    this.#journal.rolledBack();
    this.#segments.rolledBack();
    this.#authors.clear();
    this.#writers.clearCache();
    this.#side.recount();
  }

  #applyOne(batch: StoreBatch): void {
    const { put = none, note = none, evict = none, forget = none } = batch;
    if (put.length + note.length > 0) this.#add(note.length === 0 ? put : [...put, ...note]);
    if (evict.length + forget.length > 0) {
      this.#segments.flush();
      this.#retirement.retire(evict, forget);
    }
    if (batch.expired) this.#side.addExpired(batch.expired);
    if (batch.forgetExpiredUntilTickMs !== undefined) {
      this.#side.forgetExpired(batch.forgetExpiredUntilTickMs);
    }
    for (const author of batch.authors ?? none) this.#authors.set(bytesKey(author.author), author);
    for (const ticket of batch.tickets ?? none) this.#side.putTicket(ticket);
    for (const proof of batch.proofs ?? none) this.#side.putProof(proof);
    for (const [name, value] of batch.values ?? none) {
      if (value && value.length > storeLimits.valueBytesMax) throw new RangeError(`large: ${name}`);
      this.#side.putValue(name, value);
    }
  }

  /** In the order of their rows, so that they make one segment. */
  #add(entries: readonly StoreEntry[]): void {
    const rising = entries.length > 1 ? entries.toSorted((a, b) => a.row - b.row) : entries;
    for (const entry of rising) {
      this.#segments.add(entry);
      this.#rowMax = Math.max(this.#rowMax, entry.row);
    }
  }
}
