/**
 * What the checkers found: each violation names the promise that was broken. The first ones are
 * kept in words, all are counted, so that a world that breaks in every minute costs no memory.
 */

/** The promises, in the words of a report. */
export const checkNames = [
  /** A box lost what it had answered *held*, before its lifetime, and nothing excuses it. */
  'held-lost',
  'shown-twice',
  /** Shown a second time after it had outlived its lifetime. */
  'came-back',
  /** Shown though nobody wrote it so: forged, foreign, cross-posted, under another's name. */
  'forged',
  /** Shown when it had to be dead, or as younger than it is. */
  'outlived',
  /** More bundles a minute, or more bytes kept, than a role, an issuer or a box may have. */
  'quota',
  /** Two boxes order the same messages differently, or an author's stamps go back. */
  'order',
  /** After healing something held and alive is not at every box. */
  'not-converged',
  /** After healing two boxes believe different documents. */
  'beliefs',
  /** A queue, count or table of a box is beyond its named maximum. */
  'bounds',
  /** After healing a phone still waits for an answer. */
  'waiting',
  /** An honest box took an honest one for a liar or a copy. */
  'accused',
  /** An exception came out of a node. */
  'crashed',
] as const;
export type CheckName = (typeof checkNames)[number];

export interface Violation {
  readonly check: CheckName;
  /** World time, milliseconds. */
  readonly atMs: number;
  /** Number of the box, where it is about one. */
  readonly node?: number;
  readonly text: string;
}

/** Kept in words; further ones are only counted: the first tell most. */
const keptMax = 100;

export class Violations {
  readonly #kept: Violation[] = [];
  readonly #counts = new Map<CheckName, number>();

  readonly add = (violation: Violation): void => {
    this.#counts.set(violation.check, this.count(violation.check) + 1);
    if (this.#kept.length < keptMax) this.#kept.push(violation);
  };

  /** The first ones, in the order in which they were found. */
  get kept(): readonly Violation[] {
    return this.#kept;
  }

  count(check: CheckName): number {
    return this.#counts.get(check) ?? 0;
  }

  /** Every promise that was broken, and how often. */
  counts(): Partial<Record<CheckName, number>> {
    return Object.fromEntries(this.#counts);
  }
}

/** Told of each violation: what every checker gets. */
export type Violate = (violation: Violation) => void;
