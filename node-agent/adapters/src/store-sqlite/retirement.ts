/**
 * Evicts and forgets rows inside their segments (step 3), as the core decided. Contents are written
 * again only when less than half of a segment is held, because each rewriting wears the card.
 */
import { ContentPacker } from './content-segment.ts';
import {
  clearHeld,
  findRecord,
  heldBytes,
  isHeld,
  keepRecords,
  placedOf,
  recordCount,
} from './entry-segment.ts';
import type { OrderJournal } from './order-journal.ts';
import { type EntrySegment, lastRowOf, type SegmentTable } from './segment-table.ts';

interface Changing extends EntrySegment {
  /** Records that go. */
  readonly gone: Set<number>;
  evicted: boolean;
}

export class Retirement {
  readonly #table: SegmentTable;
  readonly #order: OrderJournal;
  readonly #packer = new ContentPacker();

  constructor(table: SegmentTable, order: OrderJournal) {
    this.#table = table;
    this.#order = order;
  }

  /** Rows that are not there do not matter. */
  retire(evict: readonly number[], forget: readonly number[]): void {
    const wholly = new Map<number, boolean>();
    for (const row of evict) wholly.set(row, false);
    for (const row of forget) wholly.set(row, true);
    let changing: Changing | undefined;
    for (const row of [...wholly.keys()].sort((a, b) => a - b)) {
      if (!changing || row > lastRowOf(changing)) {
        if (changing) this.#write(changing);
        const segment = this.#table.entriesAround(row);
        changing = segment && { ...segment, gone: new Set(), evicted: false };
      }
      if (changing) this.#change(changing, row, wholly.get(row)!);
    }
    if (changing) this.#write(changing);
  }

  /** Removes a segment that turned out damaged; neighbours will offer its bundles again. */
  drop(firstRow: number): void {
    const segment = this.#table.entriesAround(firstRow);
    if (segment?.firstRow === firstRow) {
      for (let index = recordCount(segment.packed) - 1; index >= 0; index--) {
        this.#evict(segment, index);
      }
    }
    this.#table.delete(firstRow);
  }

  #change(changing: Changing, row: number, wholly: boolean): void {
    const index = findRecord(changing.packed, row - changing.firstRow);
    if (index === -1) return;
    if (this.#evict(changing, index)) changing.evicted = true;
    if (wholly) changing.gone.add(index);
  }

  /** False when its content was gone already. */
  #evict({ firstRow, packed }: EntrySegment, index: number): boolean {
    if (!isHeld(packed, index)) return false;
    this.#order.remove(placedOf(packed, index, firstRow));
    clearHeld(packed, index);
    return true;
  }

  #write(changing: Changing): void {
    const { firstRow, packed, gone, evicted } = changing;
    const count = recordCount(packed);
    if (gone.size === count) {
      this.#table.delete(firstRow);
    } else if (gone.size > 0 || evicted) {
      const indexes = Array.from({ length: count }, (_, index) => index);
      const kept = keepRecords(
        packed,
        indexes.filter((index) => !gone.has(index)),
      );
      this.#table.updateEntries(firstRow, kept);
      if (evicted) this.#shrinkContents(firstRow, kept);
    }
  }

  #shrinkContents(firstRow: number, packed: Buffer): void {
    const held = heldBytes(packed);
    if (held === 0) {
      this.#table.deleteContents(firstRow);
      return;
    }
    if (held * 2 > this.#table.contentsBytes(firstRow)) return;
    const contents = this.#table.contents(firstRow);
    // Damaged contents stay as they are: whoever reads them will notice.
    if (!contents) return;
    contents.pack(this.#packer, (rowOffset) => {
      const index = findRecord(packed, rowOffset);
      return index !== -1 && isHeld(packed, index);
    });
    this.#table.updateContents(firstRow, this.#packer.take());
  }
}
