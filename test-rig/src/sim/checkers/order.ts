/**
 * The order is the same everywhere: by stamp, then author, then id, worked out here from what was
 * written. So the pages of any two boxes agree where each agrees with this. And an author's own
 * stamps rise, except where its clock was set back by more than a clock may be ahead.
 */
import { compareBytes, compareStamps, type Stamp, shortId, timeLimits } from '@muster/core';
import type { Message } from './history.ts';
import type { Violate } from './violation.ts';

/** Authors whose last stamp is remembered; the oldest goes. */
const authorsMax = 100_000;

export class Order {
  readonly #violate: Violate;
  readonly #last = new Map<string, Stamp>();

  constructor(violate: Violate) {
    this.#violate = violate;
  }

  /** `wallMs` is what the author's clock showed. */
  wrote({ author, stamp, node, writtenMs, id }: Message, wallMs: number): void {
    const last = this.#last.get(author);
    this.#last.delete(author);
    this.#last.set(author, stamp);
    if (this.#last.size > authorsMax) this.#last.delete(this.#last.keys().next().value!);
    const setBack = last && last.ms > wallMs + timeLimits.driftMsMax;
    if (!last || setBack || compareStamps(stamp, last) > 0) return;
    const text = `${shortId(id)} has a stamp before that of its author's last`;
    this.#violate({ check: 'order', atMs: writtenMs, node, text });
  }

  /** Two messages that a page has one after the other. */
  follows(first: Message, second: Message, { node, nowMs }: { node: number; nowMs: number }): void {
    if (compareMessages(first, second) < 0) return;
    const text = `shows ${shortId(second.id)} after ${shortId(first.id)}`;
    this.#violate({ check: 'order', atMs: nowMs, node, text });
  }
}

function compareMessages(a: Message, b: Message): number {
  return (
    compareStamps(a.stamp, b.stamp) ||
    compareBytes(a.authorKey, b.authorKey) ||
    compareBytes(a.id, b.id)
  );
}
