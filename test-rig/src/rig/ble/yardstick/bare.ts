/** Names and calls of BlueZ for the bare loops that our own layer is measured against. */
import type { DBusConnection, DBusValue, DBusVariant } from '@muster/adapters/transport-ble/dbus';

/** Drawn at random; of the rig alone. */
export const bareUuids = {
  service: '7d2c51ae-31f4-4a56-b1c8-6b7c0a2f9e10',
  written: '7d2c51ae-31f4-4a56-b1c8-6b7c0a2f9e11',
  notified: '7d2c51ae-31f4-4a56-b1c8-6b7c0a2f9e12',
} as const;

export const bare = {
  adapter: 'org.bluez.Adapter1',
  device: 'org.bluez.Device1',
  service: 'org.bluez.GattService1',
  characteristic: 'org.bluez.GattCharacteristic1',
  gatt: 'org.bluez.GattManager1',
  advertising: 'org.bluez.LEAdvertisingManager1',
  advertisement: 'org.bluez.LEAdvertisement1',
  properties: 'org.freedesktop.DBus.Properties',
  objects: 'org.freedesktop.DBus.ObjectManager',

  /** `args`: a signature and its values, or nothing. */
  call(
    bus: DBusConnection,
    path: string,
    interface_: string,
    member: string,
    [signature, ...body]: readonly [string, ...DBusValue[]] = [''],
  ): Promise<readonly DBusValue[]> {
    const call = { destination: 'org.bluez', path, interface: interface_, member };
    return bus.call({ ...call, signature, body, timeoutMs: 20_000 });
  },
} as const;

export async function setProperty(
  bus: DBusConnection,
  path: string,
  name: string,
  value: DBusVariant,
): Promise<void> {
  await bare.call(bus, path, bare.properties, 'Set', ['ssv', bare.adapter, name, value]);
}
