/**
 * One controller of a MemoryRadio: peripheral, central and scanner as BlueZ gives them to us, with
 * random addresses that live and lapse as the Linux kernel's do. For tests.
 */
import { equalBytes, type Timer } from '@muster/core';
import {
  type BleAdapter,
  type BleAdvertisement,
  type BleCentral,
  type BleChannels,
  type BleConnection,
  BleError,
  type BlePeer,
  type BlePeripheral,
  type BleReport,
  type BleScanner,
} from '../ble.ts';
import { MemoryChannels } from './memory-channels.ts';
import type { MemoryRadio } from './memory-radio.ts';

export interface MemoryAdapterOptions {
  readonly name: string;
  /** How long a random address lives, or each one in turn; undefined: one public address. */
  readonly addressLifeMs: number | (() => number) | undefined;
}

export class MemoryAdapter implements BleAdapter {
  readonly name: string;
  readonly host: string;
  readonly peripheral: BlePeripheral;
  readonly central: BleCentral;
  readonly scanner: BleScanner;
  readonly channels: BleChannels | undefined;
  /** For tests: whoever connects is refused. */
  refusesConnects = false;
  readonly radio: MemoryRadio;
  readonly #options: MemoryAdapterOptions;
  readonly #services = new Map<string, (connection: BleConnection) => void>();
  #advertisement: BleAdvertisement | undefined;
  #wanted: BleAdvertisement | undefined;
  /** What was said last, under this address. */
  #said: BleAdvertisement | undefined;
  #peer: BlePeer;
  /** When the address was first used. */
  #bornMs: number | undefined;
  /** Of the address in use. */
  #lifeMs: number | undefined;
  #lapse: Timer | undefined;
  #beacon: Timer | undefined;
  #onReport: ((report: BleReport) => void) | undefined;
  #scanned: readonly string[] = [];
  #isGone = false;

  constructor(radio: MemoryRadio, host: string, options: MemoryAdapterOptions) {
    this.radio = radio;
    this.host = host;
    this.name = options.name;
    this.#options = options;
    this.#peer = this.#freshPeer();
    this.channels = radio.air.l2cap === undefined ? undefined : new MemoryChannels(this);
    const lifeMs = (): number | undefined => this.#lifeMs;
    this.peripheral = {
      get addressLifeMs() {
        return lifeMs();
      },
      advertise: (advertisement) => this.#advertise(advertisement),
      serve: async (service, onConnection) => {
        this.mustBeThere();
        this.#services.set(service, onConnection);
      },
    };
    this.central = {
      connect: (peer, service, signal) => radio.connect(this, { peer, service, signal }),
    };
    this.scanner = {
      start: async (services, onReport) => {
        this.mustBeThere();
        this.#scanned = services;
        this.#onReport = onReport;
      },
      stop: async () => {
        this.#onReport = undefined;
      },
    };
  }

  /** As others see it now. */
  get peer(): BlePeer {
    return this.#peer;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get isScanning(): boolean {
    return this.#onReport !== undefined;
  }

  /** Said on air now. */
  get advertisement(): BleAdvertisement | undefined {
    return this.#advertisement;
  }

  mustBeThere(): void {
    if (this.#isGone) throw new BleError('gone', `${this.name} is gone`);
  }

  hear(report: BleReport): void {
    if (this.#scanned.includes(report.service)) this.#onReport?.(report);
  }

  /** Who connects for this service; undefined: it is not offered. */
  served(service: string): ((connection: BleConnection) => void) | undefined {
    return this.refusesConnects ? undefined : this.#services.get(service);
  }

  /** Switched off, or its daemon died. */
  vanish(): void {
    this.#isGone = true;
    this.#silence();
    this.#onReport = undefined;
    this.#lapse?.cancel();
  }

  async #advertise(advertisement: BleAdvertisement | undefined): Promise<void> {
    this.mustBeThere();
    if (advertisement !== undefined && advertisement.data.length > 10) {
      throw new BleError('failed', 'more than 10 bytes do not fit');
    }
    this.#silence();
    this.#wanted = advertisement;
    if (advertisement === undefined) return;
    // The same again names nobody to anybody who knows the address.
    if (this.#said !== undefined && isSame(this.#said, advertisement)) this.#renew();
    else await this.#lapsed();
    this.mustBeThere();
    // Something else may be wanted by now.
    if (this.#wanted === advertisement) this.#speak(advertisement);
  }

  /** Waits, silent, until the address that was used lapses; then there is a fresh one. */
  async #lapsed(): Promise<void> {
    const addressLifeMs = this.#lifeMs;
    const { clock } = this.radio;
    if (addressLifeMs === undefined || this.#bornMs === undefined) return;
    const leftMs = this.#bornMs + addressLifeMs - clock.monotonicMs();
    if (leftMs > 0) await new Promise<void>((resolve) => clock.after(leftMs, resolve));
    this.#renew();
  }

  /** A fresh address if the old one has lapsed, as at each use. */
  #renew(): void {
    const addressLifeMs = this.#lifeMs;
    const nowMs = this.radio.clock.monotonicMs();
    if (addressLifeMs === undefined || this.#bornMs === undefined) return;
    if (nowMs < this.#bornMs + addressLifeMs) return;
    this.#peer = this.#freshPeer();
    this.#bornMs = undefined;
    this.#said = undefined;
  }

  /** The address goes on air, or under one that lapsed another one does; never with old data. */
  use(): BlePeer {
    if (this.#advertisement === undefined) this.#renew();
    if (this.#bornMs === undefined) this.#live();
    return this.#peer;
  }

  #live(): void {
    const { clock } = this.radio;
    const addressLifeMs = this.#lifeMs;
    this.#bornMs = clock.monotonicMs();
    this.#lapse?.cancel();
    if (addressLifeMs !== undefined) {
      this.#lapse = clock.after(addressLifeMs, () => this.#silence());
    }
  }

  #speak(advertisement: BleAdvertisement): void {
    const { clock } = this.radio;
    this.#silence();
    this.#advertisement = advertisement;
    this.#said = advertisement;
    if (this.#bornMs === undefined) this.#live();
    this.#beacon = clock.after(this.radio.beaconMs(), () => this.#sayAgain());
  }

  #sayAgain(): void {
    const { radio } = this;
    this.#beacon = radio.clock.after(radio.beaconMs(), () => this.#sayAgain());
    radio.broadcast(this);
  }

  #silence(): void {
    this.#advertisement = undefined;
    this.#beacon?.cancel();
  }

  #freshPeer(): BlePeer {
    const { addressLifeMs } = this.#options;
    this.#lifeMs = typeof addressLifeMs === 'function' ? addressLifeMs() : addressLifeMs;
    return this.radio.freshPeer(this.#lifeMs === undefined ? 'public' : 'random');
  }
}

function isSame(a: BleAdvertisement, b: BleAdvertisement): boolean {
  return a.service === b.service && equalBytes(a.data, b.data);
}
