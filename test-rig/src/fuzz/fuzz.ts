/**
 * A whole run: every target's first chunk tells its speed, then the inputs are shared out and run
 * on all cores; faults are made small and kept. `minutes` instead of `inputs`: the targets take
 * turns, each for as long as the others, until the time is over.
 */
import { fromHex } from '@muster/core';
import { keepInput } from './corpus.ts';
import type { ChunkResult, ChunkSpec } from './engine/chunk.ts';
import { errorText, type FuzzFault, faultKey } from './engine/fault.ts';
import { Fleet, type FleetOptions } from './engine/fleet.ts';
import { minimise } from './engine/minimise.ts';
import { sharesOf } from './engine/shares.ts';
import { addCounts, noCounts, type VerdictCounts } from './engine/verdict-counts.ts';
import { fuzzLimits } from './limits.ts';
import type { FuzzTarget } from './target.ts';
import { loadTarget } from './targets.ts';

export interface FuzzOptions extends FleetOptions {
  readonly targets: readonly string[];
  readonly seed: number;
  readonly inputs: number;
  /** Instead of `inputs`. */
  readonly minutes?: number;
  /** Faulty inputs are made small and written to the corpus. */
  readonly isKept?: boolean;
}

export interface KeptFault extends FuzzFault {
  /** How often it was seen. */
  times: number;
  /** The file in the corpus that repeats it. */
  file?: string;
}

export interface FuzzOutcome {
  readonly counts: ReadonlyMap<string, VerdictCounts>;
  readonly faults: readonly KeptFault[];
}

export async function fuzz(
  options: FuzzOptions,
  say: (line: string) => void,
): Promise<FuzzOutcome> {
  const run = new FuzzRun(options, say);
  const fleet = new Fleet(options);
  try {
    await fleet.run(run.firstChunks(), run.done);
    await fleet.run(run.otherChunks(), run.done);
  } finally {
    fleet.stop();
  }
  if (options.isKept) await run.keepFaults();
  return { counts: run.counts, faults: [...run.faults.values()] };
}

class FuzzRun {
  readonly counts = new Map<string, VerdictCounts>();
  readonly faults = new Map<string, KeptFault>();
  readonly #options: FuzzOptions;
  readonly #say: (line: string) => void;
  readonly #startMs = performance.now();
  #saidMs = 0;

  constructor(options: FuzzOptions, say: (line: string) => void) {
    this.#options = options;
    this.#say = say;
    for (const target of options.targets) this.counts.set(target, noCounts());
  }

  firstChunks(): () => ChunkSpec | undefined {
    const { targets, inputs, seed } = this.#options;
    const each = Math.ceil(inputs / targets.length);
    const first = Math.min(fuzzLimits.firstChunkInputs, each);
    const left = [...targets];
    return () => {
      const target = left.shift();
      return target ? { target, seed, chunk: 0, inputs: first } : undefined;
    };
  }

  otherChunks(): () => ChunkSpec | undefined {
    const { minutes } = this.#options;
    return minutes === undefined ? this.#byInputs() : this.#byTime(minutes * 60_000);
  }

  /** The slowest first: what takes long must not be left for the end. */
  #byInputs(): () => ChunkSpec | undefined {
    const { inputs, seed } = this.#options;
    const speeds = [...this.counts].map(([target, counts]) => ({
      target,
      perSecond: (1000 * counts.inputs) / Math.max(1, counts.cpuMs),
    }));
    speeds.sort((a, b) => a.perSecond - b.perSecond);
    const shares = sharesOf(inputs, speeds);
    const left: ChunkSpec[] = [];
    for (const { target } of speeds) {
      const share = shares.get(target)! - this.counts.get(target)!.inputs;
      for (let run = 0, chunk = 1; run < share; run += fuzzLimits.chunkInputs, chunk += 1) {
        const more = Math.min(fuzzLimits.chunkInputs, share - run);
        left.push({ target, seed, chunk, inputs: more });
      }
    }
    left.reverse();
    return () => this.#unlessBroken(() => left.pop());
  }

  #byTime(forMs: number): () => ChunkSpec | undefined {
    const { targets, seed } = this.#options;
    const inputs = fuzzLimits.chunkInputs;
    const next = new Map(targets.map((target) => [target, 1]));
    const cost = (target: string) => this.counts.get(target)!.cpuMs;
    return () =>
      this.#unlessBroken(() => {
        if (performance.now() - this.#startMs > forMs) return undefined;
        const target = targets.reduce((least, other) =>
          cost(other) < cost(least) ? other : least,
        );
        const chunk = next.get(target)!;
        next.set(target, chunk + 1);
        return { target, seed, chunk, inputs };
      });
  }

  /** A target that fails all the time is not run on: its first faults say enough. */
  #unlessBroken(next: () => ChunkSpec | undefined): ChunkSpec | undefined {
    let spec = next();
    while (spec && this.#faultsOf(spec.target) >= fuzzLimits.faultsMax) {
      this.counts.get(spec.target)!.cpuMs = Number.POSITIVE_INFINITY;
      spec = next();
    }
    return spec;
  }

  #faultsOf(target: string): number {
    let times = 0;
    for (const fault of this.faults.values()) if (fault.target === target) times += fault.times;
    return times;
  }

  readonly done = (result: ChunkResult): void => {
    addCounts(this.counts.get(result.spec.target)!, result.counts);
    for (const fault of result.faults) {
      const known = this.faults.get(faultKey(fault));
      if (known) known.times += 1;
      else {
        this.faults.set(faultKey(fault), { ...fault, times: 1 });
        this.#say(`FAULT ${fault.target} ${fault.kind}: ${fault.text}`);
      }
    }
    this.#progress();
  };

  #progress(): void {
    const nowMs = performance.now();
    if (nowMs - this.#saidMs < 10_000) return;
    this.#saidMs = nowMs;
    let inputs = 0;
    for (const counts of this.counts.values()) inputs += counts.inputs;
    const seconds = Math.round((nowMs - this.#startMs) / 1000);
    this.#say(`${inputs.toLocaleString('en')} inputs in ${seconds} s, ${this.faults.size} faults`);
  }

  /** Faults that stay without the inputs before them are made small; the rest is kept whole. */
  async keepFaults(): Promise<void> {
    for (const fault of this.faults.values()) {
      const input = fault.input === undefined ? undefined : fromHex(fault.input);
      if (!input) continue;
      const target = await loadTarget(fault.target);
      const isSmall = fault.kind === 'exception';
      const least = isSmall ? await minimise(input, failsAlike(target, fault)) : input;
      await target.stop?.();
      fault.file = keepInput(fault.target, least);
    }
  }
}

function failsAlike(target: FuzzTarget, fault: FuzzFault) {
  return async (input: Uint8Array): Promise<boolean> => {
    await target.reset?.();
    try {
      await target.run(input);
      return false;
    } catch (error) {
      if (target.isTyped?.(error)) return false;
      return faultKey({ ...fault, text: errorText(error) }) === faultKey(fault);
    }
  };
}
