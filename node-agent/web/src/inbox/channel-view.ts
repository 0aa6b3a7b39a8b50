/**
 * The messages of the channel that is on view, in the one total order, as far as the reader has
 * scrolled back. Above its lower bound it shows everything that is kept, so that no gap ever looks
 * like none; what arrives is put in its place, wherever that is, and shown once.
 */
import { webLimits } from '../limits.ts';
import type { Database } from '../storage/database.ts';
import { type MessageRecord, messageKey, orderCeiling } from '../storage/records.ts';
import type { Placed } from './inbox.ts';

/** Merges two runs, each in any order, by order key; of two with one key the later given wins. */
export function merged(present: readonly Placed[], coming: readonly Placed[]): Placed[] {
  const byOrder = new Map<string, Placed>();
  for (const one of present) byOrder.set(one.orderHex, one);
  for (const one of coming) byOrder.set(one.orderHex, one);
  return [...byOrder.values()].sort((a, b) => (a.orderHex < b.orderHex ? -1 : 1));
}

export class ChannelView {
  readonly tagHex: string;
  readonly #db: Database;
  readonly #onChange: () => void;
  #rows: Placed[] = [];
  /** Everything kept from this order key on is on view. */
  #from = orderCeiling;

  constructor(tagHex: string, db: Database, onChange: () => void) {
    this.tagHex = tagHex;
    this.#db = db;
    this.#onChange = onChange;
  }

  /** Oldest first. */
  get rows(): readonly Placed[] {
    return this.#rows;
  }

  /** False once as many messages are open as may be: the reader scrolls back no further. */
  get hasRoom(): boolean {
    return this.#rows.length < webLimits.openMessagesMax;
  }

  /** True when nothing is kept between `floor` and what is on view. */
  reaches(floor: string): boolean {
    return this.#from <= floor;
  }

  /** Puts up to `limit` more kept messages on view, down to `floor` at most. */
  async extend(floor: string, limit: number): Promise<void> {
    if (this.reaches(floor)) return;
    const prefix = messageKey(this.tagHex, '');
    const range = { from: prefix + floor, to: prefix + this.#from, newestFirst: true };
    const pairs = await this.#db.read(['messages'], (tx) =>
      tx.range<MessageRecord>('messages', { ...range, limit: limit + 1 }),
    );
    const older = pairs
      .map(([key, record]) => ({ orderHex: key.slice(prefix.length), record }))
      .filter((one) => one.orderHex !== this.#from);
    // A full read may have left something between its last row and the floor.
    this.#from = pairs.length > limit ? older.at(-1)!.orderHex : floor;
    this.#put(older);
  }

  /** Takes what came in; what lies further back waits until the reader scrolls there. */
  add(coming: readonly Placed[]): void {
    this.#put(coming.filter((one) => one.orderHex >= this.#from));
  }

  #put(coming: readonly Placed[]): void {
    if (coming.length === 0) return;
    this.#rows = merged(this.#rows, coming).slice(-webLimits.openMessagesMax);
    this.#onChange();
  }
}
