/** Names of org.bluez (BlueZ 5.66, doc/*.txt), and what its object paths say. */
import type { BlePeer } from '../ble.ts';

export const bluezName = 'org.bluez';
export const propertiesInterface = 'org.freedesktop.DBus.Properties';
export const objectManagerInterface = 'org.freedesktop.DBus.ObjectManager';

export const bluezInterfaces = {
  adapter: 'org.bluez.Adapter1',
  device: 'org.bluez.Device1',
  gattManager: 'org.bluez.GattManager1',
  advertisingManager: 'org.bluez.LEAdvertisingManager1',
  advertisement: 'org.bluez.LEAdvertisement1',
  service: 'org.bluez.GattService1',
  characteristic: 'org.bluez.GattCharacteristic1',
} as const;

const adapterForm = /^\/org\/bluez\/(hci[0-9]{1,3})(?:\/|$)/;
const deviceForm = /^\/org\/bluez\/hci[0-9]{1,3}\/dev_([0-9A-F]{2}(?:_[0-9A-F]{2}){5})$/;

/** Of an adapter, or of anything below it, as in `hci0`. */
export function adapterNameOf(path: string): string | undefined {
  return adapterForm.exec(path)?.[1];
}

/** Of a device itself, in upper case with colons. */
export function deviceAddressOf(path: string): string | undefined {
  return deviceForm.exec(path)?.[1]?.replaceAll('_', ':');
}

export function devicePathOf(adapterPath: string, peer: BlePeer): string {
  return `${adapterPath}/dev_${peer.address.toUpperCase().replaceAll(':', '_')}`;
}
