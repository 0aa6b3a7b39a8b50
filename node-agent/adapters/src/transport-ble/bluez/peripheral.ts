/**
 * Offers our GATT service on one adapter. A central reads its slot, subscribes to it, and is a
 * connection. Below step 4 of a message's way. Centrals are strangers until
 * the handshake above says otherwise: slots are few, and one that is not used is given away.
 */
import type { Logger } from '@muster/core';
import {
  type BleAdvertisement,
  type BleConnection,
  BleError,
  type BlePeer,
  type BlePeripheral,
} from '../ble.ts';
import type { Advertiser } from './advertiser.ts';
import type { BluezBus } from './bluez-bus.ts';
import type { DeviceLinks } from './device-links.ts';
import { GattApplication, type GattRequest } from './gatt-application.ts';
import { GattCarrier } from './gatt-carrier.ts';
import { bluezLimits } from './limits.ts';
import { bluezInterfaces } from './names.ts';
import { peerOf } from './properties.ts';

export interface PeripheralOptions {
  readonly bus: BluezBus;
  readonly adapterPath: string;
  readonly advertiser: Advertiser;
  readonly links: DeviceLinks;
  readonly logger: Logger;
}

interface Slot {
  readonly device: string;
  readonly mtu: number;
  readonly peer: BlePeer;
  readonly givenMs: number;
  /** From its subscription or its first packet on. */
  connection?: PeripheralConnection;
}

export class BluezPeripheral implements BlePeripheral {
  readonly #options: PeripheralOptions;
  readonly #slots: (Slot | undefined)[] = new Array(bluezLimits.slots).fill(undefined);
  #application: GattApplication | undefined;
  #onConnection: (connection: BleConnection) => void = () => {};

  constructor(options: PeripheralOptions) {
    this.#options = options;
  }

  get addressLifeMs(): number | undefined {
    return this.#options.advertiser.addressLifeMs;
  }

  advertise(advertisement: BleAdvertisement | undefined): Promise<void> {
    return this.#options.advertiser.advertise(advertisement);
  }

  async serve(service: string, onConnection: (connection: BleConnection) => void): Promise<void> {
    if (this.#application !== undefined) throw new BleError('in-progress', 'it serves already');
    const { bus, adapterPath } = this.#options;
    this.#onConnection = onConnection;
    const application = new GattApplication(bus.connection, service, () => bus.owner, {
      onRead: (request) => this.#onRead(request),
      onSubscribed: (slot) => this.#onSubscribed(slot),
      onWrite: (request, value) => this.#onWrite(request, value),
    });
    this.#application = application;
    const call = { path: adapterPath, interface: bluezInterfaces.gattManager };
    try {
      const body = [application.path, new Map()];
      await bus.call({ ...call, member: 'RegisterApplication', signature: 'oa{sv}', body });
    } catch (error) {
      application.dispose();
      this.#application = undefined;
      throw error;
    }
  }

  dispose(): void {
    for (const slot of this.#slots) slot?.connection?.gatt.end('adapter-gone');
    const application = this.#application;
    if (application === undefined) return;
    this.#application = undefined;
    application.dispose();
    // An adapter that is only off would offer it again, beside the next one.
    const { bus, adapterPath: path } = this.#options;
    const call = { path, interface: bluezInterfaces.gattManager, member: 'UnregisterApplication' };
    bus.call({ ...call, signature: 'o', body: [application.path] }).catch(() => {});
  }

  async #onRead({ device, mtu }: GattRequest): Promise<number | undefined> {
    const { bus, adapterPath } = this.#options;
    if (!device.startsWith(`${adapterPath}/`)) return undefined;
    const peer = peerOf(await bus.propertiesOf(device, bluezInterfaces.device));
    if (peer === undefined) return undefined;
    const nowMs = bus.clock.monotonicMs();
    const own = this.#slots.findIndex((slot) => slot?.device === device);
    const index = own >= 0 ? own : this.#slots.findIndex((slot) => isFree(slot, nowMs));
    if (index < 0) return undefined;
    const old = this.#slots[index];
    this.#slots[index] = { device, mtu, peer, givenMs: nowMs };
    // Who asks again has started anew, and its old conversation is over.
    old?.connection?.gatt.end('replaced');
    return index;
  }

  #onSubscribed(index: number): void {
    const slot = this.#slots[index];
    if (slot !== undefined) this.#connectionOf(slot, index);
  }

  /** Also the first of a central whose slot a stranger had subscribed to before. */
  #onWrite({ device }: GattRequest, value: Uint8Array): boolean {
    const index = this.#slots.findIndex((slot) => slot?.device === device);
    const slot = this.#slots[index];
    if (slot === undefined) return false;
    this.#connectionOf(slot, index).gatt.deliver(value);
    return true;
  }

  #connectionOf(slot: Slot, index: number): PeripheralConnection {
    if (slot.connection === undefined) {
      slot.connection = this.#connect(slot, index);
      this.#onConnection(slot.connection);
    }
    return slot.connection;
  }

  #connect(slot: Slot, index: number): PeripheralConnection {
    const { bus, links } = this.#options;
    const { connection: dbus } = bus;
    let isFull = false;
    const endDrains = dbus.onDrain(() => {
      if (!isFull) return;
      isFull = false;
      gatt.drained();
    });
    const use = links.use(slot.device, () => gatt.end('connection-lost'));
    const gatt: GattCarrier = new GattCarrier(slot.mtu, {
      write: (value) => {
        this.#application?.notify(index, value);
        isFull = dbus.isBehind;
        return !isFull;
      },
      end: () => {
        endDrains();
        const isReplaced = this.#slots[index] !== slot;
        if (!isReplaced) this.#slots[index] = undefined;
        void use.release(isReplaced);
      },
    });
    return new PeripheralConnection(slot.peer, gatt);
  }
}

class PeripheralConnection implements BleConnection {
  readonly peer: BlePeer;
  readonly initiator = false;
  readonly gatt: GattCarrier;

  constructor(peer: BlePeer, gatt: GattCarrier) {
    this.peer = peer;
    this.gatt = gatt;
  }

  /** bluetoothd tells the strength of advertisements only. */
  rssiDbm(): number | undefined {
    return undefined;
  }

  close(): void {
    this.gatt.close();
  }
}

function isFree(slot: Slot | undefined, nowMs: number): boolean {
  if (slot === undefined) return true;
  return slot.connection === undefined && nowMs - slot.givenMs >= bluezLimits.slotReservedMs;
}
