/**
 * Values that are good for a short while under a name that nobody can guess: challenges, tokens.
 * Bounded: at the maximum the oldest goes.
 */
import { type Clock, type Random, toBase64url } from '@muster/core';

const nameBytes = 24;

interface Kept<T> {
  readonly value: T;
  readonly untilMs: number;
}

export class ShortLived<T> {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #bounds: { readonly itemsMax: number; readonly msMax: number };
  /** Oldest first. */
  readonly #kept = new Map<string, Kept<T>>();

  constructor(
    clock: Clock,
    random: Random,
    bounds: { readonly itemsMax: number; readonly msMax: number },
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#bounds = bounds;
  }

  /** The name, 32 characters. */
  add(value: T): string {
    if (this.#kept.size >= this.#bounds.itemsMax) {
      const [oldest] = this.#kept.keys();
      this.#kept.delete(oldest!);
    }
    const name = toBase64url(this.#random.bytes(nameBytes));
    const untilMs = this.#clock.monotonicMs() + this.#bounds.msMax;
    this.#kept.set(name, { value, untilMs });
    return name;
  }

  get(name: string): T | undefined {
    const kept = this.#kept.get(name);
    if (kept && kept.untilMs > this.#clock.monotonicMs()) return kept.value;
    this.#kept.delete(name);
    return undefined;
  }

  /** Gives it once. */
  take(name: string): T | undefined {
    const value = this.get(name);
    this.#kept.delete(name);
    return value;
  }
}
