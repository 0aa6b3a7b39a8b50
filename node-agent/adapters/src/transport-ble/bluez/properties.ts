/**
 * Reads what org.bluez says of its objects: each value is there with the type that it must have, or
 * it is not there. Below step 4 of a message's way. Nothing that bluetoothd says is an exception.
 */
import type { BlePeer } from '../ble.ts';
import type { DBusValue, DBusVariant } from '../dbus/index.ts';

export type Properties = ReadonlyMap<DBusValue, DBusValue>;
/** The interfaces of one object. */
export type Interfaces = ReadonlyMap<string, Properties>;

const none: Properties = new Map();

/** `a{sv}`; anything else has no properties. */
export function propertiesOf(value: DBusValue | undefined): Properties {
  return value instanceof Map ? value : none;
}

/** `a{sa{sv}}`. */
export function interfacesOf(value: DBusValue | undefined): Interfaces {
  const interfaces = new Map<string, Properties>();
  for (const [name, properties] of propertiesOf(value)) {
    if (typeof name === 'string') interfaces.set(name, propertiesOf(properties));
  }
  return interfaces;
}

/** `a{oa{sa{sv}}}`, the answer of GetManagedObjects. */
export function objectsOf(value: DBusValue | undefined): ReadonlyMap<string, Interfaces> {
  const objects = new Map<string, Interfaces>();
  for (const [path, interfaces] of propertiesOf(value)) {
    if (typeof path === 'string') objects.set(path, interfacesOf(interfaces));
  }
  return objects;
}

export function textOf(properties: Properties, name: string): string | undefined {
  const value = inVariant(properties.get(name));
  return typeof value === 'string' ? value : undefined;
}

/** Whole numbers: bluetoothd has no others. */
export function numberOf(properties: Properties, name: string): number | undefined {
  const value = inVariant(properties.get(name));
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

/** In dBm, as a controller can say it (Core 5.4, vol 4 part E, 7.7.65.2). */
export function rssiOf(properties: Properties): number | undefined {
  const rssiDbm = numberOf(properties, 'RSSI');
  return rssiDbm !== undefined && rssiDbm >= -127 && rssiDbm <= 20 ? rssiDbm : undefined;
}

export function booleanOf(properties: Properties, name: string): boolean | undefined {
  const value = inVariant(properties.get(name));
  return typeof value === 'boolean' ? value : undefined;
}

export function bytesOf(properties: Properties, name: string): Uint8Array | undefined {
  const value = inVariant(properties.get(name));
  return value instanceof Uint8Array ? value : undefined;
}

export function textsOf(properties: Properties, name: string): readonly string[] | undefined {
  const value = inVariant(properties.get(name));
  if (!Array.isArray(value)) return undefined;
  return value.filter((each) => typeof each === 'string');
}

/** `ServiceData` of a device: by UUID in lower case. */
export function serviceDataOf(properties: Properties, uuid: string): Uint8Array | undefined {
  const value = inVariant(properties.get('ServiceData'));
  return value instanceof Map ? bytesOf(value, uuid) : undefined;
}

/** Address and type of a device or an adapter. */
export function peerOf(properties: Properties): BlePeer | undefined {
  const address = textOf(properties, 'Address');
  const addressType = textOf(properties, 'AddressType');
  if (address === undefined || !/^[0-9A-F]{2}(?::[0-9A-F]{2}){5}$/.test(address)) return undefined;
  if (addressType !== 'public' && addressType !== 'random') return undefined;
  return { address, addressType };
}

function inVariant(value: DBusValue | undefined): DBusValue | undefined {
  return isVariant(value) ? value.value : undefined;
}

function isVariant(value: DBusValue | undefined): value is DBusVariant {
  return typeof value === 'object' && 'signature' in value && 'value' in value;
}
