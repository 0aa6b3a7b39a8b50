/**
 * What the fuzzer asks of whatever takes octets from outside: valid inputs to begin with, and one
 * function that runs an input. A target never looks at a clock and draws nothing at random while it
 * runs, or an input would not repeat.
 */
import type { SeededRandom } from '@muster/core/testing';

/** True: accepted. False, or the typed reason as text: refused. */
export type FuzzVerdict = boolean | string;

export interface FuzzTarget {
  readonly name: string;
  /** Valid inputs of every kind that the parser takes: the mutations start here. */
  seeds(random: SeededRandom): readonly Uint8Array[];
  /**
   * Runs one input. Throwing is a fault, unless `isTyped` says that this error is the parser's
   * contract. What was accepted must encode back to the same octets: throw where it does not.
   */
  run(input: Uint8Array): FuzzVerdict | Promise<FuzzVerdict>;
  /** Tokens for the grammar: keys, magic numbers, keywords. */
  readonly dictionary?: readonly Uint8Array[];
  isTyped?(error: unknown): boolean;
  /**
   * Makes what inputs run against ready, as before the first one, and ends what was there. Called
   * before each chunk and each single input; what it takes is not counted as an input's.
   */
  reset?(): void | Promise<void>;
  /** Ends what the last `reset` began, so that nothing keeps the process. */
  stop?(): Promise<void>;
  /** Longest input that can mean anything to it; what is longer is cut. */
  readonly inputBytesMax?: number;
  /**
   * The input with its signatures and sums made right again, so that the checks behind them are
   * reached; undefined where its form is too far gone.
   */
  repair?(input: Uint8Array): Uint8Array | undefined;
}

/** A fault that a target found itself: an invariant that does not hold. */
export function broken(text: string): never {
  throw new Error(text);
}
