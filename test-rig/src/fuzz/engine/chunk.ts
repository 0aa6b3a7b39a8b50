/**
 * Runs one chunk of inputs of one target, from a clean state: counts what became of them and
 * gathers faults. The same chunk again runs the same inputs, which is how a fault is repeated.
 */
import { toHex } from '@muster/core';
import { fuzzLimits } from '../limits.ts';
import type { FuzzTarget, FuzzVerdict } from '../target.ts';
import { errorText, type FuzzFault } from './fault.ts';
import { cpuMs, type Excess, Gauge } from './gauge.ts';
import { InputMaker } from './input-maker.ts';
import { heldMb } from './peak-memory.ts';
import { noCounts, type VerdictCounts } from './verdict-counts.ts';

/** One in so many chunks looks at what is held; a collection takes as long as 500 inputs. */
const collectedOneIn = 8;

export interface ChunkSpec {
  readonly target: string;
  readonly seed: number;
  readonly chunk: number;
  /** At most fuzzLimits.chunkInputs. */
  readonly inputs: number;
}

export interface ChunkHooks {
  /** Told of every input before it runs. */
  readonly watch?: (index: number, input: Uint8Array) => void;
  /** Measured one by one from here to there; elsewhere as usual. */
  readonly careful?: Excess;
}

export interface ChunkResult {
  readonly spec: ChunkSpec;
  readonly counts: VerdictCounts;
  readonly faults: readonly FuzzFault[];
  /** Inputs over a limit in one try. */
  readonly excesses: readonly Excess[];
}

export interface LoadedTarget {
  readonly target: FuzzTarget;
  readonly corpus: readonly Uint8Array[];
}

export async function runChunk(
  loaded: LoadedTarget,
  spec: ChunkSpec,
  hooks: ChunkHooks = {},
): Promise<ChunkResult> {
  const run = new ChunkRun(loaded, spec, hooks);
  await run.run();
  return run;
}

class ChunkRun implements ChunkResult {
  readonly spec: ChunkSpec;
  readonly counts = noCounts();
  readonly faults: FuzzFault[] = [];
  readonly excesses: Excess[] = [];
  readonly #target: FuzzTarget;
  readonly #maker: InputMaker;
  readonly #hooks: ChunkHooks;
  readonly #gauge = new Gauge();

  constructor({ target, corpus }: LoadedTarget, spec: ChunkSpec, hooks: ChunkHooks) {
    this.spec = spec;
    this.#target = target;
    this.#hooks = hooks;
    this.#maker = new InputMaker(target, { ...spec, corpus });
  }

  async run(): Promise<void> {
    const startMs = cpuMs();
    await this.#target.reset?.();
    const { chunk, inputs } = this.spec;
    // Not before a try that measures: V8 forgets compiled code then, and the first input pays.
    if (chunk % collectedOneIn === 0 && !this.#hooks.careful) {
      globalThis.gc?.();
      this.counts.heldMb = heldMb();
    }
    this.#gauge.start(chunk * fuzzLimits.chunkInputs);
    for (let i = 0; i < inputs && this.faults.length < fuzzLimits.faultsMax; i += 1) {
      const running = this.#one(chunk * fuzzLimits.chunkInputs + i);
      // Most targets answer at once, and a promise for each input would cost as much again.
      if (running) await running;
    }
    this.counts.slowestMs = this.#gauge.slowestMs;
    this.counts.highestMb = this.#gauge.highestMb;
    this.counts.cpuMs = cpuMs() - startMs;
  }

  #one(index: number): Promise<void> | undefined {
    const { careful, watch } = this.#hooks;
    if (careful?.from === index) this.#gauge.start(index, { isCareful: true });
    const input = this.#maker.next();
    watch?.(index, input);
    this.#gauge.before(index);
    try {
      const answer = this.#target.run(input);
      if (typeof answer !== 'object') {
        this.#judge(index, { input, verdict: answer });
        return undefined;
      }
      return answer.then(
        (verdict) => this.#judge(index, { input, verdict }),
        (error: unknown) => this.#threw(index, { input, error }),
      );
    } catch (error) {
      this.#threw(index, { input, error });
      return undefined;
    }
  }

  #threw(index: number, { input, error }: { input: Uint8Array; error: unknown }): void {
    if (this.#target.isTyped?.(error) !== true) {
      this.#fault(index, { kind: 'exception', input, text: errorText(error) });
    }
    this.#judge(index, { input, verdict: 'thrown' });
  }

  #judge(index: number, { input, verdict }: { input: Uint8Array; verdict: FuzzVerdict }): void {
    const excess = this.#gauge.after(index);
    if (excess && !this.#hooks.careful) this.excesses.push(excess);
    else if (excess && isAskedFor(this.#hooks.careful, excess)) {
      this.excesses.push(excess);
      this.#fault(index, { kind: excess.kind, input, text: excess.text });
    }
    const { counts } = this;
    counts.inputs += 1;
    if (verdict === true) counts.accepted += 1;
    else {
      const reason = verdict === false ? 'refused' : verdict;
      counts.refused[reason] = (counts.refused[reason] ?? 0) + 1;
    }
    this.#maker.learn(input, verdict);
    if (this.#hooks.careful?.to === index) this.#gauge.start(index + 1);
  }

  #fault(
    index: number,
    { input, ...what }: Pick<FuzzFault, 'kind' | 'text'> & { input: Uint8Array },
  ): void {
    const { target, seed } = this.spec;
    this.faults.push({ target, seed, index, ...what, input: toHex(input) });
  }
}

function isAskedFor(careful: Excess | undefined, excess: Excess): boolean {
  return careful?.kind === excess.kind && excess.from >= careful.from && excess.to <= careful.to;
}
