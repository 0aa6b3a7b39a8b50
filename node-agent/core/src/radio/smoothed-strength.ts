/**
 * The strength of one sender, smoothed: a Kalman filter of one dimension with a random walk as its
 * model (Kalman, 1960). Unlike a moving average it knows what time means: after a silence the next
 * report counts for more, in a burst each counts for less. A report far off counts as less far
 * (Huber, 1964), because BLE fades on one of its three channels at a time (Faragher and Harle,
 * IEEE JSAC 33, 2015). Pure; time is given.
 */
import { strengthFilter } from './limits.ts';

export class SmoothedStrength {
  #dbm: number | undefined;
  #variance: number = strengthFilter.reportVariance;
  #atMs: number;

  constructor(rssiDbm: number, atMs: number) {
    this.#dbm = isMeasured(rssiDbm) ? rssiDbm : undefined;
    this.#atMs = atMs;
  }

  /** Undefined: nobody has measured it yet. */
  get dbm(): number | undefined {
    return this.#dbm;
  }

  /** What no receiver can have measured changes nothing. */
  add(rssiDbm: number, atMs: number): void {
    if (!isMeasured(rssiDbm)) return;
    if (this.#dbm === undefined) {
      this.#dbm = rssiDbm;
      this.#atMs = atMs;
      return;
    }
    const { reportVariance, driftVariancePerS, surpriseDbMax } = strengthFilter;
    const passedS = Math.max(0, atMs - this.#atMs) / 1000;
    const variance = this.#variance + driftVariancePerS * passedS;
    const gain = variance / (variance + reportVariance);
    // After a silence anything may have become of it: then it is no surprise.
    const surpriseMax = Math.max(surpriseDbMax, 2 * Math.sqrt(variance));
    const off = Math.min(surpriseMax, Math.max(-surpriseMax, rssiDbm - this.#dbm));
    this.#dbm += gain * off;
    this.#variance = (1 - gain) * variance;
    this.#atMs = Math.max(this.#atMs, atMs);
  }
}

function isMeasured(rssiDbm: number): boolean {
  return rssiDbm >= strengthFilter.dbmMin && rssiDbm <= strengthFilter.dbmMax;
}
