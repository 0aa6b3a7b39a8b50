import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DBusValue } from '../../../src/transport-ble/dbus/index.ts';
import { dbusLimits } from '../../../src/transport-ble/dbus/limits.ts';
import {
  type DBusMessage,
  MessageKind,
  type ReceivedMessage,
  writeMessage,
} from '../../../src/transport-ble/dbus/message.ts';
import { MessageReader } from '../../../src/transport-ble/dbus/message-reader.ts';
import { parseSignature } from '../../../src/transport-ble/dbus/signature.ts';
import { ValueWriter } from '../../../src/transport-ble/dbus/value-writer.ts';
import { typedValue } from './arbitrary-values.ts';
import { encodePlainly } from './plain-encoder.ts';

const call: DBusMessage = {
  ...{ kind: MessageKind.call, flags: 2, serial: 7, path: '/org/bluez/hci0' },
  ...{ interface: 'org.bluez.Adapter1', member: 'StartDiscovery', destination: 'org.bluez' },
  ...{ signature: '', body: [] },
};

/** `dbus-send --dest=a.b / a.b.C`, as libdbus 1.14.10 sends it. */
const sent = Buffer.from(
  '6c04010100000000010000003c000000' +
    '01016f00010000002f00000000000000' +
    '0201730003000000612e620000000000' +
    '03017300010000004300000000000000' +
    '0601730003000000612e620000000000',
  'hex',
);

function readAll(...chunks: readonly Buffer[]) {
  const messages: ReceivedMessage[] = [];
  const reader = new MessageReader((message) => messages.push(message));
  let fault: string | undefined;
  for (const chunk of chunks) fault ??= reader.push(chunk);
  return { messages, fault };
}

const write = (message: DBusMessage): Buffer => writeMessage(new ValueWriter(), message);

/** A message in either byte order, from fields by code, written by the plain encoder. */
function plain(isLittle: boolean, kind: number, fields: DBusValue, body: Buffer): Buffer {
  const head: readonly DBusValue[] = ['l'.charCodeAt(0), kind, 0, 1, body.length, 9, fields];
  const first = isLittle ? head : ['B'.charCodeAt(0), ...head.slice(1)];
  const bytes = encodePlainly('yyyyuua(yv)', first, isLittle);
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 7), body]);
}

test('what another implementation sent is read, and written alike', () => {
  const head = { kind: 4, flags: 1, serial: 1, path: '/', interface: 'a.b', member: 'C' };
  const message = { ...head, destination: 'a.b', signature: '', body: [] };
  assert.deepEqual(readAll(sent), {
    messages: [{ ...message, isTooLarge: false }],
    fault: undefined,
  });
  assert.deepEqual(write(message), sent);
});

test('messages come back, wherever the stream is cut', () => {
  const cuts = fc.array(fc.nat(), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(typedValue, { minLength: 1, maxLength: 3 }), cuts, (typed, places) => {
      const signature = typed.map((each) => each.signature).join('');
      if (parseSignature(signature) === undefined) return;
      const body = typed.map((each) => each.value);
      const one = { ...call, signature, body };
      const bytes = Buffer.concat([write(one), write(call), write(one)]);
      const sorted = places.map((place) => place % bytes.length).sort((a, b) => a - b);
      const edges = [0, ...sorted, bytes.length];
      const chunks = edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge));
      const { messages, fault } = readAll(...chunks);
      const expected = [one, call, one].map((each) => ({ ...each, isTooLarge: false }));
      assert.deepEqual({ messages, fault }, { messages: expected, fault: undefined });
    }),
  );
});

test('every field is read in both byte orders, and unknown ones are passed over', () => {
  const variant = (signature: string, value: DBusValue) => ({ signature, value });
  const fields = [
    ...[[77, variant('a{sv}', new Map([['a', variant('u', 1)]]))]],
    ...[[4, variant('s', 'org.bluez.Error.Failed')]],
    ...[[5, variant('u', 12)]],
    ...[[6, variant('s', ':1.2')]],
    ...[[7, variant('s', ':1.1')]],
    ...[[8, variant('g', 'sq')]],
    ...[[9, variant('u', 0)]],
  ] as DBusValue;
  for (const isLittle of [true, false]) {
    const bytes = plain(isLittle, 3, fields, encodePlainly('sq', ['no', 500], isLittle));
    const { messages, fault } = readAll(bytes);
    const names = { errorName: 'org.bluez.Error.Failed', destination: ':1.2', sender: ':1.1' };
    const head = { kind: 3, flags: 0, serial: 9, replySerial: 12, ...names };
    assert.deepEqual(messages, [
      { ...head, signature: 'sq', body: ['no', 500], isTooLarge: false },
    ]);
    assert.equal(fault, undefined);
  }
});

function changed(bytes: Buffer, at: number, ...octets: number[]): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(octets, at);
  return copy;
}

const nothing = Buffer.alloc(0);
const text = (value: string) => ({ signature: 's', value });
const path = [1, { signature: 'o', value: '/a' }] as const;
const member = [3, text('Get')] as const;
const replyTo = (value: number) => [5, { signature: 'u', value }] as const;

