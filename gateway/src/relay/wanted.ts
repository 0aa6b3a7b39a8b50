/**
 * What readers miss and this relay does not have (step 6 of a message's way): who waits for which
 * id, until the author's site puts it again. A relay that lost something is so healed by both ends.
 */
import type { Clock } from '@muster/core';
import { RecentMap } from '../relay-link/recent-map.ts';
import { wantLimits } from './limits.ts';

export class Wanted<W> {
  readonly #clock: Clock;
  readonly #waiting = new RecentMap<{ readonly by: Set<W>; askedMs: number }>(wantLimits.wantedMax);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(id: Uint8Array): boolean {
    return this.#waiting.has(id);
  }

  /** True when the author's site is to be asked now. */
  add(id: Uint8Array, by: W): boolean {
    const nowMs = this.#clock.monotonicMs();
    let entry = this.#waiting.get(id);
    if (!entry) {
      entry = { by: new Set(), askedMs: Number.NEGATIVE_INFINITY };
      this.#waiting.set(id, entry);
    }
    if (entry.by.size < wantLimits.wantersPerIdMax) entry.by.add(by);
    if (nowMs - entry.askedMs < wantLimits.askAgainMs) return false;
    entry.askedMs = nowMs;
    return true;
  }

  /** Who waits for it; nobody does afterwards. */
  take(id: Uint8Array): readonly W[] {
    const by = [...(this.#waiting.get(id)?.by ?? [])];
    this.#waiting.delete(id);
    return by;
  }
}
