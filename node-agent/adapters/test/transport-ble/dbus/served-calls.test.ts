import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DBusError, type DBusExport } from '../../../src/transport-ble/dbus/index.ts';
import { dbusLimits } from '../../../src/transport-ble/dbus/limits.ts';
import { type DBusMessage, MessageKind } from '../../../src/transport-ble/dbus/message.ts';
import { type FakeBus, openFakeBus, settle } from './fake-bus.ts';

const standard = 'org.freedesktop.DBus';
const name = 'org.muster.Test1';

function sample(): DBusExport {
  let label = 'one';
  return {
    interfaces: {
      [name]: {
        methods: {
          Echo: { in: 'ayv', out: 'vay', run: ([octets, variant]) => [variant!, octets!] },
          Late: { in: '', out: 's', run: async (_args, sender) => [sender] },
          Throws: {
            ...{ in: '', out: '' },
            run() {
              throw new Error('a secret of the inside');
            },
          },
          Refuses: {
            ...{ in: '', out: '' },
            run() {
              throw new DBusError('remote', 'not now', { errorName: 'org.bluez.Error.NotReady' });
            },
          },
          Lies: { in: '', out: 'u', run: () => ['text'] },
        },
        properties: {
          UUID: { signature: 's', get: () => 'c971a656' },
          Label: {
            ...{ signature: 's', get: () => label },
            set(value) {
              label = value as string;
            },
          },
        },
      },
      'org.muster.Test2': { properties: { Flags: { signature: 'as', get: () => ['notify'] } } },
    },
  };
}

/** Calls a method of ours, and gives back what we answer. */
async function ask(bus: FakeBus, call: Partial<DBusMessage>) {
  bus.received.splice(0);
  const sender = ':1.7';
  bus.say({ kind: MessageKind.call, path: '/app/one', interface: name, sender, ...call });
  await bus.until(1);
  const { errorName, signature, body, destination } = bus.received[0]!;
  assert.equal(destination, sender);
  return errorName ?? { signature, body };
}

async function withSample(): Promise<FakeBus> {
  const bus = await openFakeBus();
  bus.connection.export('/app/one', sample());
  return bus;
}

const error = (short: string): string => `${standard}.Error.${short}`;

test('methods are called and answered', async () => {
  const bus = await withSample();
  const variant = { signature: 'u', value: 5 };
  const body = [Uint8Array.of(1, 2), variant];
  assert.deepEqual(await ask(bus, { member: 'Echo', signature: 'ayv', body }), {
    signature: 'vay',
    body: [variant, Uint8Array.of(1, 2)],
  });
  assert.deepEqual(await ask(bus, { member: 'Late' }), { signature: 's', body: [':1.7'] });
  const { path, interface: _left, ...withoutInterface } = { path: '/app/one', interface: name };
  bus.say({ kind: MessageKind.call, path, ...withoutInterface, member: 'Late', sender: ':1.7' });
  await bus.until(2);
  assert.equal(bus.received[1]?.body[0], ':1.7');
});

test('whatever cannot be called is answered with an error', async () => {
  const bus = await withSample();
  const cases: readonly (readonly [string, Partial<DBusMessage>])[] = [
    ['UnknownObject', { path: '/nowhere', member: 'Echo' }],
    ['UnknownObject', { path: '/ap', interface: `${standard}.Introspectable`, member: 'X' }],
    ['UnknownInterface', { interface: 'org.bluez.Device1', member: 'Connect' }],
    ['UnknownInterface', { path: '/app', member: 'Echo' }],
    ['UnknownMethod', { member: 'constructor' }],
    ['UnknownMethod', { member: 'toString' }],
    ['UnknownMethod', { interface: `${standard}.Peer`, member: 'GetMachineId' }],
    ['InvalidArgs', { member: 'Echo', signature: 's', body: ['x'] }],
    ['InvalidArgs', { member: 'Echo' }],
    ['InvalidArgs', { interface: `${standard}.Properties`, member: 'Get' }],
    ['Failed', { member: 'Throws' }],
    ['Failed', { member: 'Lies' }],
  ];
  for (const [expected, call] of cases) assert.equal(await ask(bus, call), error(expected));
  assert.equal(await ask(bus, { member: 'Refuses' }), 'org.bluez.Error.NotReady');
  const said = JSON.stringify(bus.received);
  assert.ok(!said.includes('secret'));
  const logged = bus.logger.entries.filter(({ event }) => event === 'dbus-method-handler');
  assert.equal(logged.length, 2);
});

test('a caller that wants no answer has none', async () => {
  const bus = await withSample();
  const call = { kind: MessageKind.call, flags: 1, path: '/app/one', interface: name };
  for (const member of ['Late', 'Throws', 'Nothing']) bus.say({ ...call, member });
  await settle();
  assert.equal(bus.received.length, 0);
});

