/** What every mutator draws from: a random source, other inputs to take parts of, tokens. */
import type { SeededRandom } from '@muster/core/testing';

export interface Ground {
  readonly random: SeededRandom;
  /** Some other input, to take a part of. */
  other(): Uint8Array;
  /** Keys, magic numbers and keywords of the format; may be empty. */
  readonly dictionary: readonly Uint8Array[];
}

export type Mutator = (input: Uint8Array, ground: Ground) => Uint8Array;
