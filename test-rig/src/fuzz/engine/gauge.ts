/**
 * What an input costs. Wall time is looked at after every input; where it is too long, the CPU time
 * of this process says whether it was the input or a busy machine. What any input takes, since the
 * target starts and stops a whole part for each, is not counted: the median of those before it. The
 * peak of memory is looked at after every few inputs, garbage counted in, which says no less than
 * what one of them took; where that is too much, each of them is measured alone in another try.
 */
import { median } from '../../bench/median.ts';
import { fuzzLimits } from '../limits.ts';
import { beginPeak, peakMb, residentMb } from './peak-memory.ts';

/** Inputs between two looks at memory and CPU time; each look costs some 40 microseconds. */
const lookEvery = 128;

export interface Excess {
  readonly kind: 'slow' | 'memory';
  /** The input, or the first and last of some of which one was it. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export class Gauge {
  slowestMs = 0;
  /** Most that the peak of memory rose above what was in use, from one look to the next. */
  highestMb = 0;
  readonly #tookMs: number[] = [];
  #isCareful = false;
  #startMs = 0;
  #cpuMs = 0;
  #residentMb = 0;
  #lookedAt = 0;

  /**
   * Before the input of this number; what others left behind is not counted from here on. Careful:
   * looks at memory before and after each input.
   */
  start(index: number, { isCareful = false } = {}): void {
    this.#isCareful = isCareful;
    this.#begin(index);
  }

  #begin(index: number): void {
    this.#lookedAt = index;
    this.#residentMb = residentMb();
    beginPeak();
    this.#cpuMs = cpuMs();
  }

  before(index: number): void {
    if (this.#isCareful) this.#begin(index);
    this.#startMs = performance.now();
  }

  after(index: number): Excess | undefined {
    const tookMs = performance.now() - this.#startMs;
    if (tookMs > fuzzLimits.inputMsMax) {
      // CPU time since the last look is no less than that of this input.
      const cpu = cpuMs() - this.#cpuMs;
      this.#cpuMs += cpu;
      const usual = this.#tookMs.length > 0 ? median(this.#tookMs) : 0;
      const least = Math.min(tookMs, cpu) - usual;
      if (least > fuzzLimits.inputMsMax) {
        const text = `${Math.round(least)} ms`;
        return { kind: 'slow', from: index, to: index, text };
      }
    } else if (tookMs > this.slowestMs) this.slowestMs = tookMs;
    this.#tookMs.push(tookMs);
    return this.#isCareful || (index + 1) % lookEvery === 0 ? this.#look(index) : undefined;
  }

  #look(index: number): Excess | undefined {
    const from = this.#lookedAt;
    const grownMb = peakMb() - this.#residentMb;
    this.#begin(index + 1);
    this.highestMb = Math.max(this.highestMb, grownMb);
    if (grownMb <= fuzzLimits.inputMbMax) return undefined;
    return { kind: 'memory', from, to: index, text: `${Math.round(grownMb)} MB` };
  }
}

export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
