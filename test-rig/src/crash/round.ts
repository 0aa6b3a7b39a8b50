/**
 * One recording of each workload, and the states that are tried on it: in small portions, spread
 * over the workloads, until there are enough or a workload has no more that were not tried.
 */
import type { Failure } from './states/walk.ts';
import type { Task, TaskDone } from './worker/protocol.ts';
import type { WorkloadName } from './workloads/list.ts';

/** States drawn by one task at most; of few, each workload gets its part. */
const portionMax = 200;
/** Under this share of new ones a workload is used up. */
const freshShareMin = 0.05;

export interface Tally {
  drawn: number;
  opened: number;
  /** Different contents of the folder that were opened. */
  states: number;
  openMsMax: number;
  readonly failures: Failure[];
}

export class Round {
  readonly tallies = new Map<WorkloadName, Tally>();
  readonly #recordings: ReadonlyMap<WorkloadName, string>;
  readonly #seed: number;
  readonly #statesMax: number;
  readonly #portion: number;
  readonly #usedUp = new Set<WorkloadName>();
  readonly #hashes = new Map<WorkloadName, Set<number>>();

  constructor(
    recordings: ReadonlyMap<WorkloadName, string>,
    options: { readonly seed: number; readonly statesMax: number },
  ) {
    this.#recordings = recordings;
    this.#seed = options.seed;
    this.#statesMax = options.statesMax;
    this.#portion = Math.min(portionMax, Math.ceil(options.statesMax / recordings.size));
    for (const name of recordings.keys()) {
      this.tallies.set(name, { drawn: 0, opened: 0, states: 0, openMsMax: 0, failures: [] });
      this.#hashes.set(name, new Set());
    }
  }

  get states(): number {
    let sum = 0;
    for (const { states } of this.tallies.values()) sum += states;
    return sum;
  }

  get hasFailed(): boolean {
    return [...this.tallies.values()].some(({ failures }) => failures.length > 0);
  }

  /** The next portion, of the workload that was drawn from least; undefined when it is enough. */
  next(): Omit<Task, 'folder'> | undefined {
    if (this.states >= this.#statesMax || this.hasFailed) return undefined;
    const open = [...this.tallies].filter(([name]) => !this.#usedUp.has(name));
    const [found] = open.sort(([, a], [, b]) => a.drawn - b.drawn);
    if (!found) return undefined;
    const [workload, tally] = found;
    const from = tally.drawn;
    tally.drawn += this.#portion;
    const recording = this.#recordings.get(workload)!;
    return { workload, recording, seed: this.#seed, from, to: from + this.#portion };
  }

  done({ task, walked }: TaskDone): void {
    const tally = this.tallies.get(task.workload)!;
    const hashes = this.#hashes.get(task.workload)!;
    const before = hashes.size;
    for (const hash of walked.fresh) hashes.add(hash);
    const fresh = hashes.size - before;
    tally.states = hashes.size;
    tally.opened += walked.opened;
    tally.openMsMax = Math.max(tally.openMsMax, walked.openMsMax);
    tally.failures.push(...walked.failures);
    if (fresh < (task.to - task.from) * freshShareMin) this.#usedUp.add(task.workload);
  }
}
