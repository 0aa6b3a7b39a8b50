/**
 * What is recorded and then cut: work that real code does in a folder, and what must be found there
 * after any cut. A workload runs in processes of its own, one *life* after the other in the same
 * folder; what it is answered it says in marks, which stand in the recording between the calls.
 */

/** Says something that is written into the recording, as JSON. */
export type Mark<T> = (mark: T) => void;

export interface LifeOptions<T> {
  /** 0 for the first process in an empty folder. */
  readonly life: number;
  readonly folder: string;
  readonly seed: number;
  readonly mark: Mark<T>;
}

/** What was promised up to a moment of the recording. */
export interface Promises<T> {
  /** Marks come in their order; the moment only moves on. */
  saw(mark: T): void;
  /** Opens the folder with the real code; says what is not as promised. May change the folder. */
  check(folder: string): Promise<readonly string[]>;
}

export type KilledAtSync = 1 | 2 | undefined;

/** `T`: what its marks say; whoever plays it need not know. */
// biome-ignore lint/suspicious/noExplicitAny: marks go from a workload to itself, as JSON.
export interface Workload<T = any> {
  readonly name: string;
  readonly lives: number;
  /** A number: it is to end with kill -9, in the first or second sync from now. */
  live(options: LifeOptions<T>): Promise<KilledAtSync>;
  /** All marks of the recording are known from the beginning; what was promised is not. */
  promises(marks: readonly T[]): Promises<T>;
}
