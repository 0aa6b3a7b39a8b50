/**
 * When each box ran. Age is counted by boxes that run: what one was off is missing in the age of
 * what it held (DESIGN section 6), and each boot may add up to one interval of the written tick.
 * What a box counts while it cannot write is lost with the next crash: as if it had been off.
 */
import { timeLimits } from '@muster/core';

interface Times {
  offSinceMs: number | undefined;
  offMs: number;
  /** Since then it cannot write; Infinity while it can. */
  failingSinceMs: number;
  readonly bootsMs: number[];
  /** From then on what the box held before is gone. */
  diskLostMs: number;
}

export class BoxTimes {
  readonly #boxes: Times[];
  /** Boots of all boxes, rising. */
  readonly #bootsMs: number[] = [];

  constructor(boxes: number) {
    this.#boxes = Array.from({ length: boxes }, () => ({
      offSinceMs: undefined,
      offMs: 0,
      failingSinceMs: Number.POSITIVE_INFINITY,
      bootsMs: [],
      diskLostMs: Number.NEGATIVE_INFINITY,
    }));
  }

  booted(node: number, nowMs: number): void {
    const times = this.#boxes[node]!;
    // The first boot finds nothing that could have aged.
    if (times.offSinceMs === undefined) return;
    times.offMs += nowMs - times.offSinceMs;
    times.offSinceMs = undefined;
    if (times.failingSinceMs < nowMs) times.failingSinceMs = nowMs;
    times.bootsMs.push(nowMs);
    this.#bootsMs.push(nowMs);
  }

  crashed(node: number, nowMs: number): void {
    const times = this.#boxes[node]!;
    times.offSinceMs ??= Math.min(nowMs, times.failingSinceMs);
  }

  /** Whether its disk takes nothing from now on. */
  failing(node: number, isFailing: boolean, nowMs: number): void {
    const times = this.#boxes[node]!;
    if (!isFailing) times.failingSinceMs = Number.POSITIVE_INFINITY;
    else times.failingSinceMs = Math.min(times.failingSinceMs, nowMs);
  }

  diskLost(node: number, nowMs: number): void {
    this.#boxes[node]!.diskLostMs = nowMs;
  }

  diskLostMs(node: number): number {
    return this.#boxes[node]!.diskLostMs;
  }

  /** How long the box was off until now, in all. */
  offMs(node: number, nowMs: number): number {
    const { offMs, offSinceMs } = this.#boxes[node]!;
    return offMs + (offSinceMs === undefined ? 0 : nowMs - offSinceMs);
  }

  /** The most by which boots since then can have made what the box holds older than it is. */
  gainedMs(node: number, sinceMs: number): number {
    return bootsSince(this.#boxes[node]!.bootsMs, sinceMs) * timeLimits.tickPersistMs;
  }

  /** The same of something that may have been at any box. */
  gainedAnywhereMs(sinceMs: number): number {
    return bootsSince(this.#bootsMs, sinceMs) * timeLimits.tickPersistMs;
  }
}

function bootsSince(bootsMs: readonly number[], sinceMs: number): number {
  let low = 0;
  let high = bootsMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bootsMs[middle]! < sinceMs) low = middle + 1;
    else high = middle;
  }
  return bootsMs.length - low;
}
