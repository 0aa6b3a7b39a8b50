/**
 * The budget of one channel in one direction of an uplink: bundles and bytes a minute (step 6).
 * What is over it waits and is never dropped; so this says how long, which the buckets of the core,
 * made to refuse, do not.
 */
import { crossingLimits } from './limits.ts';

export interface BudgetRates {
  /** 0 stands for the default. */
  readonly bundlesPerMinute: number;
  readonly bytesPerMinute: number;
}

const minuteMs = 60_000;

/** A minute's worth may go at once, so that a burst after a gap is not stretched needlessly. */
export class Budget {
  #rates: BudgetRates;
  #bundles: number;
  #bytes: number;
  #atMs: number;

  constructor(rates: BudgetRates, nowMs: number) {
    this.#rates = withDefaults(rates);
    this.#bundles = this.#rates.bundlesPerMinute;
    this.#bytes = this.#rates.bytesPerMinute;
    this.#atMs = nowMs;
  }

  /** New rates hold at once; what was spent stays spent. */
  setRates(rates: BudgetRates, nowMs: number): void {
    this.#fill(nowMs);
    this.#rates = withDefaults(rates);
    this.#fill(nowMs);
  }

  /** Milliseconds until a bundle may go; 0 when it may now. A debt of bytes is waited off. */
  waitMs(nowMs: number): number {
    this.#fill(nowMs);
    const { bundlesPerMinute, bytesPerMinute } = this.#rates;
    const bundleMs = ((1 - this.#bundles) * minuteMs) / bundlesPerMinute;
    const byteMs = ((1 - this.#bytes) * minuteMs) / bytesPerMinute;
    return Math.max(0, Math.ceil(Math.max(bundleMs, byteMs)));
  }

  spend(bytes: number, nowMs: number): void {
    this.#fill(nowMs);
    this.#bundles -= 1;
    this.#bytes -= bytes;
  }

  #fill(nowMs: number): void {
    const { bundlesPerMinute, bytesPerMinute } = this.#rates;
    const share = Math.max(0, nowMs - this.#atMs) / minuteMs;
    this.#bundles = Math.min(bundlesPerMinute, this.#bundles + share * bundlesPerMinute);
    this.#bytes = Math.min(bytesPerMinute, this.#bytes + share * bytesPerMinute);
    this.#atMs = Math.max(this.#atMs, nowMs);
  }
}

function withDefaults({ bundlesPerMinute, bytesPerMinute }: BudgetRates): BudgetRates {
  return {
    bundlesPerMinute: bundlesPerMinute || crossingLimits.bundlesPerMinute,
    bytesPerMinute: bytesPerMinute || crossingLimits.bytesPerMinute,
  };
}
