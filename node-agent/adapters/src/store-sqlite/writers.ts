/**
 * Author, issuer and ticket id under one small number, so that an entry carries 4 bytes of them
 * instead of 80 (step 3). Numbers are given once and cached; those that no entry uses any more go
 * at the next start.
 */
import { equalBytes } from '@muster/core';
import type { Database, Statement } from 'better-sqlite3';
import { writersCachedMax } from './constants.ts';
import type { Writer } from './entry-segment.ts';
import { plainBytes } from './plain-bytes.ts';

interface Numbered extends Writer {
  readonly no: number;
}

type Columns = [no: number, ticket: Buffer, author: Buffer, issuer: Buffer];

export class Writers {
  readonly #db: Database;
  readonly #find: Statement;
  readonly #insert: Statement;
  readonly #select: Statement;
  /** By the first bytes of the author's key: at worst a stranger's key costs a look-up. */
  readonly #byAuthor = new Map<number, Numbered>();
  readonly #byNo = new Map<number, Numbered>();

  constructor(db: Database) {
    this.#db = db;
    const where = 'ticket = ? AND author = ? AND issuer = ?';
    this.#find = db.prepare(`SELECT no FROM writers WHERE ${where}`).pluck();
    this.#insert = db.prepare('INSERT INTO writers (ticket, author, issuer) VALUES (?, ?, ?)');
    this.#select = db.prepare('SELECT no, ticket, author, issuer FROM writers WHERE no = ?').raw();
  }

  /** The number of a writer, given now if it is new. Within a transaction. */
  numberOf(writer: Writer): number {
    const key = cacheKey(writer.author);
    const cached = this.#byAuthor.get(key);
    if (cached && sameWriter(cached, writer)) return cached.no;
    const { author, issuer, ticketId } = writer;
    const found = this.#find.get(ticketId, author, issuer) as number | undefined;
    const no = found ?? Number(this.#insert.run(ticketId, author, issuer).lastInsertRowid);
    const known = {
      no,
      author: plainBytes(author),
      issuer: plainBytes(issuer),
      ticketId: plainBytes(ticketId),
    };
    if (this.#byAuthor.size >= writersCachedMax) this.#byAuthor.clear();
    this.#byAuthor.set(key, known);
    return no;
  }

  of(no: number): Writer | undefined {
    const cached = this.#byNo.get(no);
    if (cached) return cached;
    const columns = this.#select.get(no) as Columns | undefined;
    const writer = columns && numbered(columns);
    if (!writer) return undefined;
    if (this.#byNo.size >= writersCachedMax) this.#byNo.clear();
    this.#byNo.set(no, writer);
    return writer;
  }

  /** All of them at once, for reading all entries. */
  all(): Map<number, Writer> {
    const all = new Map<number, Writer>();
    const rows = this.#db.prepare('SELECT no, ticket, author, issuer FROM writers').raw();
    for (const columns of rows.iterate() as Iterable<Columns>) {
      const writer = numbered(columns);
      if (writer) all.set(writer.no, writer);
    }
    return all;
  }

  /** Forgets those that no entry uses. */
  keepOnly(used: ReadonlySet<number>): void {
    const numbers = this.#db.prepare('SELECT no FROM writers').pluck().all() as number[];
    const remove = this.#db.prepare('DELETE FROM writers WHERE no = ?');
    for (const no of numbers) if (!used.has(no)) remove.run(no);
    this.clearCache();
  }

  /** After a transaction was rolled back: numbers that it gave are not given. */
  clearCache(): void {
    this.#byAuthor.clear();
    this.#byNo.clear();
  }
}

function cacheKey(author: Uint8Array): number {
  return author[0]! + author[1]! * 256 + author[2]! * 65_536 + (author[3]! & 127) * 2 ** 24;
}

function sameWriter(a: Writer, b: Writer): boolean {
  if (!equalBytes(a.ticketId, b.ticketId) || !equalBytes(a.author, b.author)) return false;
  return equalBytes(a.issuer, b.issuer);
}

function numbered([no, ticket, author, issuer]: Columns): Numbered | undefined {
  if (author.length !== 32 || issuer.length !== 32) return undefined;
  return {
    no,
    author: plainBytes(author),
    issuer: plainBytes(issuer),
    ticketId: plainBytes(ticket),
  };
}
