/**
 * How long an acknowledgement takes, and from it when to send again: RFC 6298, with a clock of
 * milliseconds and bounds of ours. Pure. Below step 4 of a message's way.
 */
import { timing } from './limits.ts';

export class RoundTrip {
  #smoothedMs: number | undefined;
  #variationMs = 0;
  #backOff = 1;

  /** Smoothed, acknowledgement delay included; undefined before the first one. */
  get ms(): number | undefined {
    return this.#smoothedMs;
  }

  /** Only of what was sent once: otherwise nobody knows which one was answered (Karn). */
  sample(ms: number): void {
    if (this.#smoothedMs === undefined) {
      this.#smoothedMs = ms;
      this.#variationMs = ms / 2;
    } else {
      this.#variationMs += (Math.abs(this.#smoothedMs - ms) - this.#variationMs) / 4;
      this.#smoothedMs += (ms - this.#smoothedMs) / 8;
    }
  }

  get resendMs(): number {
    const { resendFirstMs, resendMsMin, resendMsMax } = timing;
    const smoothedMs = this.#smoothedMs;
    const ms = smoothedMs === undefined ? resendFirstMs : smoothedMs + 4 * this.#variationMs;
    return Math.min(resendMsMax, Math.max(resendMsMin, ms) * this.#backOff);
  }

  /** It was resent in vain. */
  backOff(): void {
    this.#backOff = Math.min(this.#backOff * 2, timing.resendMsMax / timing.resendMsMin);
  }

  progressed(): void {
    this.#backOff = 1;
  }
}
