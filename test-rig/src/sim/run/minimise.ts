/**
 * Makes a failing plan small: leaves out whatever may be missing while the same check still fails.
 * First what goes at once (the time after the failure, whole kinds, liars), then delta debugging
 * over single actions (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input",
 * IEEE TSE 2002).
 */
import type { Action } from '../plan/action.ts';
import type { Plan } from '../plan/plan.ts';

export interface MinimiseOptions {
  /** Whether a plan still fails as the first one did, and when; undefined: it does not. */
  readonly failsAt: (plan: Plan) => number | undefined;
  /** True when it has taken long enough: what is smallest by then is the answer. */
  readonly isOver: () => boolean;
  readonly onSmaller?: (actions: number) => void;
}

const hourMs = 3_600_000;

export function minimise(plan: Plan, options: MinimiseOptions): Plan {
  const search = new Search(plan, options);
  search.shorten();
  search.dropKinds();
  search.dropLiars();
  search.dropActions();
  return search.plan;
}

class Search {
  plan: Plan;
  readonly #options: MinimiseOptions;

  constructor(plan: Plan, options: MinimiseOptions) {
    this.plan = plan;
    this.#options = options;
  }

  /** Heals soon after the failure. */
  shorten(): void {
    const atMs = this.#options.failsAt(this.plan);
    if (atMs === undefined) return;
    let hours = Math.max(1, Math.ceil(atMs / hourMs));
    while (hours < this.plan.options.hours && !this.#take(cut(this.plan, hours))) hours *= 2;
  }

  dropKinds(): void {
    for (const kind of new Set(this.plan.actions.map((action) => action.kind))) {
      this.#keep(this.plan.actions.filter((action) => action.kind !== kind));
    }
  }

  dropLiars(): void {
    this.plan.boxes.forEach(({ liar, wallOffsetMs }, number) => {
      if (liar === undefined) return;
      this.#take({ ...this.plan, boxes: this.plan.boxes.with(number, { wallOffsetMs }) });
    });
  }

  dropActions(): void {
    let size = Math.ceil(this.plan.actions.length / 2);
    while (size >= 1 && !this.#options.isOver()) {
      let at = 0;
      let dropped = false;
      while (at < this.plan.actions.length && !this.#options.isOver()) {
        if (this.#keep(this.plan.actions.toSpliced(at, size))) dropped = true;
        else at += size;
      }
      if (!dropped || size > 1) size = size === 1 ? 0 : Math.ceil(size / 2);
    }
  }

  #keep(actions: readonly Action[]): boolean {
    if (actions.length === this.plan.actions.length) return true;
    return this.#take({ ...this.plan, actions });
  }

  #take(smaller: Plan): boolean {
    if (this.#options.isOver() || this.#options.failsAt(smaller) === undefined) return false;
    this.plan = smaller;
    this.#options.onSmaller?.(smaller.actions.length);
    return true;
  }
}

function cut(plan: Plan, hours: number): Plan {
  const actions = plan.actions.filter(({ atMs }) => atMs < hours * hourMs);
  return { ...plan, options: { ...plan.options, hours }, actions };
}
