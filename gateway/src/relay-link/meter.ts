/**
 * A budget counted in any unit, such as bytes: open until it is used up, then closed until enough
 * came back. One use may overdraw it, so what is large is paid for afterwards. Time is given.
 * Step 6 of a message's way.
 */
export interface MeterRate {
  readonly perMinute: number;
  readonly burst: number;
}

export class Meter {
  readonly #rate: MeterRate;
  #left: number;
  #filledMs: number;

  constructor(rate: MeterRate, nowMs: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#filledMs = nowMs;
  }

  open(nowMs: number): boolean {
    const gained = ((nowMs - this.#filledMs) * this.#rate.perMinute) / 60_000;
    this.#left = Math.min(this.#rate.burst, this.#left + gained);
    this.#filledMs = nowMs;
    return this.#left > 0;
  }

  use(units: number): void {
    this.#left -= units;
  }
}
