/**
 * Inputs to go on from: the valid ones and the kept corpus for ever, and of the rest those whose
 * outcome was new (reason and size class). It stands in for coverage: an input that is refused for
 * another reason got further or elsewhere.
 */
import { pick, type SeededRandom } from '@muster/core/testing';
import { fuzzLimits } from '../limits.ts';
import type { FuzzVerdict } from '../target.ts';

export class Pool {
  readonly #first: readonly Uint8Array[];
  readonly #found: Uint8Array[] = [];
  readonly #outcomes = new Set<string>();
  #next = 0;

  /** Of `first` there must be at least one. */
  constructor(first: readonly Uint8Array[]) {
    this.#first = first;
  }

  draw(random: SeededRandom): Uint8Array {
    const isFound = this.#found.length > 0 && random.uint32() % 2 === 0;
    return pick(random, isFound ? this.#found : this.#first);
  }

  /** Keeps it when nothing of this outcome was seen before, unless it is large. */
  learn(input: Uint8Array, verdict: FuzzVerdict): void {
    const outcome = `${verdict} ${32 - Math.clz32(input.length)}`;
    if (input.length > fuzzLimits.pooledBytesMax || this.#outcomes.has(outcome)) return;
    this.#outcomes.add(outcome);
    this.#found[this.#next] = input;
    this.#next = (this.#next + 1) % fuzzLimits.poolMax;
  }
}
