/**
 * The devices that bluetoothd remembers for one adapter, and which of them it is to forget. By
 * itself it forgets a device 30 s after it was last heard, even one that is connected to us and
 * goes by another address by now; so it is to be set up to forget nobody (`TemporaryTimeout = 0`,
 * ADR 0027), and then we do it. Below step 4 of a message's way.
 */
import type { Logger } from '@muster/core';
import type { BlePeer } from '../ble.ts';
import type { BluezBus, BluezEvent } from './bluez-bus.ts';
import { bluezLimits } from './limits.ts';
import { bluezInterfaces } from './names.ts';
import { booleanOf, type Properties, peerOf } from './properties.ts';

export interface DeviceLedgerOptions {
  readonly bus: BluezBus;
  readonly adapterPath: string;
  readonly logger: Logger;
}

interface Entry {
  readonly peer: BlePeer | undefined;
  heardMs: number;
  isConnected: boolean;
  isPaired: boolean;
}

export class DeviceLedger {
  readonly #options: DeviceLedgerOptions;
  /** By path, the one heard longest ago first. */
  readonly #entries = new Map<string, Entry>();
  #isForgetting = false;

  constructor(options: DeviceLedgerOptions) {
    this.#options = options;
  }

  /** What bluetoothd remembers from before. */
  async load(): Promise<void> {
    const { bus, adapterPath, logger } = this.#options;
    try {
      for (const [path, interfaces] of await bus.objects()) {
        const properties = interfaces.get(bluezInterfaces.device);
        if (properties === undefined || !path.startsWith(`${adapterPath}/`)) continue;
        if (!this.#entries.has(path)) this.#add(path, properties);
      }
    } catch (error) {
      logger.debug('ble-devices-not-listed', { error: `${error}` });
    }
  }

  /** Of a Device1; the device's address where it is known. */
  note({ kind, path, properties }: BluezEvent): BlePeer | undefined {
    if (kind === 'removed') {
      this.#entries.delete(path);
      return undefined;
    }
    const entry = this.#entries.get(path);
    if (entry === undefined) return kind === 'added' ? this.#add(path, properties) : undefined;
    entry.isConnected = booleanOf(properties, 'Connected') ?? entry.isConnected;
    entry.isPaired = booleanOf(properties, 'Paired') ?? entry.isPaired;
    if (properties.has('RSSI')) this.#touch(path, entry);
    return entry.peer;
  }

  /** Has bluetoothd forget whom nobody has heard for a while, some of them at a time. */
  async forget(): Promise<void> {
    if (this.#isForgetting) return;
    this.#isForgetting = true;
    const nowMs = this.#options.bus.clock.monotonicMs();
    const atOnce = bluezLimits.devicesForgottenMax;
    const old: string[] = [];
    for (const [path, entry] of this.#entries) {
      const isCrowded = this.#entries.size - old.length > bluezLimits.devicesKnownMax;
      const isRecent = nowMs - entry.heardMs < bluezLimits.deviceKeptMs;
      if (old.length >= atOnce || (isRecent && !isCrowded)) break;
      if (!entry.isConnected && !entry.isPaired) old.push(path);
    }
    for (const path of old) await this.#remove(path);
    this.#isForgetting = false;
  }

  #add(path: string, properties: Properties): BlePeer | undefined {
    const peer = peerOf(properties);
    const isFull = this.#entries.size >= 2 * bluezLimits.devicesKnownMax;
    if (isFull && !this.#makeRoom()) return peer;
    this.#touch(path, {
      peer,
      heardMs: 0,
      isConnected: booleanOf(properties, 'Connected') === true,
      isPaired: booleanOf(properties, 'Paired') === true,
    });
    return peer;
  }

  /**
   * More come than are forgotten after the scans. One that we no longer knew of bluetoothd would
   * remember for ever, until it has no memory left; so the one heard longest ago goes at once.
   */
  #makeRoom(): boolean {
    const { bus, adapterPath } = this.#options;
    for (const [path, { isConnected, isPaired }] of this.#entries) {
      if (isConnected || isPaired) continue;
      this.#entries.delete(path);
      const call = { path: adapterPath, interface: bluezInterfaces.adapter };
      bus.send({ ...call, member: 'RemoveDevice', signature: 'o', body: [path] });
      return true;
    }
    return false;
  }

  #touch(path: string, entry: Entry): void {
    entry.heardMs = this.#options.bus.clock.monotonicMs();
    this.#entries.delete(path);
    this.#entries.set(path, entry);
  }

  async #remove(path: string): Promise<void> {
    const { bus, adapterPath, logger } = this.#options;
    const entry = this.#entries.get(path);
    if (entry === undefined || entry.isConnected || entry.isPaired) return;
    this.#entries.delete(path);
    const call = { path: adapterPath, interface: bluezInterfaces.adapter, member: 'RemoveDevice' };
    try {
      await bus.call({ ...call, signature: 'o', body: [path] });
    } catch (error) {
      logger.debug('ble-device-not-forgotten', { error: `${error}` });
    }
  }
}
