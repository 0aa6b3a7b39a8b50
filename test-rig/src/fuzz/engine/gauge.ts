/**
 * What an input costs. Wall time is looked at after every input; where it is too long, the CPU time
 * of this process says whether it was the input or a busy machine. Memory is looked at after every
 * few inputs, garbage counted in; who goes over is measured again, alone.
 */
import { fuzzLimits } from '../limits.ts';

const mb = 2 ** 20;
/** Inputs between two looks at memory and CPU time; each look costs some 20 microseconds. */
export const lookEvery = 64;

export interface Excess {
  readonly kind: 'slow' | 'memory';
  /** The input, or the first of some of which one was it. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export class Gauge {
  slowestMs = 0;
  highestMb = 0;
  readonly #isCareful: boolean;
  #startMs = 0;
  #cpuMs = 0;
  #baseMb = 0;
  #lookedAt = 0;

  /** Careful: looks at memory after each input, and takes the garbage away before. */
  constructor(isCareful: boolean) {
    this.#isCareful = isCareful;
  }

  start(): void {
    globalThis.gc?.();
    this.#baseMb = usedMb();
    this.#cpuMs = cpuMs();
  }

  before(): void {
    if (this.#isCareful) this.start();
    this.#startMs = performance.now();
  }

  after(index: number): Excess | undefined {
    const tookMs = performance.now() - this.#startMs;
    if (tookMs > fuzzLimits.inputMsMax) {
      // CPU time since the last look is no less than that of this input.
      const cpu = cpuMs() - this.#cpuMs;
      this.#cpuMs += cpu;
      if (Math.min(tookMs, cpu) > fuzzLimits.inputMsMax) {
        this.slowestMs = Math.max(this.slowestMs, Math.min(tookMs, cpu));
        return { kind: 'slow', from: index, to: index, text: `${Math.round(tookMs)} ms` };
      }
    } else if (tookMs > this.slowestMs) this.slowestMs = tookMs;
    return this.#isCareful || (index + 1) % lookEvery === 0 ? this.#look(index) : undefined;
  }

  #look(index: number): Excess | undefined {
    this.#cpuMs = cpuMs();
    const from = this.#isCareful ? index : this.#lookedAt;
    this.#lookedAt = index + 1;
    const grownMb = usedMb() - this.#baseMb;
    this.highestMb = Math.max(this.highestMb, grownMb);
    if (grownMb <= fuzzLimits.inputMbMax) return undefined;
    this.start();
    return { kind: 'memory', from, to: index, text: `${Math.round(grownMb)} MB` };
  }
}

/** Heap and array buffers in use, MB. */
function usedMb(): number {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / mb;
}

export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
