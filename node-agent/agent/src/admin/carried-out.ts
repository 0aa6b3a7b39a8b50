/**
 * Which acts this node has carried out: kept in a file, apart from the store, so that no act is
 * carried out twice whatever a neighbour says of its age, whatever became of the store. Bounded: it
 * keeps the last ones, and refuses whatever is older than all of them.
 */
import { bytesKey, type Clock, type ReadBundle, stampOfOrderKey, toBase64url } from '@muster/core';
import type { KeptLines } from './kept-lines.ts';
import { adminLimits } from './limits.ts';

/** Milliseconds of the stamp, and the id in base64url. */
const lineForm = /^\d{1,15}=[A-Za-z0-9_-]{43}$/;

export class CarriedOut {
  readonly #kept: KeptLines;
  readonly #clock: Pick<Clock, 'wall'>;
  /** Stamp in milliseconds and id of each, `ms=id`, oldest carried out first. */
  readonly #lines: string[] = [];
  /** Of each admin, the newest stamp of an act seen here; bounded by adminsMax. */
  readonly #newestMs = new Map<string, number>();
  /** Everything up to here is forgotten, so it is refused. */
  #floorMs = 0;

  constructor(kept: KeptLines, clock: Pick<Clock, 'wall'>) {
    this.#kept = kept;
    this.#clock = clock;
  }

  start(): void {
    const [floor, ...lines] = this.#kept.read();
    this.#floorMs = Number(floor) || 0;
    // A damaged line would make the floor no number, below which nothing is refused any more.
    const whole = lines.filter((line) => lineForm.test(line));
    this.#lines.push(...whole.slice(-adminLimits.actsRememberedMax));
  }

  /**
   * Any act of an admin that is in the trail: who wrote this does not go back in time, unless it
   * was written by a clock that was ahead.
   */
  onSeen({ author, orderKey }: Pick<ReadBundle, 'author' | 'orderKey'>): void {
    const key = bytesKey(author);
    const { ms } = stampOfOrderKey(orderKey);
    const { unixMs, quality } = this.#clock.wall();
    if (quality === 2 && ms > unixMs + adminLimits.actDriftMsMax) return;
    const known = this.#newestMs.get(key);
    if (known === undefined && this.#newestMs.size >= adminLimits.adminsMax) return;
    this.#newestMs.set(key, Math.max(known ?? 0, ms));
  }

  /** False when it was carried out before, or may have been; else it is on disk as carried out. */
  take(bundle: Pick<ReadBundle, 'id' | 'author' | 'orderKey'>): boolean {
    const { ms } = stampOfOrderKey(bundle.orderKey);
    const newestMs = this.#newestMs.get(bytesKey(bundle.author)) ?? 0;
    if (ms <= this.#floorMs || ms < newestMs - adminLimits.actAgeMsMax) return false;
    const line = `${ms}=${toBase64url(bundle.id)}`;
    if (this.#lines.includes(line)) return false;
    this.#lines.push(line);
    while (this.#lines.length > adminLimits.actsRememberedMax) {
      const forgotten = Number(this.#lines.shift()!.split('=')[0]);
      this.#floorMs = Math.max(this.#floorMs, forgotten);
    }
    return this.#kept.write([String(this.#floorMs), ...this.#lines]);
  }
}
