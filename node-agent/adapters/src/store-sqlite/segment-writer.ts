/**
 * Gathers new entries with their contents into segments (step 3): a run of successive rows, closed
 * when a row does not follow, when it is full, and at the end of each group. A late row, as after a
 * refused commit, gets a segment of its own, so that segments never overlap.
 */
import type { StoredBundle, StoreEntry } from '@muster/core';
import { segmentContentBytesMax, segmentEntriesMax } from './constants.ts';
import { ContentPacker, packedBytes } from './content-segment.ts';
import { seal, segmentBytes, writeRecord } from './entry-segment.ts';
import type { OrderJournal } from './order-journal.ts';
import type { SegmentTable } from './segment-table.ts';
import type { Writers } from './writers.ts';

const noTicket = new Uint8Array(0);

export interface SegmentWriterParts {
  readonly table: SegmentTable;
  readonly writers: Writers;
  readonly order: OrderJournal;
  /** The highest row on the disk. */
  readonly rowMax: number;
}

export class SegmentWriter {
  readonly #parts: SegmentWriterParts;
  readonly #entries = Buffer.alloc(segmentBytes(segmentEntriesMax));
  readonly #contents = new ContentPacker();
  #firstRow = 0;
  #count = 0;
  #rowMax: number;
  #rowMaxCommitted: number;

  constructor(parts: SegmentWriterParts) {
    this.#parts = parts;
    this.#rowMax = parts.rowMax;
    this.#rowMaxCommitted = parts.rowMax;
  }

  /** It reaches its table with `flush`. Throws a RangeError for a row that is taken. */
  add(entry: StoreEntry | StoredBundle): void {
    const { row, author, issuer } = entry;
    const content = entry.held ? (entry as StoredBundle) : undefined;
    this.#makeRoom(row, content ? packedBytes(content) : 0);
    const ticketId = content?.ticketId ?? noTicket;
    const writerNo = this.#parts.writers.numberOf({ author, issuer, ticketId });
    const firstRow = this.#firstRow;
    writeRecord(this.#entries, this.#count, { entry, firstRow, writerNo });
    this.#count++;
    this.#rowMax = Math.max(this.#rowMax, row);
    if (!content) return;
    this.#contents.add(row - firstRow, content);
    this.#parts.order.add(entry);
  }

  /** Writes what was added since the last call. */
  flush(): void {
    if (this.#count === 0) return;
    const packed = this.#entries.subarray(0, segmentBytes(this.#count));
    seal(packed);
    const contents = this.#contents.count > 0 ? this.#contents.take() : undefined;
    this.#parts.table.insert(this.#firstRow, packed, contents);
    this.#count = 0;
  }

  committed(): void {
    this.#rowMaxCommitted = this.#rowMax;
  }

  rolledBack(): void {
    this.#rowMax = this.#rowMaxCommitted;
    this.#count = 0;
    this.#contents.clear();
  }

  #makeRoom(row: number, contentBytes: number): void {
    if (row <= this.#rowMax) {
      this.flush();
      if (this.#parts.table.has(row)) throw new RangeError(`row ${row} is taken`);
    }
    const follows = row === this.#firstRow + this.#count && this.#count < segmentEntriesMax;
    const fits = this.#contents.bytes + contentBytes <= segmentContentBytesMax;
    if (!follows || !fits) this.flush();
    if (this.#count === 0) this.#firstRow = row;
  }
}
