/**
 * The two tables of segments, entries and contents, under the same first row (step 3). It reads and
 * writes whole segments and believes none that is not intact. Decides nothing.
 */
import type { Database, Statement } from 'better-sqlite3';
import { ContentSegment } from './content-segment.ts';
import { findRecord, isIntact, recordCount, rowOffsetOf } from './entry-segment.ts';

export interface EntrySegment {
  readonly firstRow: number;
  readonly packed: Buffer;
}

export class SegmentTable {
  readonly #insertEntries: Statement;
  readonly #insertContents: Statement;
  readonly #updateEntries: Statement;
  readonly #updateContents: Statement;
  readonly #deleteEntries: Statement;
  readonly #deleteContents: Statement;
  readonly #entriesAt: Statement;
  readonly #contentsOf: Statement;
  readonly #contentsBytes: Statement;

  constructor(db: Database) {
    this.#insertEntries = db.prepare('INSERT INTO entries (row, packed) VALUES (?, ?)');
    this.#insertContents = db.prepare('INSERT INTO contents (row, packed) VALUES (?, ?)');
    this.#updateEntries = db.prepare('UPDATE entries SET packed = ? WHERE row = ?');
    this.#updateContents = db.prepare('UPDATE contents SET packed = ? WHERE row = ?');
    this.#deleteEntries = db.prepare('DELETE FROM entries WHERE row = ?');
    this.#deleteContents = db.prepare('DELETE FROM contents WHERE row = ?');
    this.#entriesAt = db
      .prepare('SELECT row, packed FROM entries WHERE row <= ? ORDER BY row DESC LIMIT 1')
      .raw();
    this.#contentsOf = db.prepare('SELECT packed FROM contents WHERE row = ?').pluck();
    this.#contentsBytes = db.prepare('SELECT length(packed) FROM contents WHERE row = ?').pluck();
  }

  /** The entries among which a row is, if it is anywhere. */
  entriesAround(row: number): EntrySegment | undefined {
    const found = this.#entriesAt.get(row) as [number, unknown] | undefined;
    if (!found || !isIntact(found[1])) return undefined;
    return { firstRow: found[0], packed: found[1] };
  }

  /** Undefined when it is missing or damaged. */
  contents(firstRow: number): ContentSegment | undefined {
    return ContentSegment.read(this.#contentsOf.get(firstRow));
  }

  contentsBytes(firstRow: number): number {
    return (this.#contentsBytes.get(firstRow) as number | undefined) ?? 0;
  }

  has(row: number): boolean {
    const segment = this.entriesAround(row);
    return segment !== undefined && findRecord(segment.packed, row - segment.firstRow) !== -1;
  }

  insert(firstRow: number, entries: Buffer, contents: Buffer | undefined): void {
    this.#insertEntries.run(firstRow, entries);
    if (contents) this.#insertContents.run(firstRow, contents);
  }

  updateEntries(firstRow: number, packed: Buffer): void {
    this.#updateEntries.run(packed, firstRow);
  }

  updateContents(firstRow: number, packed: Buffer): void {
    this.#updateContents.run(packed, firstRow);
  }

  deleteContents(firstRow: number): void {
    this.#deleteContents.run(firstRow);
  }

  delete(firstRow: number): void {
    this.#deleteEntries.run(firstRow);
    this.#deleteContents.run(firstRow);
  }
}

export function lastRowOf({ firstRow, packed }: EntrySegment): number {
  return firstRow + rowOffsetOf(packed, recordCount(packed) - 1);
}
