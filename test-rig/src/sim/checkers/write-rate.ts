/**
 * Bundles a minute stay within the budgets (DESIGN section 5): of an author and of all guests at
 * the box that takes them from the phone, of one issuer's guests at every box. Buckets of our own,
 * full again at each boot as a box's are.
 */
import { furtherGuestBudget, guestBudget, roleLimits } from '@muster/core';
import { isGuest, type Message } from './history.ts';
import type { Violate } from './violation.ts';

interface Rate {
  readonly bundlesPerMinute: number;
  readonly bundlesBurst: number;
}

interface Bucket {
  spent: number;
  filledMs: number;
  /** Told once until it is in order again. */
  isOver: boolean;
}

/** A box answers when it has synced: so long what was taken may wait and then come at once. */
const answerMinutesMax = 1;
/** Buckets of one box; at it the one made first goes and is full again. */
const bucketsMax = 20_000;

const guestRate: Rate = guestBudget;
/** From neighbours and from phones together. */
const issuerRate: Rate = {
  bundlesPerMinute: furtherGuestBudget.bundlesPerMinute + guestBudget.bundlesPerMinute,
  bundlesBurst: furtherGuestBudget.bundlesBurst + guestBudget.bundlesBurst,
};

export class WriteRate {
  readonly #violate: Violate;
  readonly #boxes: Map<string, Bucket>[];

  constructor(boxes: number, violate: Violate) {
    this.#violate = violate;
    this.#boxes = Array.from({ length: boxes }, () => new Map());
  }

  booted(node: number): void {
    this.#boxes[node]!.clear();
  }

  /** A box took a bundle from a phone that no box had taken before. */
  took(message: Message, node: number, nowMs: number): void {
    const { author, role } = message;
    this.#spend({ key: author, rate: roleLimits[role], what: 'an author' }, node, nowMs);
    if (isGuest(message))
      this.#spend({ key: '', rate: guestRate, what: 'its guests' }, node, nowMs);
  }

  /** A bundle is new at a box, wherever it came from. */
  shown(message: Message, node: number, nowMs: number): void {
    if (!isGuest(message)) return;
    const key = `i${message.issuer}`;
    this.#spend({ key, rate: issuerRate, what: "an issuer's guests" }, node, nowMs);
  }

  #spend(
    { key, rate, what }: { readonly key: string; readonly rate: Rate; readonly what: string },
    node: number,
    nowMs: number,
  ): void {
    const { bundlesPerMinute, bundlesBurst } = rate;
    const bucket = this.#bucket(key, node, nowMs);
    const gained = ((nowMs - bucket.filledMs) * bundlesPerMinute) / 60_000;
    bucket.spent = Math.max(0, bucket.spent - gained) + 1;
    bucket.filledMs = nowMs;
    const wasOver = bucket.isOver;
    bucket.isOver = bucket.spent > bundlesBurst + bundlesPerMinute * answerMinutesMax + 1;
    if (!bucket.isOver || wasOver) return;
    const text = `${what} wrote more than ${bundlesPerMinute} a minute and ${bundlesBurst} at once`;
    this.#violate({ check: 'quota', atMs: nowMs, node, text });
  }

  #bucket(key: string, node: number, nowMs: number): Bucket {
    const buckets = this.#boxes[node]!;
    let bucket = buckets.get(key);
    if (!bucket) {
      if (buckets.size >= bucketsMax) buckets.delete(buckets.keys().next().value!);
      bucket = { spent: 0, filledMs: nowMs, isOver: false };
      buckets.set(key, bucket);
    }
    return bucket;
  }
}
