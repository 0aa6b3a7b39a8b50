/**
 * The messages of the channel that is on view, in the one total order, as far as the reader has
 * scrolled back. What arrives is put in its place, wherever that is; nothing is shown twice.
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

  /** Reads the newest kept messages. */
  async load(): Promise<void> {
    this.add(await this.#kept(webLimits.rowsAtFirst));
  }

  /** Reads kept messages before those on view; false when none is kept. */
  async loadOlder(): Promise<boolean> {
    const older = await this.#kept(webLimits.rowsStep, this.#rows[0]?.orderHex);
    this.add(older);
    return older.length > 0;
  }

  add(coming: readonly Placed[]): void {
    if (coming.length === 0) return;
    this.#rows = merged(this.#rows, coming).slice(-webLimits.openMessagesMax);
    this.#onChange();
  }

  /** Takes only what lies within what is on view, or after it: no gaps that look like none. */
  addLive(coming: readonly Placed[]): void {
    const first = this.#rows[0]?.orderHex ?? '';
    this.add(coming.filter((one) => one.orderHex >= first));
  }

  async #kept(limit: number, before = orderCeiling): Promise<Placed[]> {
    const prefix = messageKey(this.tagHex, '');
    const pairs = await this.#db.read(['messages'], (tx) =>
      tx.range<MessageRecord>('messages', {
        from: prefix,
        to: messageKey(this.tagHex, before),
        newestFirst: true,
        limit: limit + 1,
      }),
    );
    return pairs
      .map(([key, record]) => ({ orderHex: key.slice(prefix.length), record }))
      .filter((one) => one.orderHex < before)
      .slice(0, limit);
  }
}
