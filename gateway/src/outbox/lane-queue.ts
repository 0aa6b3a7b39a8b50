/**
 * What one lane of an outbox has lined up (step 6), and its cursor into the store: every bundle up
 * to it is settled, that is confirmed, given up or not to leave. Bundles that were settled before
 * an older one are written down beside it, so that a restart sends none of them again.
 */
import { bytesKey, CborReader, encodeCbor, type Lane } from '@muster/core';
import { outboxLimits } from './limits.ts';

export interface Item {
  readonly row: number;
  readonly id: Uint8Array;
  readonly lane: Lane;
  readonly kind: number;
  readonly tag: Uint8Array;
  readonly author: Uint8Array;
  readonly channel: string;
  readonly bytes: number;
  /** Monotonic milliseconds at which it expires. */
  readonly expiresMs: number;
  /** A dead letter that is tried again: the cursor does not wait for it. */
  readonly again: boolean;
  state: 'ready' | 'sending' | 'resting' | 'settled';
  attempts: number;
  /** Monotonic milliseconds until which it rests. */
  dueMs: number;
}

const version = 1;

export class LaneQueue {
  readonly lane: Lane;
  /** By row, in ascending order but for those tried again. */
  readonly items = new Map<number, Item>();
  readonly #byId = new Map<string, Item>();
  readonly #settled = new Set<number>();
  /** Everything up to this row was looked at. */
  #scanned: number;
  #sending = 0;
  /** There may be more behind it in the store. */
  hasMore = true;

  /** From the value kept; from `firstRow` on where there is none. */
  constructor(lane: Lane, kept: Uint8Array | undefined, firstRow: () => number) {
    this.lane = lane;
    const [cursor, ...settled] = decode(kept) ?? [firstRow()];
    this.#scanned = cursor ?? 0;
    for (const row of settled) this.#settled.add(row);
  }

  get scanned(): number {
    return this.#scanned;
  }

  get sending(): number {
    return this.#sending;
  }

  /** How many more can be lined up. */
  get room(): number {
    return outboxLimits.itemsPerLaneMax - this.items.size - this.#settled.size;
  }

  /** Passes a row; false when it was settled before a restart. */
  pass(row: number): boolean {
    this.#scanned = row;
    return !this.#settled.has(row);
  }

  find(id: Uint8Array): Item | undefined {
    return this.#byId.get(bytesKey(id));
  }

  add(item: Item): void {
    this.items.set(item.row, item);
    this.#byId.set(bytesKey(item.id), item);
  }

  sends(item: Item): void {
    item.state = 'sending';
    this.#sending += 1;
  }

  rests(item: Item, dueMs: number): void {
    if (item.state === 'sending') this.#sending -= 1;
    item.state = 'resting';
    item.dueMs = dueMs;
  }

  settle(item: Item): void {
    if (item.state === 'sending') this.#sending -= 1;
    item.state = 'settled';
    this.items.delete(item.row);
    this.#byId.delete(bytesKey(item.id));
    if (!item.again) this.#settled.add(item.row);
    const cursor = this.#cursor();
    for (const row of this.#settled) if (row <= cursor) this.#settled.delete(row);
  }

  /** The link is gone: what was under way and what rested after a refusal has its turn again. */
  reset(): void {
    for (const item of this.items.values()) item.state = 'ready';
    this.#sending = 0;
  }

  /** What is kept in the store: the cursor, and the rows beyond it that are settled. */
  value(): Uint8Array {
    return encodeCbor([version, this.#cursor(), ...this.#settled]);
  }

  #cursor(): number {
    for (const { row, again } of this.items.values()) if (!again) return row - 1;
    return this.#scanned;
  }
}

/** Undefined for what is not exactly a kept cursor. */
function decode(kept: Uint8Array | undefined): number[] | undefined {
  if (!kept) return undefined;
  const reader = new CborReader(kept);
  const count = reader.array(2 + outboxLimits.itemsPerLaneMax, 2) - 1;
  reader.uint(version, version);
  const rows: number[] = [];
  for (let i = 0; i < count; i++) rows.push(reader.uint(Number.MAX_SAFE_INTEGER));
  return reader.done() ? rows : undefined;
}
