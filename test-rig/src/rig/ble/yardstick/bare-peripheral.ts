/**
 * The least that a GATT peripheral needs on BlueZ: a service with one characteristic that is
 * written to and one that notifies, and an advertisement. What our own layer is measured against: nothing
 * here numbers, acknowledges, or watches over anything.
 */
import type { DBusConnection, DBusInterface, DBusValue } from '@muster/adapters/transport-ble/dbus';
import { bare, bareUuids, setProperty } from './bare.ts';

const app = '/rig';
const service = `${app}/service0`;
const written = `${service}/char0`;
const notified = `${service}/char1`;
const advertisement = '/rig_advertisement';

export interface BarePeripheral {
  /** Called with each value that is written. */
  onWrite: (value: Uint8Array) => void;
  notify(value: Uint8Array): void;
  stop(): Promise<void>;
}

export async function startBarePeripheral(
  bus: DBusConnection,
  adapter: string,
): Promise<BarePeripheral> {
  const path = `/org/bluez/${adapter}`;
  const peripheral: BarePeripheral = {
    onWrite: () => {},
    notify(value) {
      bus.emitPropertiesChanged(notified, bare.characteristic, {
        Value: { signature: 'ay', value },
      });
    },
    async stop() {
      await bare.call(bus, path, bare.advertising, 'UnregisterAdvertisement', ['o', advertisement]);
      await bare.call(bus, path, bare.gatt, 'UnregisterApplication', ['o', app]);
      for (const remove of exported) remove();
    },
  };
  const exported = [
    bus.export(app, { interfaces: {} }),
    bus.export(service, { interfaces: { [bare.service]: serviceObject() } }),
    bus.export(written, {
      interfaces: {
        [bare.characteristic]: {
          properties: characteristic(bareUuids.written, ['write-without-response', 'write']),
          methods: {
            WriteValue: {
              ...{ in: 'aya{sv}', out: '' },
              run: ([value]) => {
                peripheral.onWrite(value as Uint8Array);
                return [];
              },
            },
          },
        },
      },
    }),
    bus.export(notified, { interfaces: { [bare.characteristic]: notifying() } }),
    bus.export(advertisement, { interfaces: { [bare.advertisement]: advertised() } }),
  ];
  await setProperty(bus, path, 'Powered', { signature: 'b', value: true });
  const none: DBusValue = new Map();
  await bare.call(bus, path, bare.gatt, 'RegisterApplication', ['oa{sv}', app, none]);
  const register = 'RegisterAdvertisement';
  await bare.call(bus, path, bare.advertising, register, ['oa{sv}', advertisement, none]);
  return peripheral;
}

function serviceObject(): DBusInterface {
  return {
    properties: {
      UUID: { signature: 's', get: () => bareUuids.service },
      Primary: { signature: 'b', get: () => true },
    },
  };
}

function notifying(): DBusInterface {
  const nothing = { in: '', out: '', run: () => [] };
  return {
    properties: characteristic(bareUuids.notified, ['notify']),
    methods: { StartNotify: nothing, StopNotify: nothing },
  };
}

function advertised(): DBusInterface {
  return {
    properties: {
      Type: { signature: 's', get: () => 'peripheral' },
      ServiceUUIDs: { signature: 'as', get: () => [bareUuids.service] },
    },
    methods: { Release: { in: '', out: '', run: () => [] } },
  };
}

function characteristic(uuid: string, flags: readonly string[]) {
  return {
    UUID: { signature: 's', get: (): DBusValue => uuid },
    Service: { signature: 'o', get: (): DBusValue => service },
    Flags: { signature: 'as', get: (): DBusValue => flags },
  };
}
