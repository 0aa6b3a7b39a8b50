/**
 * Whether anybody is still at the other end of a session's socket: pings, and an end to silence and
 * to sockets on which nobody opens a session. Looks at the time only when asked to.
 */
import { socketLimits } from './limits.ts';

export type KeepaliveDue = 'ping' | 'no session opened' | 'silence' | undefined;

export class Keepalive {
  readonly #sinceMs: number;
  #heardAtMs: number;
  #pingedAtMs: number;
  #pings = 0;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
    this.#heardAtMs = nowMs;
    this.#pingedAtMs = nowMs;
  }

  /** The number of the last ping, from 1. */
  get pings(): number {
    return this.#pings;
  }

  /** The client said something. */
  heard(nowMs: number): void {
    this.#heardAtMs = nowMs;
  }

  /** What is due now; a ping that is due counts as sent. */
  look(nowMs: number, isOpening: boolean): KeepaliveDue {
    if (isOpening && nowMs - this.#sinceMs >= socketLimits.openingMsMax) return 'no session opened';
    if (nowMs - this.#heardAtMs >= socketLimits.silenceMsMax) return 'silence';
    if (nowMs - this.#pingedAtMs < socketLimits.pingEveryMs) return undefined;
    this.#pingedAtMs = nowMs;
    this.#pings += 1;
    return 'ping';
  }
}
