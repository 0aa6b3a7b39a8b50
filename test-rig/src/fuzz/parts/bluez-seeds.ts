/** Scripts of an honest bluetoothd, as the target for its answers begins with them. */
import { bleUuids } from '@muster/adapters/parsers';
import { utf8 } from '@muster/core';
import { type CborNode, setArgument, writeCbor } from '../mutate/cbor-tree.ts';

type Plain = string | number | boolean | Uint8Array | readonly Plain[] | PlainMap;
interface PlainMap {
  readonly [name: string]: Plain;
}

const none = new Uint8Array(0);

function nodeOf(value: Plain): CborNode {
  const node: CborNode = { major: 0, argument: 0n, width: 0, content: none, items: [] };
  if (typeof value === 'boolean') return { ...node, major: 7, argument: value ? 21n : 20n };
  if (typeof value === 'number') {
    const major = value < 0 ? 1 : 0;
    return sized({ ...node, major }, BigInt(value < 0 ? -1 - value : value));
  }
  if (typeof value === 'string' || value instanceof Uint8Array) {
    const content = typeof value === 'string' ? utf8(value) : value;
    const major = typeof value === 'string' ? 3 : 2;
    return sized({ ...node, major, content }, BigInt(content.length));
  }
  if (isList(value)) {
    return sized({ ...node, major: 4, items: value.map(nodeOf) }, BigInt(value.length));
  }
  const entries = Object.entries(value);
  return sized({ ...node, major: 5, items: entries.flat().map(nodeOf) }, BigInt(entries.length));
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}

function sized(node: CborNode, argument: bigint): CborNode {
  setArgument(node, argument);
  return node;
}

export const devicePath = '/org/bluez/hci0/dev_C0_11_22_33_44_55';
const bus = 'org.freedesktop.DBus';

const adapter = { Address: '00:AA:01:00:00:42', AddressType: 'public', Powered: true, Alias: 'x' };
const advertising = { ActiveInstances: 0, SupportedInstances: 5 };
const adapterObject = {
  'org.bluez.Adapter1': { ...adapter, Modalias: 'usb:v1D6Bp0246d0542', Roles: ['central'] },
  'org.bluez.GattManager1': {},
  'org.bluez.LEAdvertisingManager1': advertising,
};
const device = { Address: 'C0:11:22:33:44:55', AddressType: 'random', Paired: false };
const heard = { RSSI: -70, ServiceData: { [bleUuids.mesh]: new Uint8Array(10).fill(7) } };
const linked = { ...device, ...heard, Connected: true, ServicesResolved: true };
const service = `${devicePath}/service000a`;
const remoteService = {
  [service]: { 'org.bluez.GattService1': { UUID: bleUuids.mesh, Primary: true } },
  [`${service}/char000b`]: {
    'org.bluez.GattCharacteristic1': { UUID: bleUuids.toPeripheral, MTU: 517 },
  },
  [`${service}/char000d`]: { 'org.bluez.GattCharacteristic1': { UUID: bleUuids.fromPeripheral } },
};

const answer = (member: string, ...rest: Plain[]): Plain => ['answer', member, ...rest];
const objects = (value: PlainMap): Plain => answer('GetManagedObjects', 'a{oa{sa{sv}}}', value);
const ready = objects({ '/org/bluez/hci0': adapterObject });
const all = (name: string, properties: PlainMap): Plain =>
  answer(`GetAll:org.bluez.${name}`, 'a{sv}', properties);
const added = (path: string, interfaces: PlainMap): Plain => [
  'signal',
  '/',
  `${bus}.ObjectManager`,
  'InterfacesAdded',
  'oa{sa{sv}}',
  path,
  interfaces,
];
const removed = (path: string, ...names: string[]): Plain => [
  'signal',
  '/',
  `${bus}.ObjectManager`,
  'InterfacesRemoved',
  'oas',
  path,
  names,
];
const changed = (path: string, name: string, properties: PlainMap): Plain => [
  ...['signal', path, `${bus}.Properties`, 'PropertiesChanged', 'sa{sv}as'],
  ...[name, properties, ['Name']],
];
const gatt = 'org.bluez.GattCharacteristic1';
const options = { device: devicePath, mtu: 517, link: 'LE' };
const written: Plain = [
  ...['call', '@/service/to', gatt, 'WriteValue', 'aya{sv}'],
  ...[new Uint8Array(20), options],
];
const read: Plain = ['call', '@/service/to', gatt, 'ReadValue', 'a{sv}', options];

const found = {
  '/org/bluez/hci0': adapterObject,
  [devicePath]: { 'org.bluez.Device1': linked },
  ...remoteService,
};
const slot = answer('ReadValue', 'ay', Uint8Array.of(0));

/** Everything goes well: it is found, connected to, and connects. */
const well: readonly Plain[] = [
  ...[objects(found), all('Adapter1', adapter), all('Device1', linked), slot],
  ...[added(devicePath, { 'org.bluez.Device1': linked }), read, written, written],
  changed(devicePath, 'org.bluez.Device1', heard),
  changed(`${service}/char000d`, gatt, { Value: new Uint8Array(12) }),
];

const scripts: readonly (readonly Plain[])[] = [
  well,
  [...well, changed(devicePath, 'org.bluez.Device1', { Connected: false })],
  [
    ...well,
    removed(devicePath, 'org.bluez.Device1'),
    added(devicePath, { 'org.bluez.Device1': linked }),
  ],
  [...well, ['owner', ':1.8'], written, ['owner', '']],
  [...well, changed('/org/bluez/hci0', 'org.bluez.Adapter1', { Powered: false })],
  [...well, removed('/org/bluez/hci0', 'org.bluez.Adapter1', 'org.bluez.GattManager1')],
  [
    ready,
    all('Adapter1', adapter),
    added(devicePath, { 'org.bluez.Device1': { ...device, ...heard } }),
  ],
  [ready, all('Device1', device), changed(devicePath, 'org.bluez.Device1', heard)],
  [...well, ...Object.entries(remoteService).map(([path, interfaces]) => added(path, interfaces))],
  [ready, ['error', 'Connect', 'org.bluez.Error.Failed'], all('Adapter1', adapter)],
  [ready, ['error', 'RegisterApplication', 'org.bluez.Error.AlreadyExists'], read],
  [ready, ['error', 'Set', `${bus}.Error.AccessDenied`]],
  [['error', 'GetManagedObjects', `${bus}.Error.AccessDenied`]],
  [objects({}), added('/org/bluez/hci1', adapterObject)],
];

export function bluezSeeds(): Uint8Array[] {
  // Until it says how many advertisements there can be, an adapter is not used.
  const counted = all('LEAdvertisingManager1', advertising);
  return [...scripts.map((script) => [counted, ...script]), well].map((script) =>
    writeCbor([nodeOf(script)]),
  );
}
