/**
 * Nothing is shown twice at a box, over restarts too, for as long as it has to remember: three
 * lifetimes of its own running. A box that lost its disk begins anew.
 */
import { shortId } from '@muster/core';
import type { Place } from './history.ts';
import type { Lifetimes } from './lifetimes.ts';
import type { Violate } from './violation.ts';

export class ShownOnce {
  readonly #lifetimes: Lifetimes;
  readonly #violate: Violate;

  constructor(lifetimes: Lifetimes, violate: Violate) {
    this.#lifetimes = lifetimes;
    this.#violate = violate;
  }

  /** A box shows again what it had shown before, with the same disk. */
  again(node: number, before: Place, nowMs: number): void {
    if (!this.#lifetimes.isRemembered(before, node, nowMs)) return;
    const { id, lifetimeMs } = before.message;
    const wasDead = before.claimedMs + nowMs - before.arrivedMs > lifetimeMs;
    const check = wasDead ? 'came-back' : 'shown-twice';
    const laterS = ((nowMs - before.arrivedMs) / 1_000).toFixed(1);
    const text = `shows ${shortId(id)} again, ${laterS} s after the first time`;
    this.#violate({ check, atMs: nowMs, node, text });
  }
}
