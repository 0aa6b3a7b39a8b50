/**
 * Crash states on real files: records what the real code does to its files, cuts the power at
 * drawn moments, and opens with the real code what a file system may have left (step 3, and every
 * file that we write ourselves). A recording that showed a fault is kept, for it cannot be made
 * again to the last call.
 */
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { record } from './record/record.ts';
import { type CrashReport, tallyUp, type WorkloadTally } from './report.ts';
import { Round } from './round.ts';
import { Pool } from './worker/pool.ts';
import { type WorkloadName, workloadNames, workloads } from './workloads/list.ts';

export interface CrashOptions {
  /** Different states to open. */
  readonly states: number;
  readonly seed: number;
  readonly only?: readonly WorkloadName[];
  readonly workers?: number;
  /** Flags for the processes that are recorded, such as those that plant a bug. */
  readonly execArgv?: readonly string[];
}

/** After so many states the work is done and recorded anew, from the next seed. */
const statesPerRecordingMax = 10_000;

export async function crash(
  options: CrashOptions,
  say: (line: string) => void = () => {},
): Promise<CrashReport> {
  const run = new CrashRun(options, say);
  try {
    const report = await run.run();
    run.close(report.kept !== undefined);
    return report;
  } catch (error) {
    run.close(true);
    throw error;
  }
}

class CrashRun {
  readonly #options: CrashOptions;
  readonly #say: (line: string) => void;
  readonly #scratch = mkdtempSync(join(memoryFolder(), 'muster-crash-'));
  readonly #pool: Pool;
  readonly #tallies = new Map<WorkloadName, WorkloadTally>();
  #states = 0;
  /** The seed of the recording on which states did not hold. */
  #failedSeed: number | undefined;

  constructor(options: CrashOptions, say: (line: string) => void) {
    this.#options = options;
    this.#say = say;
    this.#pool = new Pool(options.workers ?? availableParallelism());
  }

  async run(): Promise<CrashReport> {
    const { states, seed } = this.#options;
    const startedMs = performance.now();
    let used = seed;
    while (this.#states < states && this.#failedSeed === undefined) {
      const found = await this.#round(used);
      if (found === 0) break;
      used++;
    }
    return {
      seed,
      states: this.#states,
      statesWanted: states,
      tookMs: Math.round(performance.now() - startedMs),
      ...(this.#failedSeed !== undefined && { failedSeed: this.#failedSeed, kept: this.#scratch }),
      workloads: this.#tallies,
    };
  }

  close(keeps: boolean): void {
    this.#pool.stop();
    if (!keeps) rmSync(this.#scratch, { recursive: true, force: true });
    else this.#say(`kept in ${this.#scratch}`);
  }

  /** Records all workloads once and tries states on them; how many there were. */
  async #round(seed: number): Promise<number> {
    const recordings = await this.#record(seed);
    const left = this.#options.states - this.#states;
    const round = new Round(recordings, { seed, statesMax: Math.min(left, statesPerRecordingMax) });
    await this.#pool.run(() => round.next(), {
      scratch: this.#scratch,
      done: (result) => round.done(result),
    });
    for (const [name, tally] of round.tallies) {
      this.#tallies.set(name, tallyUp(this.#tallies.get(name), tally));
    }
    this.#states += round.states;
    if (round.hasFailed) this.#failedSeed = seed;
    else for (const recording of recordings.values()) rmSync(recording);
    this.#say(`${this.#states} of ${this.#options.states} states`);
    return round.states;
  }

  async #record(seed: number): Promise<Map<WorkloadName, string>> {
    const { only = workloadNames, execArgv = [] } = this.#options;
    const recordings = new Map<WorkloadName, string>();
    const left = [...only];
    const recordOn = async (): Promise<void> => {
      for (let name = left.shift(); name !== undefined; name = left.shift()) {
        const workload = await workloads[name]();
        recordings.set(name, await record({ workload, seed, scratch: this.#scratch, execArgv }));
      }
    };
    await Promise.all([recordOn(), recordOn()]);
    return recordings;
  }
}

/** A disk in memory where the system has one: a state is a folder of some megabytes. */
export function memoryFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK | constants.X_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}
