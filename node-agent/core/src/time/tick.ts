/**
 * Ticks: milliseconds that this node has run, over all its boots. Age and expiry are counted in
 * them (RFC 9171's bundle age), because no wall clock is trusted. The last tick is written down
 * every tickPersistMs; time without power counts zero, but every boot counts at least one such
 * interval, so that a box that restarts for ever still ages what it holds.
 */
import { timeLimits } from '../limits.ts';
import type { Clock } from '../ports/clock.ts';

export interface TickRecord {
  readonly tickMs: number;
  readonly boots: number;
}

export class TickClock {
  readonly #clock: Clock;
  readonly #startedMonotonicMs: number;
  #baseTickMs: number;
  readonly boots: number;

  constructor(clock: Clock, saved: TickRecord | undefined) {
    this.#clock = clock;
    this.#startedMonotonicMs = clock.monotonicMs();
    this.#baseTickMs = saved ? saved.tickMs + timeLimits.tickPersistMs : 0;
    this.boots = (saved?.boots ?? 0) + 1;
  }

  nowMs(): number {
    const ranMs = this.#clock.monotonicMs() - this.#startedMonotonicMs;
    return this.#baseTickMs + Math.floor(ranMs);
  }

  /** The record was lost or older than what the store holds: ticks never go back behind that. */
  atLeast(tickMs: number): void {
    this.#baseTickMs += Math.max(0, tickMs - this.nowMs());
  }

  record(): TickRecord {
    return { tickMs: this.nowMs(), boots: this.boots };
  }
}

/** A thousand years of running: a record that says more is damaged. */
const tickMsMax = 2 ** 45;

/** 12 bytes: tick (8, big-endian) and boots (4). */
export function encodeTick(record: TickRecord): Uint8Array {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(record.tickMs));
  view.setUint32(8, record.boots);
  return bytes;
}

export function decodeTick(bytes: Uint8Array | undefined): TickRecord | undefined {
  if (bytes?.length !== 12) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tickMs = Number(view.getBigUint64(0));
  return tickMs <= tickMsMax ? { tickMs, boots: view.getUint32(8) } : undefined;
}
