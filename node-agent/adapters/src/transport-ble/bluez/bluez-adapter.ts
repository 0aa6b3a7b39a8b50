/**
 * One controller that is switched on: its three roles, joined by what they share: the gate, the age
 * of the address, and the links. Below step 4 of a message's way.
 */
import type { Logger } from '@muster/core';
import type { BleAdapter, BleChannels, BlePeer } from '../ble.ts';
import { AddressLife } from './address-life.ts';
import type { AddressLives } from './address-lives.ts';
import { Advertiser } from './advertiser.ts';
import type { BluezBus } from './bluez-bus.ts';
import { BluezCentral } from './central.ts';
import { DeviceLinks } from './device-links.ts';
import { BluezPeripheral } from './peripheral.ts';
import { QuietGate } from './quiet-gate.ts';
import { BluezScanner } from './scanner.ts';

export interface BluezAdapterOptions {
  readonly bus: BluezBus;
  /** As in `hci0`. */
  readonly name: string;
  readonly path: string;
  /** How long the kernel keeps private addresses. */
  readonly lives: AddressLives;
  /** Whether it has any. */
  readonly isPrivate: boolean;
  /** By how much its timer for such a time is late at the most. */
  readonly lateMsOf: (lifeMs: number) => number;
  readonly channels: BleChannels | undefined;
  readonly logger: Logger;
}

/** What L2CAP channels need to know of an adapter: its address as bluetoothd says it. */
export type ChannelsOf = (adapter: BlePeer) => BleChannels | undefined;

export class BluezAdapter implements BleAdapter {
  readonly name: string;
  readonly peripheral: BluezPeripheral;
  readonly central: BluezCentral;
  readonly scanner: BluezScanner;
  readonly channels: BleChannels | undefined;
  readonly #advertiser: Advertiser;
  readonly #links: DeviceLinks;
  readonly #lives: AddressLives;

  constructor(options: BluezAdapterOptions) {
    const { bus, name: adapterName, path: adapterPath, lives, isPrivate, logger } = options;
    const life = isPrivate ? new AddressLife(lives.lifeMs, options.lateMsOf) : undefined;
    const shared = { bus, adapterName, adapterPath, life, lives, gate: new QuietGate(), logger };
    this.#lives = lives;
    this.name = adapterName;
    this.channels = options.channels;
    this.#links = new DeviceLinks(shared);
    const scanner = new BluezScanner(shared);
    this.scanner = scanner;
    this.#advertiser = new Advertiser({ ...shared, scanner });
    this.central = new BluezCentral({ ...shared, links: this.#links, scanner });
    const advertiser = this.#advertiser;
    this.peripheral = new BluezPeripheral({ ...shared, links: this.#links, advertiser });
  }

  /** Ends its links; what it registered ends with our connection to the bus. */
  async close(): Promise<void> {
    await this.#links.cutAll();
    this.dispose();
    this.#lives.restore();
  }

  /** The controller or bluetoothd is gone, or it is off; the path of what it said last. */
  dispose(): string | undefined {
    this.scanner.dispose();
    this.central.dispose();
    this.peripheral.dispose();
    this.#links.dispose();
    return this.#advertiser.dispose();
  }
}
