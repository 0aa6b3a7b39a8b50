/**
 * Looks for damage when the store is opened (step 3), within a bounded time: a small file wholly,
 * of a large one all entries and samples of the contents. Throws what SQLite throws for a damaged
 * file; single damaged segments are only named. Changes nothing.
 */
import type { Database } from 'better-sqlite3';
import { checkedBytesMax, checkedSamples } from './constants.ts';
import { DamagedError } from './database-file.ts';
import * as entries from './entry-segment.ts';
import type { OrderIndex } from './order-index.ts';

export interface Survey {
  readonly rowMax: number;
  readonly writersUsed: ReadonlySet<number>;
  /** First rows of segments that are not intact. */
  readonly damaged: readonly number[];
}

/** The whole file, or when it is large its smaller tables and samples of its largest. */
export function checkFile(db: Database): void {
  const pages = db.pragma('page_count', { simple: true }) as number;
  const pageBytes = db.pragma('page_size', { simple: true }) as number;
  if (pages * pageBytes <= checkedBytesMax) {
    quickCheck(db, '1');
    return;
  }
  for (const table of ['named_values', 'proofs', 'authors', 'writers']) quickCheck(db, table);
  sampleContents(db);
}

/** Reads all entries, which finds damage among them, and fills the order index. */
export function survey(db: Database, order: OrderIndex): Survey {
  const writersUsed = new Set<number>();
  const damaged: number[] = [];
  let rowMax = 0;
  const segments = db.prepare('SELECT row, packed FROM entries ORDER BY row').raw();
  for (const [firstRow, packed] of segments.iterate() as Iterable<[number, unknown]>) {
    rowMax = Math.max(rowMax, firstRow);
    if (!entries.isIntact(packed)) {
      damaged.push(firstRow);
      continue;
    }
    const count = entries.recordCount(packed);
    for (let index = 0; index < count; index++) {
      writersUsed.add(entries.writerNoOf(packed, index));
      if (entries.isHeld(packed, index)) order.add(entries.placedOf(packed, index, firstRow));
    }
    rowMax = Math.max(rowMax, firstRow + entries.rowOffsetOf(packed, count - 1));
  }
  return { rowMax, writersUsed, damaged };
}

function quickCheck(db: Database, argument: string): void {
  const found = db.pragma(`quick_check(${argument})`, { simple: true }) as string;
  if (found !== 'ok') throw new DamagedError(found.slice(0, 200));
}

function sampleContents(db: Database): void {
  const first = db.prepare('SELECT min(row), max(row) FROM contents').raw();
  const [low, high] = first.get() as [number | null, number | null];
  if (low === null || high === null) return;
  const at = db.prepare('SELECT packed FROM contents WHERE row >= ? ORDER BY row LIMIT 1').pluck();
  for (let i = 0; i < checkedSamples; i++) {
    at.get(low + Math.floor(((high - low) * i) / (checkedSamples - 1)));
  }
}