test('properties are read, and set where they can be', async () => {
  const bus = await withSample();
  const ofProperties = (member: string, signature: string, ...body: DBusMessage['body']) =>
    ask(bus, { interface: `${standard}.Properties`, member, signature, body });
  const text = (value: string) => ({ signature: 's', value });
  const get = (property: string) => ofProperties('Get', 'ss', name, property);
  assert.deepEqual(await get('UUID'), { signature: 'v', body: [text('c971a656')] });
  assert.deepEqual(await ofProperties('GetAll', 's', name), {
    signature: 'a{sv}',
    body: [
      new Map([
        ['UUID', text('c971a656')],
        ['Label', text('one')],
      ]),
    ],
  });
  assert.deepEqual(await ofProperties('GetAll', 's', `${standard}.Peer`), {
    signature: 'a{sv}',
    body: [new Map()],
  });
  assert.equal(await get('constructor'), error('UnknownProperty'));
  assert.equal(await ofProperties('GetAll', 's', 'constructor'), error('UnknownInterface'));
  const set = (property: string, value: unknown) =>
    ofProperties('Set', 'ssv', name, property, value as never);
  assert.equal(await set('UUID', text('x')), error('PropertyReadOnly'));
  assert.equal(await set('Label', { signature: 'u', value: 5 }), error('InvalidArgs'));
  assert.deepEqual(await set('Label', text('two')), { signature: '', body: [] });
  assert.deepEqual(await get('Label'), { signature: 'v', body: [text('two')] });
});

test('an object manager lists what is below', async () => {
  const bus = await withSample();
  bus.connection.export('/apple', sample());
  const end = bus.connection.export('/app/one/two', { interfaces: { 'org.muster.Test2': {} } });
  const managed = async (path: string) => {
    const call = { path, interface: `${standard}.ObjectManager`, member: 'GetManagedObjects' };
    const answer = await ask(bus, call);
    assert.ok(typeof answer === 'object');
    return answer.body[0] as ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, unknown>>>;
  };
  const below = await managed('/app');
  assert.deepEqual([...below.keys()], ['/app/one', '/app/one/two']);
  assert.deepEqual([...below.get('/app/one')!.keys()], [name, 'org.muster.Test2']);
  assert.deepEqual(below.get('/app/one')!.get('org.muster.Test2')!.get('Flags'), {
    signature: 'as',
    value: ['notify'],
  });
  assert.deepEqual([...(await managed('/')).keys()], ['/app/one', '/apple', '/app/one/two']);
  assert.deepEqual([...(await managed('/app/one')).keys()], ['/app/one/two']);
  end();
  assert.deepEqual([...(await managed('/app/one')).keys()], []);
});

test('what can be called is told as XML, and every path answers a ping', async () => {
  const bus = await withSample();
  const introspect = { interface: `${standard}.Introspectable`, member: 'Introspect' };
  const answer = await ask(bus, introspect);
  assert.ok(typeof answer === 'object');
  const xml = String(answer.body[0]);
  assert.match(xml, /<interface name="org.muster.Test1">\n {2}<method name="Echo">/);
  assert.match(xml, /<arg type="ay" direction="in"\/>\n {3}<arg type="v" direction="in"\/>/);
  assert.match(xml, /<property name="Label" type="s" access="readwrite"\/>/);
  const above = await ask(bus, { ...introspect, path: '/' });
  assert.match(JSON.stringify(above), /<node name=\\"app\\"\/>/);
  const ping = { path: '/any/where', interface: `${standard}.Peer`, member: 'Ping' };
  assert.deepEqual(await ask(bus, ping), { signature: '', body: [] });
});

test('an object is exported once, under a name that can be', async () => {
  const { connection } = await openFakeBus();
  const end = connection.export('/a', sample());
  assert.throws(() => connection.export('/a', sample()), { code: 'busy' });
  end();
  const again = connection.export('/a', sample());
  end();
  assert.throws(() => connection.export('/a', sample()), { code: 'busy' });
  again();
  assert.throws(() => connection.export('a', sample()), { code: 'malformed' });
  assert.throws(() => connection.export('/b', { interfaces: { a: {} } }), { code: 'malformed' });
  for (let at = 0; at < dbusLimits.objectsMax; at += 1) connection.export(`/o${at}`, sample());
  assert.throws(() => connection.export('/b', sample()), { code: 'busy' });
});

test('calls that nobody answers have a maximum', async () => {
  const bus = await openFakeBus();
  const open: (() => void)[] = [];
  const run = (): Promise<[]> => new Promise((resolve) => open.push(() => resolve([])));
  bus.connection.export('/a', {
    interfaces: { [name]: { methods: { Wait: { in: '', out: '', run } } } },
  });
  const call = { kind: MessageKind.call, path: '/a', interface: name, member: 'Wait' };
  const { callsServedMax } = dbusLimits;
  for (let at = 0; at <= callsServedMax; at += 1) bus.say(call);
  await bus.until(1);
  assert.equal(bus.received[0]?.errorName, error('LimitsExceeded'));
  assert.equal(open.length, callsServedMax);
  for (const resolve of open) resolve();
  await bus.until(1 + callsServedMax);
});

test('what changed is told as others tell it', async () => {
  const bus = await openFakeBus();
  const changed = { Value: { signature: 'ay', value: Uint8Array.of(7) } };
  bus.connection.emitPropertiesChanged('/a', name, changed);
  await bus.until(1);
  const { kind, member, signature, body } = bus.received[0]!;
  assert.deepEqual([kind, member, signature], [4, 'PropertiesChanged', 'sa{sv}as']);
  assert.deepEqual(body, [name, new Map(Object.entries(changed)), []]);
  assert.throws(() => bus.connection.emit('/a', name, 'A', 'u', ['text']), { code: 'malformed' });
});
