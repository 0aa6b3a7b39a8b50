/**
 * How long a message may live at a box, and how long it must. What nobody can count is allowed for,
 * and nothing else: the time that a holder was off (counted as zero), the way over a link, and what
 * a boot may add to the tick. Where ages are lied about, a box is held to what it can know.
 */
import { timeLimits } from '@muster/core';
import type { BoxTimes } from './box-times.ts';
import type { CheckersOptions } from './events.ts';
import type { Message, Place } from './history.ts';

/** What nothing may outlive, in lifetimes. */
const outlivesMax = 1.1;
/** A sweep later at the latest it is gone; rounding, and the way to a phone, beside it. */
const slackMs = timeLimits.sweepMs + 2_000;

export class Lifetimes {
  readonly #times: BoxTimes;
  readonly #agesLie: boolean;
  readonly #transitMsMax: number;

  constructor(
    times: BoxTimes,
    { agesLie, transitMsMax }: Pick<CheckersOptions, 'agesLie' | 'transitMsMax'>,
  ) {
    this.#times = times;
    this.#agesLie = agesLie;
    this.#transitMsMax = transitMsMax;
  }

  /** Whether a message that was shown at a box may still be there. */
  mayLive({ message, arrivedMs, youngerMs, offMs }: Place, node: number, nowMs: number): boolean {
    const offSinceMs = this.#times.offMs(node, nowMs) - offMs;
    const livesMs = outlivesMax * message.lifetimeMs + offSinceMs + slackMs;
    if (this.#mayLie(message)) return nowMs - arrivedMs <= livesMs;
    return nowMs - message.writtenMs <= livesMs + Math.max(0, youngerMs);
  }

  /** Whether a message that a box has must still be alive there. */
  mustLive({ message, arrivedMs, youngerMs }: Place, node: number, nowMs: number): boolean {
    const olderMs = Math.max(0, -youngerMs) + this.#times.gainedMs(node, arrivedMs);
    return nowMs - message.writtenMs + olderMs + slackMs < message.lifetimeMs;
  }

  /** Whether it must still be alive at every box, whichever way it took. */
  mustLiveAnywhere({ writtenMs, lifetimeMs, olderMs }: Message, nowMs: number): boolean {
    const gainedMs = this.#times.gainedAnywhereMs(writtenMs);
    return nowMs - writtenMs + olderMs + gainedMs + slackMs < lifetimeMs;
  }

  /** The most by which it may now come to a box as younger than it is, from whoever had it. */
  youngerMsMax(message: Message, nowMs: number): number {
    if (this.#mayLie(message)) return Number.POSITIVE_INFINITY;
    let uncountedMs = 0;
    message.places.forEach((place, node) => {
      if (!place) return;
      const offSinceMs = this.#times.offMs(node, nowMs) - place.offMs;
      uncountedMs = Math.max(uncountedMs, place.youngerMs + offSinceMs);
    });
    return uncountedMs + this.#transitMsMax + slackMs;
  }

  /** The most by which it may come as older than it is. */
  olderMsMax(message: Message): number {
    if (this.#mayLie(message)) return Number.POSITIVE_INFINITY;
    return this.#times.gainedAnywhereMs(message.writtenMs) + slackMs;
  }

  /** Whether a box must still know what it showed: three lifetimes of its own running. */
  isRemembered({ message, arrivedMs, claimedMs }: Place, node: number, nowMs: number): boolean {
    const factor = 1 + timeLimits.expiredMemoryFactor;
    const keptMs = factor * message.lifetimeMs - claimedMs - slackMs;
    return nowMs - arrivedMs + this.#times.gainedMs(node, arrivedMs) < keptMs;
  }

  /** A liar that writes says when it wrote; of others' bundles only some liars change the age. */
  #mayLie({ byLiar }: Message): boolean {
    return this.#agesLie || byLiar;
  }
}
