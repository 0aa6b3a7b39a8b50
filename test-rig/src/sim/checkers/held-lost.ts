/**
 * What a box answered *held* it does not lose before its lifetime, while its disk lives. It may go
 * for what the box was shown since (RetentionModel), and from a full disk: but there nothing of a
 * higher class goes while an older one of a lower class stays.
 */
import { equalBytes, orderKeyOf, shortId } from '@muster/core';
import type { Box } from './events.ts';
import type { History, Message, Place } from './history.ts';
import type { Lifetimes } from './lifetimes.ts';
import { classOf } from './retention-model.ts';
import { pagesOf } from './timeline.ts';
import type { Violate } from './violation.ts';

interface Owed {
  readonly message: Message;
  /** It was missed in a running box: what displaces it may be on its way to disk. */
  missed: boolean;
}

export interface HeldLostParts {
  readonly boxes: readonly Box[];
  readonly history: History;
  readonly lifetimes: Lifetimes;
  readonly violate: Violate;
}

export class HeldLost {
  readonly #parts: HeldLostParts;
  readonly #owed: Owed[][];
  /** When the disk of a box was full last; Infinity while it is. */
  readonly #fullMs: number[];

  constructor(parts: HeldLostParts) {
    this.#parts = parts;
    this.#owed = parts.boxes.map(() => []);
    this.#fullMs = parts.boxes.map(() => Number.NEGATIVE_INFINITY);
  }

  answeredHeld(message: Message, node: number): void {
    this.#owed[node]!.push({ message, missed: false });
  }

  diskFull(node: number, isFull: boolean, nowMs: number): void {
    this.#fullMs[node] = isFull ? Number.POSITIVE_INFINITY : nowMs;
  }

  /** What a box had by then it may have let go for a full disk; it is not offered it again. */
  wasFullSince(node: number, sinceMs: number): boolean {
    return this.#fullMs[node]! >= sinceMs;
  }

  diskLost(node: number): void {
    this.#owed[node] = [];
  }

  /** Looks for all that a box owes. `isStill`: nothing is on its way to its disk. */
  look(box: Box, nowMs: number, isStill: boolean): void {
    const { number: node } = box;
    if (!box.node || box.isLiar) return;
    const missing: { owed: Owed; place: Place }[] = [];
    this.#owed[node] = this.#owed[node]!.filter((owed) => {
      const place = owed.message.places[node];
      if (!place || !this.#parts.lifetimes.mustLive(place, node, nowMs)) return false;
      if (!place.safe) return false;
      if (this.#has(box, owed.message)) owed.missed = false;
      else missing.push({ owed, place });
      return true;
    });
    for (const { owed, place } of missing) {
      if (!isStill && !owed.missed) owed.missed = true;
      else this.#lost(box, { owed, place }, nowMs);
    }
  }

  #has({ node }: Box, { authorKey: author, id, stamp, tag }: Message): boolean {
    if (!node) return false;
    if (node.carried(id)) return true;
    // Held, but not to be sent any more: its hops are used up.
    const before = justAfter(orderKeyOf({ stamp, author }, id));
    const [last] = node.page({ tag, before, limit: 1 });
    return last !== undefined && equalBytes(last.id, id);
  }

  #lost(box: Box, { owed, place }: { owed: Owed; place: Place }, nowMs: number): void {
    const { number: node } = box;
    this.#owed[node]!.splice(this.#owed[node]!.indexOf(owed), 1);
    const name = shortId(owed.message.id);
    const wasFull = this.wasFullSince(node, place.arrivedMs);
    const lower = wasFull ? this.#olderOfLowerClass(box, place) : undefined;
    if (wasFull && !lower) return;
    const text = lower
      ? `lost ${name}, held, on a full disk, and kept ${shortId(lower.id)} of a lower class`
      : `lost ${name}, which it had answered held`;
    this.#parts.violate({ check: 'held-lost', atMs: nowMs, node, text });
  }

  #olderOfLowerClass(box: Box, { message, arrivedMs }: Place): Message | undefined {
    const { history } = this.#parts;
    for (const tag of history.tags.values()) {
      for (const { id } of pagesOf(box, tag)) {
        const other = history.find(id);
        const place = other?.places[box.number];
        if (!other || !place || place.arrivedMs >= arrivedMs) continue;
        if (classOf(other) < classOf(message)) return other;
      }
    }
    return undefined;
  }
}

/** The next order key; none of ours is all ones. */
function justAfter(key: Uint8Array): Uint8Array {
  const next = key.slice();
  let at = next.length - 1;
  while (at > 0 && next[at] === 255) next[at--] = 0;
  next[at]! += 1;
  return next;
}
