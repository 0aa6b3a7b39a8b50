/**
 * What one adapter says on air: a fresh tag with each fresh address. When its address has lived its
 * life it is silent for a while drawn at random, and comes back as somebody else. Before step 4 of
 * a message's way. While it is silent nothing else of ours may use the controller's address.
 */
import { between, type Clock, doubledMs, type Logger, type Random, type Timer } from '@muster/core';
import type { BleAdvertisement, BlePeripheral } from '../ble.ts';
import { rotationTimes } from './limits.ts';

export interface AdvertiserOptions {
  readonly peripheral: BlePeripheral;
  /** Fresh at each call, with nothing in common with those before. */
  readonly next: () => BleAdvertisement;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** It went silent, or is on air again. */
  readonly onChange: () => void;
}

export class Advertiser {
  readonly #options: AdvertiserOptions;
  #timer: Timer | undefined;
  /** Until then it is silent of its own will; the address has its own time besides. */
  #resting: Timer | undefined;
  /** Of the address before. */
  #lifeBeforeMs: number | undefined;
  #failures = 0;
  #isStopped = false;
  #isSilent = false;
  #sinceMs: number | undefined;
  #rotations = 0;

  constructor(options: AdvertiserOptions) {
    this.#options = options;
  }

  /** When the tag that is on air came there, monotonic; undefined: nothing is. */
  get sinceMs(): number | undefined {
    return this.#sinceMs;
  }

  /** Between two addresses: no scan and no connection may begin. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Tags that followed the first one. */
  get rotations(): number {
    return this.#rotations;
  }

  start(): void {
    void this.#speak();
  }

  /** Somebody is missed: it speaks as soon as the old address has lapsed. */
  hurry(): void {
    if (this.#resting === undefined) return;
    this.#resting.cancel();
    this.#resting = undefined;
    void this.#speak();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#resting?.cancel();
    this.#sinceMs = undefined;
    await this.#options.peripheral.advertise(undefined).catch(() => {});
  }

  async #speak(): Promise<void> {
    const { peripheral, next, clock, logger } = this.#options;
    const fault = await peripheral.advertise(next()).then(
      () => undefined,
      (error: Error) => error,
    );
    if (this.#isStopped) return;
    this.#isSilent = false;
    if (fault === undefined) {
      this.#failures = 0;
      this.#sinceMs = clock.monotonicMs();
      this.#later(this.#lifeMs(), () => this.#hush());
    } else {
      logger.debug('ble-not-on-air', { why: fault.message });
      const { retryMsMin: min, retryMsMax: max } = rotationTimes;
      this.#later(doubledMs({ min, max }, this.#failures), () => this.#speak());
      this.#failures += 1;
    }
    this.#options.onChange();
  }

  /** An address that never changes gives no time; then the tag's is drawn. */
  #lifeMs(): number {
    const { peripheral, random } = this.#options;
    const { tagLifeMsMax } = rotationTimes;
    return peripheral.addressLifeMs ?? between(random, tagLifeMsMax / 2, tagLifeMsMax);
  }

  async #hush(): Promise<void> {
    const { peripheral, onChange, clock } = this.#options;
    const { addressLifeMs: lifeMs = 0 } = peripheral;
    const restMs = lifeMs * rotationTimes.lapseShare + this.#silenceMs();
    this.#isSilent = true;
    this.#sinceMs = undefined;
    this.#rotations += 1;
    onChange();
    await peripheral.advertise(undefined).catch(() => {});
    if (this.#isStopped) return;
    this.#resting = clock.after(restMs, () => this.hurry());
  }

  /** Longer where the life of an address is what it was before: then nobody draws it. */
  #silenceMs(): number {
    const { peripheral, random } = this.#options;
    const { addressLifeMs: lifeMs } = peripheral;
    const isEven = lifeMs !== undefined && lifeMs === this.#lifeBeforeMs;
    this.#lifeBeforeMs = lifeMs;
    const { silenceMsMin, silenceMsMax, silenceShare } = rotationTimes;
    const { evenSilenceMsMax, evenSilenceShare } = rotationTimes;
    const mostMs = isEven ? evenSilenceMsMax : silenceMsMax;
    const share = isEven ? evenSilenceShare : silenceShare;
    const boundMs = Math.min(mostMs, (lifeMs ?? Number.POSITIVE_INFINITY) * share);
    return between(random, silenceMsMin, Math.max(silenceMsMin, boundMs));
  }

  #later(delayMs: number, run: () => Promise<void>): void {
    this.#timer = this.#options.clock.after(delayMs, () => void run());
  }
}
