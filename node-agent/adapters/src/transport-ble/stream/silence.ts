/**
 * When a neighbour that says nothing is asked, and when it is dead. Each step is counted from the
 * one before, so that a process that slept does not take its own sleep for the neighbour's. Pure.
 * Below step 4 of a message's way.
 */
import { timing } from './limits.ts';

/** `doubt`: ask by the surest way there is. */
export type SilenceStep = 'ask' | 'doubt' | 'silent';

interface Stage {
  readonly step: SilenceStep;
  readonly waitMs: number;
}

/** Once a second, so that four lost ones in a row are forgiven. */
const stages: readonly Stage[] = [
  { step: 'ask', waitMs: timing.askMs },
  { step: 'ask', waitMs: timing.askAgainMs },
  { step: 'doubt', waitMs: timing.askAgainMs },
  { step: 'doubt', waitMs: timing.askAgainMs },
  { step: 'doubt', waitMs: timing.askAgainMs },
  { step: 'silent', waitMs: timing.askAgainMs },
];

export class Silence {
  #stage = 0;
  #sinceMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  heard(nowMs: number): void {
    this.#stage = 0;
    this.#sinceMs = nowMs;
  }

  get dueMs(): number {
    return this.#sinceMs + stages[this.#stage]!.waitMs;
  }

  /** Call at `dueMs`. */
  due(nowMs: number): SilenceStep {
    const { step } = stages[this.#stage]!;
    this.#stage = Math.min(this.#stage + 1, stages.length - 1);
    this.#sinceMs = nowMs;
    return step;
  }
}
