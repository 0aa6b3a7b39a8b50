/**
 * How long this node's broker has run in all (step 6), by which the age of an abandoned session is
 * counted: no wall clock is trusted, and time without power does not count.
 */
import type { Clock } from '@muster/core';
import type { Database, Statement } from 'better-sqlite3';
import { isRowNumber, mustBe } from './row-check.ts';

const name = 'running_ms';

export class RunningTime {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #beforeMs: number;
  readonly #put: Statement;

  constructor(db: Database, clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.monotonicMs();
    const row = db.prepare('SELECT value FROM named_values WHERE name = ?').pluck().get(name);
    this.#beforeMs = (row as number | undefined) ?? 0;
    mustBe(isRowNumber(this.#beforeMs), 'named_values');
    this.#put = db.prepare('INSERT OR REPLACE INTO named_values VALUES (?, ?)');
  }

  /** Milliseconds over all starts. */
  nowMs(): number {
    return Math.floor(this.#beforeMs + this.#clock.monotonicMs() - this.#startMs);
  }

  /** Within a write. */
  write(): void {
    this.#put.run(name, this.nowMs());
  }
}
