/**
 * Hears advertisements on one adapter: short scans with pauses between them, and of all that is on
 * air only the services asked for. Below step 4 of a message's way. What it remembers is bounded,
 * however many devices there are.
 */
import type { Clock, Logger, Timer } from '@muster/core';
import type { BleReport, BleScanner } from '../ble.ts';
import type { DBusValue } from '../dbus/index.ts';
import type { AddressLife } from './address-life.ts';
import type { BluezBus, BluezEvent } from './bluez-bus.ts';
import { DeviceLedger } from './device-ledger.ts';
import { bluezLimits } from './limits.ts';
import { bluezInterfaces } from './names.ts';
import { rssiOf, serviceDataOf } from './properties.ts';

export interface ScannerOptions {
  readonly bus: BluezBus;
  readonly adapterName: string;
  readonly adapterPath: string;
  readonly life: AddressLife | undefined;
  readonly logger: Logger;
}

/** "Not available" of the controller (Core 5.4, vol 4 part E, 7.7.65.2). */
export const rssiUnknown = 127;

export class BluezScanner implements BleScanner {
  readonly #options: ScannerOptions;
  readonly #clock: Clock;
  readonly #ledger: DeviceLedger;
  #services: readonly string[] = [];
  #onReport: (report: BleReport) => void = () => {};
  #unwatch: (() => void) | undefined;
  #timer: Timer | undefined;
  #scansDone = 0;
  #isScanning = false;
  /** Connects, and changes of the address, that want the radio for themselves. */
  #holds = 0;
  /** Starts and stops follow each other. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: ScannerOptions) {
    this.#options = options;
    this.#clock = options.bus.clock;
    this.#ledger = new DeviceLedger(options);
  }

  async start(services: readonly string[], onReport: (report: BleReport) => void): Promise<void> {
    this.#services = services;
    this.#onReport = onReport;
    if (this.#unwatch !== undefined) return;
    const { bus, adapterName } = this.#options;
    this.#unwatch = bus.watchBelow(adapterName, (event) => this.#onEvent(event));
    await this.#ledger.load();
    await this.#next();
  }

  async stop(): Promise<void> {
    this.dispose();
    await this.#next();
  }

  /** The adapter is gone. */
  dispose(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#timer?.cancel();
  }

  /** No scan until the function that it gives is called; resolves when none is under way. */
  async hold(): Promise<() => void> {
    this.#holds += 1;
    await this.#next();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holds -= 1;
      if (this.#holds === 0) void this.#next();
    };
  }

  get #mayScan(): boolean {
    return this.#unwatch !== undefined && this.#holds === 0;
  }

  /** Ends what runs, or begins what may; failures wait for the next time. */
  #next(): Promise<void> {
    this.#work = this.#work.then(async () => {
      this.#timer?.cancel();
      if (this.#isScanning) await this.#end();
      else if (this.#mayScan) await this.#begin();
      this.#timer?.cancel();
      if (!this.#mayScan) return;
      const isFirst = this.#scansDone < bluezLimits.scansFirst;
      const [windowMs, pauseMs] = isFirst
        ? [bluezLimits.scanWindowMsFirst, bluezLimits.scanPauseMsFirst]
        : [bluezLimits.scanWindowMs, bluezLimits.scanPauseMs];
      const delayMs = this.#isScanning ? windowMs : pauseMs;
      this.#timer = this.#clock.after(delayMs, () => void this.#next());
    });
    return this.#work;
  }

  async #begin(): Promise<void> {
    const { life, logger } = this.#options;
    // Equal data is told again and again: that is what a sighting is.
    const filter = new Map([
      ['Transport', { signature: 's', value: 'le' }],
      ['DuplicateData', { signature: 'b', value: true }],
    ]);
    try {
      await this.#call('SetDiscoveryFilter', 'a{sv}', [filter]);
      const startMs = this.#clock.monotonicMs();
      await this.#call('StartDiscovery');
      life?.used(startMs, this.#clock.monotonicMs());
      this.#isScanning = true;
    } catch (error) {
      this.#scansDone += 1;
      logger.debug('ble-scan-failed', { error: `${error}` });
    }
  }

  async #end(): Promise<void> {
    this.#isScanning = false;
    this.#scansDone += 1;
    try {
      await this.#call('StopDiscovery');
    } catch (error) {
      this.#options.logger.debug('ble-scan-not-stopped', { error: `${error}` });
    }
    void this.#ledger.forget();
  }

  async #call(member: string, signature = '', body: readonly DBusValue[] = []): Promise<void> {
    const { bus, adapterPath: path } = this.#options;
    await bus.call({ path, interface: bluezInterfaces.adapter, member, signature, body });
  }

  #onEvent(event: BluezEvent): void {
    if (event.interface !== bluezInterfaces.device) return;
    const peer = this.#ledger.note(event);
    if (peer === undefined) return;
    const { properties } = event;
    for (const service of this.#services) {
      const data = serviceDataOf(properties, service);
      if (data === undefined) continue;
      const rssiDbm = rssiOf(properties) ?? rssiUnknown;
      this.#onReport({ peer, service, data, rssiDbm });
    }
  }
}
