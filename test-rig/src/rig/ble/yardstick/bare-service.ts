/**
 * The least that a GATT peripheral needs on BlueZ: a service with one characteristic that is
 * written to and one that notifies. What our own layer is measured against: nothing here numbers,
 * acknowledges, or watches over anything.
 */
import type {
  DBusConnection,
  DBusExport,
  DBusInterface,
  DBusValue,
} from '@muster/adapters/transport-ble/dbus';

/** Drawn at random; of the rig alone. */
export const bareUuids = {
  service: '7d2c51ae-31f4-4a56-b1c8-6b7c0a2f9e10',
  written: '7d2c51ae-31f4-4a56-b1c8-6b7c0a2f9e11',
  notified: '7d2c51ae-31f4-4a56-b1c8-6b7c0a2f9e12',
} as const;

export const characteristicInterface = 'org.bluez.GattCharacteristic1';
const app = '/rig';
const service = `${app}/service0`;
const written = `${service}/char0`;
const notified = `${service}/char1`;
const nothing = { in: '', out: '', run: () => [] };

export class BareService {
  /** Called with each value that is written. */
  onWrite: (value: Uint8Array) => void = () => {};
  readonly #bus: DBusConnection;

  constructor(bus: DBusConnection) {
    this.#bus = bus;
    bus.export(app, { interfaces: {} });
    bus.export(service, {
      interfaces: {
        'org.bluez.GattService1': {
          properties: {
            UUID: { signature: 's', get: () => bareUuids.service },
            Primary: { signature: 'b', get: () => true },
          },
        },
      },
    });
    const run = ([value]: readonly DBusValue[]): readonly DBusValue[] => {
      this.onWrite(value as Uint8Array);
      return [];
    };
    const write = { WriteValue: { in: 'aya{sv}', out: '', run } };
    bus.export(written, characteristic(bareUuids.written, 'write-without-response', write));
    const notify = { StartNotify: nothing, StopNotify: nothing };
    bus.export(notified, characteristic(bareUuids.notified, 'notify', notify));
  }

  /** On an adapter, before anybody connects to it. */
  async register(adapter: string): Promise<void> {
    await this.#bus.call({
      ...{ destination: 'org.bluez', path: `/org/bluez/${adapter}`, timeoutMs: 10_000 },
      ...{ interface: 'org.bluez.GattManager1', member: 'RegisterApplication' },
      ...{ signature: 'oa{sv}', body: [app, new Map()] },
    });
  }

  notify(value: Uint8Array): void {
    const changed = { Value: { signature: 'ay', value } };
    this.#bus.emitPropertiesChanged(notified, characteristicInterface, changed);
  }
}

function characteristic(
  uuid: string,
  flag: string,
  methods: NonNullable<DBusInterface['methods']>,
): DBusExport {
  const properties = {
    UUID: { signature: 's', get: (): DBusValue => uuid },
    Service: { signature: 'o', get: (): DBusValue => service },
    Flags: { signature: 'as', get: (): DBusValue => [flag] },
  };
  return { interfaces: { [characteristicInterface]: { properties, methods } } };
}
