/**
 * Hybrid logical clock (Kulkarni, Demirbas et al., "Logical Physical Clocks", 2014) with a bound:
 * a stamp from the future moves this clock to at most wall time plus driftMsMax, so nobody can
 * poison it. It orders messages; it never decides whether one lives.
 */
import type { Stamp } from '../bundle/bundle.ts';
import { timeLimits } from '../limits.ts';

export class HybridClock {
  #last: Stamp;

  /** `last` is the reading that was stored before the restart, if any. */
  constructor(last: Stamp = { ms: 0, counter: 0 }) {
    this.#last = last;
  }

  get last(): Stamp {
    return this.#last;
  }

  /** A new stamp, later than every one given or observed before (within the bound). */
  next(wallUnixMs: number): Stamp {
    this.#last = after(this.#bounded(wallUnixMs), clampMs(wallUnixMs));
    return this.#last;
  }

  /** Takes note of a stamp that another author gave. */
  observe(stamp: Stamp, wallUnixMs: number): void {
    const bound = boundMs(wallUnixMs);
    // At the bound too, or a counter given at its maximum would carry this clock beyond it.
    const seen = stamp.ms >= bound ? { ms: bound, counter: 0 } : stamp;
    if (compareStamps(seen, this.#last) > 0) this.#last = seen;
  }

  /** The own last reading, brought back when wall time was set back far below it. */
  #bounded(wallUnixMs: number): Stamp {
    const bound = boundMs(wallUnixMs);
    return this.#last.ms > bound ? { ms: bound, counter: 0 } : this.#last;
  }
}

export function compareStamps(a: Stamp, b: Stamp): number {
  return a.ms - b.ms || a.counter - b.counter;
}

function after(last: Stamp, wallMs: number): Stamp {
  if (wallMs > last.ms) return { ms: wallMs, counter: 0 };
  if (last.counter < timeLimits.stampCounterMax) return { ms: last.ms, counter: last.counter + 1 };
  return last.ms < timeLimits.stampMsMax ? { ms: last.ms + 1, counter: 0 } : last;
}

/** The latest that a clock at this wall time is moved to by others. */
function boundMs(wallUnixMs: number): number {
  return clampMs(clampMs(wallUnixMs) + timeLimits.driftMsMax);
}

function clampMs(ms: number): number {
  return Math.min(Math.max(Math.floor(ms), 0), timeLimits.stampMsMax);
}
