/**
 * `npm run rig -- partition`: three days apart, 20,000 messages on each side, then a cable of
 * 1 Mbit/s each way (step 4 of a message's way on real agents). Then two smaller splits: over a
 * cable that loses, delays and reorders besides, and with messages of up to 30 kB, behind which
 * live ones must not queue.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledAgent } from '../bundled-agent.ts';
import { type RigReport, runWorldRig, type WorldRig } from '../report.ts';
import { BadCable, type Cable, ThinCable } from './cable.ts';
import { Split, type SplitResult } from './split.ts';

export interface PartitionOptions {
  readonly seed: number;
  /** Written on each side in the first split; the others take shares of it. */
  readonly bundles: number;
}

interface Goal {
  readonly convergedMs: number;
  readonly bytesRatio: number;
  readonly liveP95Ms: number;
}

interface Case {
  readonly name: string;
  readonly cable: Cable;
  /** Of `bundles`. */
  readonly share: number;
  readonly lettersMax: number;
  readonly goal: Goal;
}

/** Of issue 5, for the thin cable. */
const thinGoal: Goal = { convergedMs: 180_000, bytesRatio: 1.3, liveP95Ms: 5_000 };
/** TCP itself pays for what is lost, and waits a round trip of 200 ms or more for it. */
const badGoal: Goal = { convergedMs: 180_000, bytesRatio: 1.5, liveP95Ms: 10_000 };
const bad = { loss: 0.05, delayMs: 100, jitterMs: 20, reorder: 0.02, reorderMs: 40, repeat: 0.01 };
const bundlesUsual = 20_000;
const hours = 72;
const commonShare = 0.1;
/** From 20 letters: 300 on average, the message that all our figures speak of. */
const usualLettersMax = 580;
/** What staff may write at most, without the rest of the payload. */
const largeLettersMax = 31_000;

export function runPartition(
  say: (line: string) => void,
  { bundles = bundlesUsual, seed = Date.now() >>> 0 }: Partial<PartitionOptions> = {},
): Promise<RigReport> {
  return runWorldRig('partition', () => new PartitionRig(say, { bundles, seed }));
}

class PartitionRig implements WorldRig {
  readonly figures: Record<string, number> = {};
  readonly failures: string[] = [];
  readonly #say: (line: string) => void;
  readonly #options: PartitionOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'muster-partition-'));
  #running: Split | undefined;

  constructor(say: (line: string) => void, options: PartitionOptions) {
    this.#say = say;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { seed } = this.#options;
    this.figures.seed = seed;
    this.#say(`seed ${seed}`);
    const lettersMax = usualLettersMax;
    const thin = { cable: new ThinCable(), share: 1, lettersMax, goal: thinGoal };
    await this.#split({ name: 'thin', ...thin });
    this.#say(`over a bad cable: ${JSON.stringify(bad)}`);
    const lossy = { cable: new BadCable(seed, bad), share: 0.1, lettersMax, goal: badGoal };
    await this.#split({ name: 'bad', ...lossy });
    this.#say(`messages of up to ${largeLettersMax} letters over the thin cable`);
    const large = { share: 0.005, lettersMax: largeLettersMax, goal: thinGoal };
    await this.#split({ name: 'large', cable: new ThinCable(), ...large });
  }

  async close(): Promise<void> {
    await this.#running?.close();
    if (this.failures.length === 0) rmSync(this.#folder, { recursive: true });
    else this.#say(`logs and stores are in ${this.#folder}`);
  }

  async #split({ name, cable, share, lettersMax, goal }: Case): Promise<void> {
    const bundles = Math.ceil(this.#options.bundles * share);
    const split = new Split(cable, {
      ...{ bundles, hours, lettersMax, say: this.#say, seed: this.#options.seed },
      folder: join(this.#folder, name),
      common: Math.ceil(bundles * commonShare),
      program: bundledAgent(),
      convergedMsMax: goal.convergedMs,
    });
    this.#running = split;
    this.#judge(name, await split.run(), goal);
    await split.close();
    this.#running = undefined;
  }

  #judge(name: string, result: SplitResult, goal: Goal): void {
    const bytesRatio = Number((result.wireBytes / result.missingBytes).toFixed(3));
    const measured = { ...result, bytesRatio };
    for (const [figure, value] of Object.entries(measured)) {
      this.figures[`${name}${figure[0]!.toUpperCase()}${figure.slice(1)}`] = value;
    }
    for (const [figure, most] of Object.entries(goal)) {
      const value = measured[figure as keyof Goal];
      if (!(value <= most)) this.failures.push(`${name}: ${figure} is ${value}, goal ${most}`);
    }
  }
}
