/**
 * What is recorded and then cut: work that real code does in a folder, and what must be found there
 * after any cut. A workload runs in processes of its own, one *life* after the other in the same
 * folder; what it is answered it says in marks, which stand in the recording between the calls.
 */

export type Mark = (mark: unknown) => void;

export interface LifeOptions {
  /** 0 for the first process in an empty folder. */
  readonly life: number;
  readonly folder: string;
  readonly seed: number;
  readonly mark: Mark;
}

/** What was promised up to a moment of the recording. */
export interface Promises {
  /** Marks come in their order; the moment only moves on. */
  saw(mark: unknown): void;
  /** Opens the folder with the real code; says what is not as promised. May change the folder. */
  check(folder: string): Promise<readonly string[]>;
}

export interface Workload {
  readonly name: string;
  readonly lives: number;
  /** `killed`: the process is to end with SIGKILL as it is. */
  live(options: LifeOptions): Promise<'closed' | 'killed'>;
  promises(): Promises;
}
