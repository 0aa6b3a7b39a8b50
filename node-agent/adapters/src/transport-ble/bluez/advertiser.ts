/**
 * What one adapter says on air. Where the kernel changes its private address, data and address
 * change together: silence before the address may lapse, and the new data once it has (ADR 0027).
 * Below step 4 of a message's way. Never old data under a new address, nor new under an old.
 */
import type { Clock, Logger, Timer } from '@muster/core';
import { type BleAdvertisement, BleError } from '../ble.ts';
import type { DBusExport, DBusValue } from '../dbus/index.ts';
import type { AddressLife } from './address-life.ts';
import type { AddressLives } from './address-lives.ts';
import type { BluezBus } from './bluez-bus.ts';
import { bluezLimits } from './limits.ts';
import { bluezInterfaces } from './names.ts';
import type { QuietGate } from './quiet-gate.ts';
import type { BluezScanner } from './scanner.ts';

export interface AdvertiserOptions {
  readonly bus: BluezBus;
  readonly adapterPath: string;
  readonly gate: QuietGate;
  readonly scanner: BluezScanner;
  /** Undefined where the address never changes. */
  readonly life: AddressLife | undefined;
  readonly lives: AddressLives;
  readonly logger: Logger;
}

/** Paths of ours on the bus; a new one each time, so that bluetoothd mixes none up. */
let advertisementsMade = 0;

