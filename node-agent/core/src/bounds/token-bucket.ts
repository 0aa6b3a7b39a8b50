/**
 * Token bucket: `perMinute` whole tokens a minute, at most `burst` at once, of which some may be
 * kept back for the urgent lane (steps 1 and 2 of a message's way). Never overdrawn; the rate may
 * be another each time. Time is given, monotonic milliseconds.
 */
export interface BucketRate {
  readonly perMinute: number;
  readonly burst: number;
}

export class TokenBucket {
  #tokens: number;
  #filledMs: number;

  constructor(rate: BucketRate, nowMs: number) {
    this.#tokens = rate.burst;
    this.#filledMs = nowMs;
  }

  /** Whether a token is there above `reserve`; takes none. */
  has(rate: BucketRate, nowMs: number, reserve = 0): boolean {
    this.#fill(rate, nowMs);
    return this.#tokens >= 1 + reserve;
  }

  take(): void {
    this.#tokens -= 1;
  }

  /** Full again: it can be dropped and made anew without anyone noticing. */
  isFull(rate: BucketRate, nowMs: number): boolean {
    this.#fill(rate, nowMs);
    return this.#tokens >= rate.burst;
  }

  #fill(rate: BucketRate, nowMs: number): void {
    const gained = ((nowMs - this.#filledMs) * rate.perMinute) / 60_000;
    this.#tokens = Math.min(rate.burst, this.#tokens + Math.max(0, gained));
    this.#filledMs = Math.max(this.#filledMs, nowMs);
  }
}
