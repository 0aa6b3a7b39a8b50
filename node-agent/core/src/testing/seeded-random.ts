/**
 * The Random port from a seed: xoshiro128** 1.1 (Blackman and Vigna, 2021), so that a failing run
 * can be replayed. The small functions below draw from it for simulation and tests. It is not
 * secure and must never make a key that lives longer than a test.
 */
import type { Random } from '../ports/random.ts';

/** One 32-bit number, or the four words of the state (not all zero). */
export type Seed = number | readonly [number, number, number, number];

/** Spreads a 32-bit seed over the state (SplitMix32), as the authors of xoshiro advise. */
function spread(seed: number): [number, number, number, number] {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let word = state ^ (state >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return word ^ (word >>> 15);
  };
  return [next(), next(), next(), next()];
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: Seed) {
    const [a, b, c, d] = typeof seed === 'number' ? spread(seed) : seed;
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#d = d | 0;
    if ((this.#a | this.#b | this.#c | this.#d) === 0) throw new RangeError('seed is all zero');
  }

  /** The next word, 0 to 2^32 - 1. */
  uint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotateLeft(this.#d, 11);
    return result >>> 0;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 4) {
      const word = this.uint32();
      for (let i = at; i < at + 4 && i < length; i += 1) bytes[i] = word >>> (8 * (i - at));
    }
    return bytes;
  }

  /** A generator of its own, so that one part's draws do not shift those of another. */
  fork(): SeededRandom {
    return new SeededRandom([this.uint32(), this.uint32(), this.uint32(), this.uint32() | 1]);
  }
}

/** 0 up to but not including 1. */
export function fraction(random: SeededRandom): number {
  return random.uint32() / 2 ** 32;
}

/** A whole number from 0 to `bound` - 1; `bound` from 1 to 2^32. */
export function intBelow(random: SeededRandom, bound: number): number {
  return Math.floor(fraction(random) * bound);
}

/** True with this probability, 0 to 1. */
export function chance(random: SeededRandom, probability: number): boolean {
  return fraction(random) < probability;
}

/** One of the items, of which there must be at least one. */
export function pick<T>(random: SeededRandom, items: readonly T[]): T {
  return items[intBelow(random, items.length)]!;
}

/** The items in an order of its own (Fisher and Yates); the array given stays as it is. */
export function shuffled<T>(random: SeededRandom, items: readonly T[]): T[] {
  const result = items.slice();
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = intBelow(random, i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
