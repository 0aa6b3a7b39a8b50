/**
 * Our GATT service as bluetoothd exports it: one characteristic that centrals write, and one for
 * each of them that notifies. A notification goes to all who subscribed to its characteristic, and
 * bluetoothd does not say who has: so each central gets one of its own (ADR 0027).
 * Below step 4 of a message's way.
 */

import { BleError } from '../ble.ts';
import { type DBusConnection, DBusError, type DBusMethod, type DBusValue } from '../dbus/index.ts';
import { bleUuids } from '../uuids.ts';
import { bluezLimits } from './limits.ts';
import { bluezInterfaces, deviceAddressOf } from './names.ts';
import { numberOf, type Properties, propertiesOf, textOf } from './properties.ts';

export interface GattRequest {
  /** Path of the device that asks. */
  readonly device: string;
  readonly mtu: number;
}

export interface GattApplicationHandlers {
  /** The slot of this central; undefined: there is none left. */
  onRead(request: GattRequest): Promise<number | undefined>;
  /** Somebody listens at this slot now, it is not said who. */
  onSubscribed(slot: number): void;
  /** False: who has no slot may not write. */
  onWrite(request: GattRequest, value: Uint8Array): boolean;
}

/** Paths of ours on the bus; a new one each time, so that bluetoothd mixes none up. */
let applicationsMade = 0;

export class GattApplication {
  readonly path: string;
  readonly #bus: DBusConnection;
  readonly #unexports: (() => void)[];

  /** Calls of others than `owner()` are refused. */
  constructor(
    bus: DBusConnection,
    service: string,
    owner: () => string | undefined,
    handlers: GattApplicationHandlers,
  ) {
    applicationsMade += 1;
    this.path = `/muster/application${applicationsMade}`;
    this.#bus = bus;
    const servicePath = `${this.path}/service`;
    const slots = Array.from({ length: bluezLimits.slots }, (_, slot) =>
      bus.export(
        this.#slotPath(slot),
        slotOf(servicePath, () => handlers.onSubscribed(slot)),
      ),
    );
    this.#unexports = [
      bus.export(servicePath, {
        interfaces: {
          [bluezInterfaces.service]: {
            properties: {
              UUID: { signature: 's', get: () => service },
              Primary: { signature: 'b', get: () => true },
            },
          },
        },
      }),
      bus.export(`${servicePath}/to`, {
        interfaces: {
          [bluezInterfaces.characteristic]: {
            properties: characteristic(bleUuids.toPeripheral, servicePath, flagsOfTo),
            methods: { ReadValue: reading(owner, handlers), WriteValue: writing(owner, handlers) },
          },
        },
      }),
      ...slots,
    ];
  }

  /** To the central of this slot. */
  notify(slot: number, value: Uint8Array): void {
    const changed = { Value: { signature: 'ay', value } };
    this.#bus.emitPropertiesChanged(this.#slotPath(slot), bluezInterfaces.characteristic, changed);
  }

  dispose(): void {
    for (const unexport of this.#unexports) unexport();
  }

  #slotPath(slot: number): string {
    return `${this.path}/service/from${slot}`;
  }
}

const flagsOfTo = ['read', 'write', 'write-without-response'];

function characteristic(uuid: string, servicePath: string, flags: readonly string[]) {
  return {
    UUID: { signature: 's', get: () => uuid },
    Service: { signature: 'o', get: () => servicePath },
    Flags: { signature: 'as', get: () => flags },
  };
}

function slotOf(servicePath: string, onSubscribed: () => void) {
  const start = (): [] => {
    onSubscribed();
    return [];
  };
  return {
    interfaces: {
      [bluezInterfaces.characteristic]: {
        properties: characteristic(bleUuids.fromPeripheral, servicePath, ['notify']),
        methods: {
          StartNotify: { in: '', out: '', run: start },
          StopNotify: { in: '', out: '', run: () => [] },
        },
      },
    },
  };
}

function reading(owner: () => string | undefined, handlers: GattApplicationHandlers): DBusMethod {
  return {
    in: 'a{sv}',
    out: 'ay',
    async run([options], sender) {
      const slot = await slotFor(requestOf(sender, owner, options), handlers);
      if (slot === undefined) throw refusal('no slot is free');
      return [Uint8Array.of(slot)];
    },
  };
}

/** A device that went meanwhile has none. */
async function slotFor(
  request: GattRequest,
  handlers: GattApplicationHandlers,
): Promise<number | undefined> {
  try {
    return await handlers.onRead(request);
  } catch (error) {
    if (error instanceof BleError) return undefined;
    throw error;
  }
}

function writing(owner: () => string | undefined, handlers: GattApplicationHandlers): DBusMethod {
  return {
    in: 'aya{sv}',
    out: '',
    run([value, options], sender) {
      const request = requestOf(sender, owner, options);
      const isPart = (numberOf(propertiesOf(options), 'offset') ?? 0) !== 0;
      const isWhole = value instanceof Uint8Array && !isPart;
      if (!isWhole || !handlers.onWrite(request, value)) throw refusal('who has no slot');
      return [];
    },
  };
}

function requestOf(
  sender: string,
  owner: () => string | undefined,
  value: DBusValue | undefined,
): GattRequest {
  const options: Properties = propertiesOf(value);
  const device = textOf(options, 'device');
  if (sender === '' || sender !== owner()) throw refusal('not bluetoothd');
  if (device === undefined || deviceAddressOf(device) === undefined) throw refusal('no device');
  const mtu = Math.max(numberOf(options, 'mtu') ?? 0, bluezLimits.attMtuDefault);
  return { device, mtu };
}

function refusal(text: string): DBusError {
  return new DBusError('remote', text, { errorName: 'org.bluez.Error.NotPermitted' });
}
