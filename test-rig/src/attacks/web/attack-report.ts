/** What the attacks on the web app add up: counts by name, and what did not hold. */
import type { RigReport } from '../../rig/report.ts';

/** One fault usually shows in many cases; the first of them say enough. */
const failuresMax = 100;

export class AttackReport {
  readonly #figures: Record<string, number> = {};
  readonly #failures: string[] = [];

  count(figure: string, times = 1): void {
    this.#figures[figure] = (this.#figures[figure] ?? 0) + times;
  }

  fail(what: string): void {
    this.count('faults');
    if (this.#failures.length < failuresMax) this.#failures.push(what);
  }

  get failures(): readonly string[] {
    return this.#failures;
  }

  asRig(name: string): RigReport {
    return { name, figures: this.#figures, failures: this.#failures };
  }
}
