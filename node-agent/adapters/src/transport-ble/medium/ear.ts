/**
 * When one adapter listens: all the time while somebody is missing, now and then otherwise, and not
 * at all while its address changes. Before step 4 of a message's way. Calls to the scanner follow
 * each other; what it hears goes to whoever asked.
 */
import type { Clock, Logger, Timer } from '@muster/core';
import type { BleReport, BleScanner } from '../ble.ts';
import { scanTimes } from './limits.ts';

/** `constant`: somebody is missing; `sparse`: nobody is; `none`: the address changes now. */
export type Listening = 'constant' | 'sparse' | 'none';

export interface EarOptions {
  readonly scanner: BleScanner;
  readonly services: readonly string[];
  readonly onReport: (report: BleReport) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Ear {
  readonly #options: EarOptions;
  #mode: Listening = 'none';
  #wantsOn = false;
  #isOn = false;
  #isBusy = false;
  #timer: Timer | undefined;
  #retry: Timer | undefined;

  constructor(options: EarOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  set(mode: Listening): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (mode === 'sparse') this.#alternate(true);
    else this.#want(mode === 'constant');
  }

  #alternate(on: boolean): void {
    this.#want(on);
    const forMs = on ? scanTimes.sparseOnMs : scanTimes.sparseOffMs;
    this.#timer = this.#options.clock.after(forMs, () => this.#alternate(!on));
  }

  #want(on: boolean): void {
    this.#wantsOn = on;
    void this.#follow();
  }

  async #follow(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#retry?.cancel();
    const { scanner, services, onReport, clock, logger } = this.#options;
    while (this.#isOn !== this.#wantsOn) {
      const on = this.#wantsOn;
      try {
        if (on) await scanner.start(services, onReport);
        else await scanner.stop();
      } catch (error) {
        logger.debug('not-listening', { why: (error as Error).message });
        // One that cannot be stopped is one that has stopped.
        if (on) {
          this.#retry = clock.after(scanTimes.retryMs, () => void this.#follow());
          break;
        }
      }
      this.#isOn = on;
    }
    this.#isBusy = false;
  }
}
