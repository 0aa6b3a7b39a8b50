/**
 * `npm run rig -- partition`: three days apart, 20,000 messages on each side, then a cable of
 * 1 Mbit/s each way (step 4 of a message's way on real agents); and a smaller split over a cable
 * that loses, delays and reorders besides.
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
  readonly bundles: number;
  /** Of the second split, over the bad cable. */
  readonly badBundles: number;
}

const usual = { bundles: 20_000, badBundles: 2_000 };
const bad = { loss: 0.05, delayMs: 100, jitterMs: 20, reorder: 0.02, reorderMs: 40, repeat: 0.01 };
const commonShare = 0.1;

/** The goals of issue 5 for the thin cable; the bad one has its own, because TCP pays for loss. */
const goals = {
  thin: { convergedMs: 180_000, bytesRatio: 1.3, liveP95Ms: 5_000 },
  bad: { convergedMs: 180_000, bytesRatio: 1.5, liveP95Ms: 10_000 },
} as const;
type CableName = keyof typeof goals;

export function runPartition(
  say: (line: string) => void,
  options: PartitionOptions = { ...usual, seed: Date.now() >>> 0 },
): Promise<RigReport> {
  return runWorldRig('partition', () => new PartitionRig(say, options));
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
    const { seed, bundles, badBundles } = this.#options;
    this.figures.seed = seed;
    this.#say(`seed ${seed}`);
    await this.#split('thin', new ThinCable(), bundles);
    this.#say(`over a bad cable: ${JSON.stringify(bad)}`);
    await this.#split('bad', new BadCable(seed, bad), badBundles);
  }

  async close(): Promise<void> {
    await this.#running?.close();
    if (this.failures.length === 0) rmSync(this.#folder, { recursive: true });
    else this.#say(`logs and stores are in ${this.#folder}`);
  }

  async #split(name: CableName, cable: Cable, bundles: number): Promise<void> {
    const split = new Split(cable, {
      ...{ bundles, say: this.#say, program: bundledAgent(), seed: this.#options.seed },
      folder: join(this.#folder, name),
      common: Math.round(bundles * commonShare),
      hours: 72,
      convergedMsMax: goals[name].convergedMs,
    });
    this.#running = split;
    const result = await split.run();
    this.#judge(name, result);
    await split.close();
    this.#running = undefined;
  }

  #judge(name: CableName, result: SplitResult): void {
    const goal = goals[name];
    const bytesRatio = result.wireBytes / result.missingBytes;
    const measured = { ...result, bytesRatio };
    for (const [figure, value] of Object.entries(measured)) {
      this.figures[`${name}${figure[0]!.toUpperCase()}${figure.slice(1)}`] = value;
    }
    for (const [figure, most] of Object.entries(goal)) {
      const value = measured[figure as keyof typeof goal];
      if (!(value <= most)) this.failures.push(`${name} cable: ${figure} ${value}, goal ${most}`);
    }
  }
}
