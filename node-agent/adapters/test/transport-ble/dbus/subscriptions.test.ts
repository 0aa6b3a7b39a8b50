import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DBusSignal } from '../../../src/transport-ble/dbus/index.ts';
import { dbusLimits } from '../../../src/transport-ble/dbus/limits.ts';
import { MessageKind } from '../../../src/transport-ble/dbus/message.ts';
import { errorOf, type FakeBus, openFakeBus, settle, signal } from './fake-bus.ts';

const properties = 'org.freedesktop.DBus.Properties';

test('a signal goes to those who asked for it', async () => {
  const bus = await openFakeBus();
  const heard: string[] = [];
  const listen = (name: string) => (each: DBusSignal) => void heard.push(`${name} ${each.path}`);
  const ends = [
    await bus.connection.subscribe({}, listen('all')),
    await bus.connection.subscribe({ member: 'B', interface: properties }, listen('member')),
    await bus.connection.subscribe({ path: '/a/b' }, listen('path')),
    await bus.connection.subscribe({ pathNamespace: '/a' }, listen('below')),
    await bus.connection.subscribe({ sender: ':1.7' }, listen('sender')),
    await bus.connection.subscribe({ sender: ':1.8' }, listen('another')),
  ];
  bus.say(signal('/a/b', properties, 'A'));
  bus.say(signal('/ab', properties, 'B'));
  await settle();
  const first = ['all /a/b', 'path /a/b', 'below /a/b', 'sender /a/b'];
  assert.deepEqual(heard, [...first, 'all /ab', 'member /ab', 'sender /ab']);
  for (const end of ends) end();
  bus.say(signal('/a/b', properties, 'A'));
  await settle();
  assert.equal(heard.length, 7);
});

test('each rule is told once, and taken back with the last that wants it', async () => {
  const bus = await openFakeBus();
  const match = { interface: properties, path: '/a' };
  let heard = 0;
  const run = (): void => {
    heard += 1;
  };
  const ends = await Promise.all([1, 2, 3].map(() => bus.connection.subscribe(match, run)));
  const rule = `type='signal',interface='${properties}',path='/a'`;
  const told = () => bus.received.map(({ member, body }) => `${member} ${body[0]}`);
  assert.deepEqual(told(), [`AddMatch ${rule}`]);
  bus.say(signal('/a', properties, 'A'));
  await settle();
  assert.equal(heard, 3);
  ends[0]!();
  ends[0]!();
  ends[1]!();
  await settle();
  assert.equal(bus.received.length, 1);
  ends[2]!();
  const again = await bus.connection.subscribe(match, run);
  assert.deepEqual(told(), [`AddMatch ${rule}`, `RemoveMatch ${rule}`, `AddMatch ${rule}`]);
  again();
});

test('a rule that cannot be, or is one too many, fails alone', async () => {
  const bus = await openFakeBus();
  for (const match of [{ path: "/a',x='" }, { sender: "a.b'" }, { member: 'a.b' }]) {
    assert.equal((await errorOf(bus.connection.subscribe(match, () => {}))).code, 'malformed');
  }
  for (let at = 0; at < dbusLimits.rulesMax; at += 1) {
    await bus.connection.subscribe({ path: `/p${at}` }, () => {});
  }
  assert.equal((await errorOf(bus.connection.subscribe({}, () => {}))).code, 'busy');
  await bus.connection.subscribe({ path: '/p0' }, () => {});
});

test('who throws while hearing is logged, and others hear it', async () => {
  const bus = await openFakeBus();
  let heard = 0;
  await bus.connection.subscribe({}, () => {
    throw new Error('planted');
  });
  await bus.connection.subscribe({}, () => {
    heard += 1;
  });
  bus.say(signal('/a', properties, 'A'));
  await settle();
  assert.equal(heard, 1);
  assert.equal(bus.logger.entries.at(-1)?.event, 'dbus-signal-handler');
});