const faulty: Readonly<Record<string, readonly [Buffer, string]>> = {
  'another byte order': [changed(sent, 0, 0x58), 'head'],
  'no kind': [changed(sent, 1, 0), 'head'],
  'another version': [changed(sent, 3, 2), 'head'],
  'no serial': [changed(sent, 8, 0), 'head'],
  'fields beyond their bound': [changed(sent, 12, 0, 0, 1), 'too-long'],
  'a body beyond the specification': [changed(sent, 4, 0, 0, 0, 8), 'too-long'],
  'a body beyond all': [changed(sent, 4, 255, 255, 255, 255), 'too-long'],
  'padding between fields': [changed(sent, 31, 1), 'padding'],
  'padding behind the fields': [changed(sent, sent.length - 1, 1), 'padding'],
  'a call without a path': [plain(true, 1, [member], nothing), 'field-missing'],
  'a call without a member': [plain(true, 1, [path], nothing), 'field-missing'],
  'a signal without an interface': [plain(true, 4, [path, member], nothing), 'field-missing'],
  'an answer to nothing': [plain(true, 2, [], nothing), 'field-missing'],
  'an answer to zero': [plain(true, 2, [replyTo(0)], nothing), 'field'],
  'an error without a name': [plain(true, 3, [replyTo(1)], nothing), 'field-missing'],
  'a field twice': [plain(true, 1, [path, path, member], nothing), 'field'],
  'a field of no code': [plain(true, 1, [[0, text('')], path, member], nothing), 'field'],
  'a path that is a text': [plain(true, 1, [[1, text('/a')], member], nothing), 'field'],
  'a member that is none': [plain(true, 1, [path, [3, text('a.b')]], nothing), 'field'],
  'a reply serial that is a text': [plain(true, 2, [[5, text('1')]], nothing), 'field'],
  'a body without a signature': [plain(true, 1, [path, member], Buffer.alloc(4)), 'body'],
  'a signature without a body': [
    plain(true, 1, [path, member, [8, { signature: 'g', value: 'u' }]], nothing),
    'ends-early',
  ],
};

for (const [what, [bytes, fault]] of Object.entries(faulty)) {
  test(`${what} ends the reading`, () => {
    assert.deepEqual(readAll(bytes, sent), { messages: [], fault });
    const inSingleOctets = [...bytes].map((octet) => Buffer.of(octet));
    assert.deepEqual(readAll(...inSingleOctets).fault, fault);
  });
}

test('messages of a kind that nobody knows are read like others', () => {
  assert.equal(readAll(plain(true, 77, [], nothing)).messages[0]?.kind, 77);
});

test('a body beyond our bound is passed over, and what follows is read', () => {
  const length = dbusLimits.messageBytesMax;
  const array = Buffer.alloc(length);
  array.writeUInt32LE(length - 4);
  const fields: DBusValue = [replyTo(3), [8, { signature: 'g', value: 'ay' }]];
  const bytes = Buffer.concat([plain(true, 2, fields, array), sent]);
  const head = { kind: 2, flags: 0, serial: 9, replySerial: 3, signature: 'ay' };
  for (const chunks of [
    [bytes],
    [bytes.subarray(0, 30), bytes.subarray(30, 99), bytes.subarray(99)],
  ]) {
    const { messages, fault } = readAll(...chunks);
    assert.deepEqual(messages[0], { ...head, body: [], isTooLarge: true });
    assert.equal(messages[1]?.member, 'C');
    assert.equal(fault, undefined);
  }
});

test('a body of too many values is passed over as well', () => {
  const array = Buffer.alloc(8 + 2 * dbusLimits.valuesMax);
  array.writeUInt32LE(array.length - 4);
  const fields: DBusValue = [replyTo(3), [8, { signature: 'g', value: 'ag' }]];
  const { messages, fault } = readAll(Buffer.concat([plain(true, 2, fields, array), sent]));
  const told = messages.map(({ isTooLarge, body }) => [isTooLarge, body.length]);
  assert.deepEqual(
    { told, fault },
    {
      told: [
        [true, 0],
        [false, 0],
      ],
      fault: undefined,
    },
  );
});

test('nothing is handed out once the reader is told to stop', () => {
  let count = 0;
  const reader = new MessageReader(() => {
    count += 1;
    reader.stop();
  });
  reader.push(Buffer.concat([sent, sent]));
  reader.push(sent);
  assert.equal(count, 1);
});

test('what is no message is not written, and the writer goes on', () => {
  const writer = new ValueWriter();
  const wrong: Partial<DBusMessage>[] = [
    ...[{ path: 'no' }, { member: 'a.b' }, { interface: 'a' }, { destination: '' }],
    ...[{ signature: '((' }, { signature: 's' }, { body: ['more'] }],
    { signature: 's', body: [5] },
  ];
  for (const change of wrong) {
    assert.throws(() => writeMessage(writer, { ...call, ...change }), { code: 'malformed' });
    assert.deepEqual(writeMessage(writer, call), write(call));
  }
});
