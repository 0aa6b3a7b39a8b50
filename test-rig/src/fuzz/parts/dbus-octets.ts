/**
 * What a message bus says, as octets: valid messages for the D-Bus targets to begin with, and where
 * in a stream messages begin and end.
 */
import {
  type DBusMessage,
  MessageKind,
  readHead,
  ValueWriter,
  writeMessage,
} from '@muster/adapters/parsers';
import type { DBusValue } from '@muster/adapters/transport-ble/dbus';

const bus = 'org.freedesktop.DBus';
export const ownName = ':1.42';
export const bluezOwner = ':1.7';
const writer = new ValueWriter();

export function octetsOf(message: Partial<DBusMessage>): Buffer {
  const base = { kind: MessageKind.reply, flags: 0, serial: 9, signature: '', body: [] };
  return writeMessage(writer, { ...base, ...message });
}

/** The messages of a stream, and how many octets of one more there are. */
export function messagesIn(octets: Uint8Array) {
  const messages: Buffer[] = [];
  let rest = Buffer.from(octets);
  for (;;) {
    const head = rest.length < 16 ? undefined : readHead(rest);
    if (head === undefined) break;
    const length = head.bodyStart + head.bodyBytes;
    if (rest.length < length) break;
    messages.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return { messages, restBytes: rest.length };
}

/** The last message gets the length that it has. */
export function withRightLength(octets: Uint8Array): Uint8Array | undefined {
  const { messages, restBytes } = messagesIn(octets);
  const length = restBytes > 0 ? restBytes : (messages.at(-1)?.length ?? 0);
  const mended = Buffer.from(octets);
  const last = mended.subarray(mended.length - length);
  const head = last.length < 16 ? undefined : readHead(last);
  if (head === undefined || head.bodyStart > last.length) return undefined;
  const bodyBytes = last.length - head.bodyStart;
  if (head.isLittle) last.writeUInt32LE(bodyBytes, 4);
  else last.writeUInt32BE(bodyBytes, 4);
  return mended;
}

const variant = (signature: string, value: DBusValue) => ({ signature, value });

const device = new Map<DBusValue, DBusValue>([
  ['Address', variant('s', 'C0:11:22:33:44:55')],
  ['AddressType', variant('s', 'random')],
  ['Connected', variant('b', true)],
  ['RSSI', variant('n', -70)],
  ['UUIDs', variant('as', ['c971a656-afe1-4afe-9e22-e1f0587b61d9'])],
  ['ManufacturerData', variant('a{qv}', new Map([[76, variant('ay', new Uint8Array(4))]]))],
  ['ServiceData', variant('a{sv}', new Map([['c971a656', variant('ay', new Uint8Array(10))]]))],
]);
const path = '/org/bluez/hci0/dev_C0_11_22_33_44_55';
const objects = new Map([[path, new Map([['org.bluez.Device1', device]])]]);

function call(interface_: string, member: string): Partial<DBusMessage> {
  const to = { path: '/one', interface: interface_, member, destination: ownName };
  return { kind: MessageKind.call, sender: bluezOwner, ...to };
}

function signal(sender: string, interface_: string, member: string): Partial<DBusMessage> {
  return { kind: MessageKind.signal, path, interface: interface_, member, sender };
}

/** One of each; what answers a call answers the one with the serial 2. */
export const busMessages: readonly Partial<DBusMessage>[] = [
  { replySerial: 2, sender: bluezOwner, signature: 'a{oa{sa{sv}}}', body: [objects] },
  { replySerial: 2, sender: bluezOwner },
  {
    ...{ kind: MessageKind.error, errorName: 'org.bluez.Error.Failed', replySerial: 2 },
    ...{ sender: bluezOwner, signature: 's', body: ['le-connection-abort-by-local'] },
  },
  {
    ...signal(bluezOwner, `${bus}.Properties`, 'PropertiesChanged'),
    ...{ signature: 'sa{sv}as', body: ['org.bluez.Device1', device, ['Name']] },
  },
  {
    ...signal(bluezOwner, `${bus}.ObjectManager`, 'InterfacesAdded'),
    ...{ signature: 'oa{sa{sv}}', body: [path, new Map([['org.bluez.Device1', device]])] },
  },
  {
    ...signal(bus, bus, 'NameOwnerChanged'),
    ...{ signature: 'sss', body: ['org.bluez', bluezOwner, ''] },
  },
  {
    ...call('org.bluez.GattCharacteristic1', 'WriteValue'),
    ...{ signature: 'aya{sv}', body: [new Uint8Array(20), new Map([['mtu', variant('q', 517)]])] },
  },
  { ...call('org.bluez.GattCharacteristic1', 'StartNotify'), flags: 1 },
  { ...call(`${bus}.Properties`, 'GetAll'), signature: 's', body: ['org.bluez.GattService1'] },
  {
    ...call(`${bus}.Properties`, 'Set'),
    ...{ signature: 'ssv', body: ['org.bluez.GattService1', 'Label', variant('s', 'x')] },
  },
  { ...call(`${bus}.ObjectManager`, 'GetManagedObjects'), path: '/' },
  call(`${bus}.Introspectable`, 'Introspect'),
  call(`${bus}.Peer`, 'Ping'),
  {
    ...signal(bluezOwner, 'org.muster.Types', 'All'),
    signature: 'ybnqiuxtdsogvaya{t(dav)}',
    body: [
      ...[
        1,
        true,
        -2,
        3,
        -4,
        5,
        -6n,
        7n,
        8.5,
        'nine',
        '/ten',
        'a{sv}',
        variant('v', variant('b', false)),
      ],
      ...[new Uint8Array(3), new Map([[1n, [0.5, [variant('y', 1), variant('as', ['a', ''])]]]])],
    ],
  },
];