/** Answers the next GetNameOwner. */
async function answerOwner(bus: FakeBus, owner: string | undefined): Promise<void> {
  const asked = () => bus.received.find(({ member }) => member === 'GetNameOwner');
  while (asked() === undefined) await settle();
  const { serial: replySerial } = asked()!;
  bus.received.splice(0);
  const sender = 'org.freedesktop.DBus';
  if (owner !== undefined) return bus.say({ replySerial, sender, signature: 's', body: [owner] });
  const errorName = 'org.freedesktop.DBus.Error.NameHasNoOwner';
  bus.say({ kind: MessageKind.error, replySerial, sender, errorName });
}

function ownerChanges(bus: FakeBus, name: string, owner: string): void {
  const from = 'org.freedesktop.DBus';
  const body = [name, '', owner];
  bus.say({
    ...signal('/org/freedesktop/DBus', from, 'NameOwnerChanged'),
    ...{ sender: from, signature: 'sss', body },
  });
}

test('a name is told with its owner, and whenever that changes', async () => {
  const bus = await openFakeBus();
  const owners: (string | undefined)[] = [];
  const watching = bus.connection.watchName('org.bluez', (owner) => void owners.push(owner));
  await answerOwner(bus, undefined);
  const end = await watching;
  assert.deepEqual([...owners], [undefined]);
  ownerChanges(bus, 'org.other', ':1.5');
  ownerChanges(bus, 'org.bluez', ':1.6');
  ownerChanges(bus, 'org.bluez', ':1.6');
  ownerChanges(bus, 'org.bluez', '');
  await settle();
  const second = await bus.connection.watchName('org.bluez', (owner) => void owners.push(owner));
  assert.deepEqual([...owners], [undefined, ':1.6', undefined, undefined]);
  end();
  ownerChanges(bus, 'org.bluez', ':1.8');
  await settle();
  assert.deepEqual(owners.slice(4), [':1.8']);
  second();
  await settle();
  const last = bus.received.at(-1);
  assert.equal(last?.member, 'RemoveMatch');
  assert.match(String(last?.body[0]), /member='NameOwnerChanged',arg0='org.bluez'/);
});

test('a change that comes before the answer is not lost', async () => {
  const bus = await openFakeBus();
  const owners: (string | undefined)[] = [];
  const watching = bus.connection.watchName('org.bluez', (owner) => void owners.push(owner));
  await bus.until(2);
  await answerOwner(bus, ':1.6');
  ownerChanges(bus, 'org.bluez', ':1.9');
  await watching;
  await settle();
  assert.equal(owners.at(-1), ':1.9');
});

test('what follows an answer is heard after whoever waited for it has gone on', async () => {
  const bus = await openFakeBus();
  const order: string[] = [];
  await bus.connection.subscribe({}, ({ member }) => void order.push(member));
  const ask = async (): Promise<string> => {
    const call = { destination: 'org.bluez', path: '/', interface: properties, member: 'GetAll' };
    const [value] = await bus.connection.call(call);
    return String(value);
  };
  const asked = (async () => {
    order.push(await ask());
  })();
  await bus.until(2);
  const replySerial = bus.received[1]!.serial;
  // In one piece, as from a bus that is busy.
  bus.stream.cork();
  bus.say(signal('/a', properties, 'before'));
  bus.say({ replySerial, signature: 's', body: ['answer'] });
  bus.say(signal('/a', properties, 'after'));
  bus.stream.uncork();
  await asked;
  await settle();
  assert.deepEqual(order, ['before', 'answer', 'after']);
});

test('signals of a well-known name are those of its owner of that moment', async () => {
  const bus = await openFakeBus();
  const heard: string[] = [];
  const subscribing = bus.connection.subscribe(
    { sender: 'org.bluez', interface: properties },
    ({ member }) => void heard.push(member),
  );
  await answerOwner(bus, ':1.7');
  const end = await subscribing;
  const from = (sender: string, member: string) =>
    bus.say({ ...signal('/', properties, member), sender });
  from(':1.7', 'A');
  from(':1.66', 'B');
  ownerChanges(bus, 'org.bluez', '');
  from(':1.7', 'C');
  ownerChanges(bus, 'org.bluez', ':1.9');
  from(':1.7', 'D');
  from(':1.9', 'E');
  await settle();
  assert.deepEqual(heard, ['A', 'E']);
  end();
  await settle();
  const taken = bus.received.filter(({ member }) => member === 'RemoveMatch');
  assert.equal(taken.length, 2);
});
