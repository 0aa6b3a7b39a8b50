/** The budgets of one direction of an uplink, one for each channel that crosses (step 6). */
import { bytesKey } from '@muster/core';
import { Budget, type BudgetRates } from './budget.ts';
import { crossingLimits } from './limits.ts';

export class Budgets {
  readonly #byTag = new Map<string, Budget>();

  /** The budget of a tag, at these rates from now on. */
  of(tag: Uint8Array, rates: BudgetRates, nowMs: number): Budget {
    const key = bytesKey(tag);
    const known = this.#byTag.get(key);
    known?.setRates(rates, nowMs);
    if (known) return known;
    const budget = new Budget(rates, nowMs);
    this.#byTag.set(key, budget);
    const [oldest] = this.#byTag.keys();
    if (this.#byTag.size > crossingLimits.tagsMax && oldest !== undefined)
      this.#byTag.delete(oldest);
    return budget;
  }
}
