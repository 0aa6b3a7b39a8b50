/**
 * The slow heartbeat of a node: it forgets what has outlived its lifetime, remembers the ids of the
 * dead, and writes the tick down. A sweep forgets a bounded number of entries.
 */
import { bytesKey } from '../bytes/key.ts';
import type { ExpiredIds } from '../inventory/expired-ids.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { storeLimits, timeLimits } from '../limits.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { AuthorRecord, ExpiredId, StoreBatch } from '../ports/store.ts';
import type { Authors } from '../receive/authors.ts';
import { encodeTick, type TickClock } from '../time/tick.ts';
import { expiredIdOf } from './intake.ts';
import type { Ledger } from './ledger.ts';

export const tickName = 'tick';

export interface SweeperOptions {
  readonly clock: Clock;
  readonly ticks: TickClock;
  readonly ledger: Ledger;
  readonly inventory: Inventory;
  readonly expired: ExpiredIds;
  readonly authors: Authors;
  /** Called after each sweep, for whatever else wants tidying now and then. */
  readonly onSweep: () => void;
}

interface Forgotten {
  readonly forget: number[];
  readonly expired: ExpiredId[];
  readonly authors: Map<string, AuthorRecord>;
}

export class Sweeper {
  readonly #options: SweeperOptions;
  #timer: Timer | undefined;
  #writtenTickMs = 0;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#timer) return;
    this.#writeTick({});
    this.#schedule();
  }

  stop(): void {
    if (!this.#timer) return;
    this.#timer.cancel();
    this.#timer = undefined;
    this.#writeTick({});
  }

  #schedule(): void {
    this.#timer = this.#options.clock.after(timeLimits.sweepMs, () => {
      this.#sweep();
      this.#schedule();
    });
  }

  #sweep(): void {
    const { ticks, expired, ledger, onSweep } = this.#options;
    const nowTickMs = ticks.nowMs();
    const gone = this.#forgetExpired(nowTickMs);
    const owed = ledger.take();
    // Early rather than late: a power cut must never take the tick back.
    const dueTickMs = this.#writtenTickMs + timeLimits.tickPersistMs - timeLimits.sweepMs;
    if (gone.forget.length > 0 || owed || nowTickMs >= dueTickMs) {
      expired.sweep(nowTickMs);
      this.#writeTick({
        forget: [...gone.forget, ...(owed?.forget ?? [])],
        expired: [...gone.expired, ...(owed?.expired ?? [])],
        authors: [...(owed?.authors ?? []), ...gone.authors.values()],
        forgetExpiredUntilTickMs: nowTickMs,
      });
    }
    onSweep();
  }

  #forgetExpired(nowTickMs: number): Forgotten {
    const { inventory, expired, authors } = this.#options;
    const gone: Forgotten = { forget: [], expired: [], authors: new Map() };
    while (gone.forget.length < storeLimits.sweepForgetMax) {
      const slot = inventory.firstToExpire();
      if (slot === -1 || inventory.expiresTickMs(slot) > nowTickMs) break;
      const id = expiredIdOf(inventory, slot);
      const author = inventory.author(slot);
      gone.expired.push(id);
      gone.forget.push(inventory.row(slot));
      // Its entry goes, so the number it reached must be written down elsewhere.
      gone.authors.set(bytesKey(author), authors.saw(author, inventory.seq(slot)));
      expired.add(id);
      inventory.forget(slot);
    }
    return gone;
  }

  #writeTick(batch: StoreBatch): void {
    const { ledger, ticks } = this.#options;
    this.#writtenTickMs = ticks.nowMs();
    const values = [[tickName, encodeTick(ticks.record())]] as const;
    ledger.commit({ ...batch, values }, (outcome) => {
      // Not written: the next sweep tries again.
      if (!outcome.ok) this.#writtenTickMs = Number.NEGATIVE_INFINITY;
    });
  }
}
