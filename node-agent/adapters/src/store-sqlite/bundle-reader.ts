/**
 * Reads bundles and entries out of their segments (step 3). What is damaged is left out and
 * reported, never thrown. The segments read last stay at hand, because who reads one bundle often
 * reads its neighbours next.
 */
import type { Logger, SinceQuery, Store, StoredBundle } from '@muster/core';
import type { Database, Statement } from 'better-sqlite3';
import { segmentsCachedMax } from './constants.ts';
import type { ContentSegment } from './content-segment.ts';
import {
  findRecord,
  isHeld,
  isIntact,
  laneOf,
  readEntry,
  recordCount,
  rowOffsetOf,
  writerNoOf,
} from './entry-segment.ts';
import { type EntrySegment, lastRowOf, type SegmentTable } from './segment-table.ts';
import type { Writers } from './writers.ts';

/** Segments read at once while all entries are loaded: 1 MB. */
const loadedAtOnce = 128;

export interface BundleReaderParts {
  readonly db: Database;
  readonly table: SegmentTable;
  readonly writers: Writers;
  readonly logger: Logger;
  /** Where first rows of damaged segments are put. */
  readonly damaged: Set<number>;
}

interface Cached extends EntrySegment {
  readonly lastRow: number;
  contents?: ContentSegment | undefined;
}

export class BundleReader {
  readonly #parts: BundleReaderParts;
  readonly #nextEntries: Statement;
  #cached: Cached[] = [];

  constructor(parts: BundleReaderParts) {
    this.#parts = parts;
    this.#nextEntries = parts.db
      .prepare(`SELECT row, packed FROM entries WHERE row > ? ORDER BY row LIMIT ${loadedAtOnce}`)
      .raw();
  }

  /** Before anything is written: what is at hand may no longer be what the tables hold. */
  clearCache(): void {
    if (this.#cached.length > 0) this.#cached = [];
  }

  /** Undefined when the row is not held. */
  bundle(row: number): StoredBundle | undefined {
    const segment = this.#segmentAround(row);
    if (!segment) return undefined;
    const { firstRow, packed } = segment;
    const index = findRecord(packed, row - firstRow);
    if (index === -1 || !isHeld(packed, index)) return undefined;
    const writer = this.#parts.writers.of(writerNoOf(packed, index));
    const entry = writer && readEntry(packed, index, { firstRow, writer });
    segment.contents ??= this.#parts.table.contents(firstRow);
    const content = segment.contents?.find(row - firstRow);
    if (writer && entry && content) return { ...entry, ...content, ticketId: writer.ticketId };
    this.#foundDamaged(firstRow);
    return undefined;
  }

  entries(visit: Parameters<Store['load']>[0]['entry']): void {
    const writers = this.#parts.writers.all();
    let last = Number.NEGATIVE_INFINITY;
    let skipped = 0;
    for (;;) {
      const segments = this.#nextEntries.all(last) as [number, unknown][];
      for (const [firstRow, packed] of segments) {
        last = firstRow;
        if (!isIntact(packed)) {
          this.#foundDamaged(firstRow);
          continue;
        }
        for (let index = 0; index < recordCount(packed); index++) {
          const writer = writers.get(writerNoOf(packed, index));
          const entry = writer && readEntry(packed, index, { firstRow, writer });
          if (entry) visit(entry);
          else skipped++;
        }
      }
      if (segments.length < loadedAtOnce) break;
    }
    if (skipped > 0) this.#parts.logger.error('entries-skipped', { count: skipped });
  }

  /** Held bundles of rows above the given one, rows rising. */
  since({ row, lane, limit }: SinceQuery): StoredBundle[] {
    const bundles: StoredBundle[] = [];
    let last = (this.#parts.table.entriesAround(row)?.firstRow ?? 0) - 1;
    for (;;) {
      const segments = this.#nextEntries.all(last) as [number, unknown][];
      for (const [firstRow, packed] of segments) {
        last = firstRow;
        if (!isIntact(packed)) {
          this.#foundDamaged(firstRow);
          continue;
        }
        for (let index = 0; index < recordCount(packed); index++) {
          const found = firstRow + rowOffsetOf(packed, index);
          if (found <= row || !isHeld(packed, index)) continue;
          if (lane !== undefined && laneOf(packed, index) !== lane) continue;
          const bundle = this.bundle(found);
          if (bundle) bundles.push(bundle);
          if (bundles.length >= limit) return bundles;
        }
      }
      if (segments.length < loadedAtOnce) return bundles;
    }
  }

  #segmentAround(row: number): Cached | undefined {
    const cached = this.#cached.find(({ firstRow, lastRow }) => row >= firstRow && row <= lastRow);
    if (cached) return cached;
    const segment = this.#parts.table.entriesAround(row);
    if (!segment) return undefined;
    const found: Cached = { ...segment, lastRow: lastRowOf(segment) };
    if (this.#cached.length >= segmentsCachedMax) this.#cached.shift();
    this.#cached.push(found);
    return found;
  }

  #foundDamaged(firstRow: number): void {
    const { damaged, logger } = this.#parts;
    if (damaged.has(firstRow)) return;
    damaged.add(firstRow);
    logger.error('segment-damaged', { firstRow });
  }
}