export class Advertiser {
  readonly #options: AdvertiserOptions;
  readonly #clock: Clock;
  /** The last `advertise`; an earlier one that still waits gives up. */
  #turn = 0;
  #queue: Promise<void> = Promise.resolve();
  #isGone = false;
  #path: string | undefined;
  #unexport: () => void = () => {};
  #silence: Timer | undefined;
  /** Wakes a turn that waits. */
  #wake: () => void = () => {};
  /** Before that, new data would come under the address that the old data had. */
  #spentUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: AdvertiserOptions) {
    this.#options = options;
    this.#clock = options.bus.clock;
  }

  /** From `advertise` to the silence that comes by itself. */
  get addressLifeMs(): number | undefined {
    const { life } = this.#options;
    return life === undefined ? undefined : life.lifeMs - bluezLimits.quietBeforeMs;
  }

  async advertise(advertisement: BleAdvertisement | undefined): Promise<void> {
    if (this.#isGone) throw new BleError('gone', 'the adapter is gone');
    this.#turn += 1;
    const turn = this.#turn;
    this.#wake();
    const done = this.#queue.then(() => this.#take(turn, advertisement));
    this.#queue = done.catch(() => {});
    await done;
  }

  /**
   * The adapter is gone, or off. The path of what was said last: one that is only off keeps it, and
   * it cannot be taken back before it is on again (Linux 6.1, hci_cmd_sync_queue).
   */
  dispose(): string | undefined {
    this.#isGone = true;
    this.#turn += 1;
    this.#silence?.cancel();
    this.#wake();
    const path = this.#path;
    if (path !== undefined) this.#forget(path);
    return path;
  }

  async #take(turn: number, advertisement: BleAdvertisement | undefined): Promise<void> {
    await this.#fallSilent();
    if (advertisement === undefined) return;
    const { gate, life, scanner } = this.#options;
    if (life === undefined) {
      this.#check(turn);
      return await this.#speak(advertisement);
    }
    await this.#until(
      turn,
      Math.min(life.lapsesMs - bluezLimits.quietBeforeMs, this.#spentUntilMs),
    );
    // What anything else sent now might fix the next address, and make its age uncertain; and a
    // controller that scans takes no other address at all (Core 5.4, vol 4 part E, 7.8.4).
    const release = await scanner.hold();
    try {
      await gate.close();
      await this.#until(turn, this.#spentUntilMs);
      this.#options.lives.draw();
      life.willLive(this.#options.lives.lifeMs);
      const startMs = this.#clock.monotonicMs();
      await this.#speak(advertisement);
      this.#onSpoken(life, startMs);
    } finally {
      gate.open();
      release();
    }
  }

  #onSpoken(life: AddressLife, startMs: number): void {
    const nowMs = this.#clock.monotonicMs();
    life.used(startMs, nowMs);
    this.#spentUntilMs = life.lapsedMs + bluezLimits.quietAfterMs;
    const leftMs = life.lapsesMs - bluezLimits.quietBeforeMs - nowMs;
    this.#silenceIn(Math.max(0, leftMs));
  }

  /** Tried until it is silent: data that stays on air would come under the next address. */
  #silenceIn(delayMs: number): void {
    if (this.#isGone) return;
    this.#silence = this.#clock.after(delayMs, () => {
      const turn = this.#turn;
      const done = this.#queue.then(() => this.#fallSilent());
      this.#queue = done.catch(() => {
        if (turn === this.#turn) this.#silenceIn(bluezLimits.retryMsMin);
      });
    });
  }

  /** Until then, or until a newer turn takes this one's place. */
  async #until(turn: number, atMs: number): Promise<void> {
    this.#check(turn);
    const leftMs = atMs - this.#clock.monotonicMs();
    if (leftMs > 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        const timer = this.#clock.after(leftMs, resolve);
        this.#wake = () => {
          timer.cancel();
          resolve();
        };
      });
    }
    this.#check(turn);
  }

  #check(turn: number): void {
    if (this.#isGone) throw new BleError('gone', 'the adapter is gone');
    if (turn !== this.#turn) throw new BleError('aborted', 'something newer is to be said');
  }

  async #speak(advertisement: BleAdvertisement): Promise<void> {
    advertisementsMade += 1;
    const path = `/muster/advertisement${advertisementsMade}`;
    const { bus, logger } = this.#options;
    const onReleased = (): void => {
      logger.info('ble-advertisement-released');
      this.#forget(path);
    };
    this.#unexport = bus.connection.export(path, exported(advertisement, onReleased));
    this.#path = path;
    try {
      await this.#call('RegisterAdvertisement', 'oa{sv}', [path, new Map()]);
    } catch (error) {
      this.#forget(path);
      // Who is late with its answer may say it still, and under the next address as well.
      this.#call('UnregisterAdvertisement', 'o', [path]).catch(() => {});
      throw error;
    }
  }

  async #fallSilent(): Promise<void> {
    this.#silence?.cancel();
    const path = this.#path;
    if (path === undefined) return;
    try {
      await this.#call('UnregisterAdvertisement', 'o', [path]);
    } catch (error) {
      // What bluetoothd does not know any more is silent.
      if (!(error instanceof BleError) || error.code !== 'not-found') throw error;
    }
    this.#forget(path);
  }

  #forget(path: string): void {
    if (this.#path !== path) return;
    this.#unexport();
    this.#path = undefined;
  }

  async #call(member: string, signature: string, body: readonly DBusValue[]) {
    const { bus, adapterPath: path } = this.#options;
    await bus.call({
      path,
      interface: bluezInterfaces.advertisingManager,
      member,
      signature,
      body,
    });
  }
}

/** Flags and service data, and nothing else that anybody could know us by. */
function exported({ service, data }: BleAdvertisement, onReleased: () => void): DBusExport {
  return {
    interfaces: {
      [bluezInterfaces.advertisement]: {
        methods: {
          Release: {
            in: '',
            out: '',
            run() {
              onReleased();
              return [];
            },
          },
        },
        properties: {
          Type: { signature: 's', get: () => 'peripheral' },
          // bluetoothd drops what is not when it is heard in the first moment of a scan.
          Discoverable: { signature: 'b', get: () => true },
          ServiceData: {
            signature: 'a{sv}',
            get: () => new Map([[service, { signature: 'ay', value: data }]]),
          },
        },
      },
    },
  };
}
