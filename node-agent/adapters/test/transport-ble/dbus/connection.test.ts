import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DBusCall } from '../../../src/transport-ble/dbus/index.ts';
import { dbusLimits } from '../../../src/transport-ble/dbus/limits.ts';
import { MessageKind } from '../../../src/transport-ble/dbus/message.ts';
import { errorOf, openFakeBus, ownName, settle } from './fake-bus.ts';

const ping: DBusCall = {
  ...{ destination: 'org.bluez', path: '/', interface: 'org.freedesktop.DBus.Peer' },
  member: 'Ping',
};

test('a connection has the name that the bus gave it', async () => {
  const { connection, closed } = await openFakeBus();
  assert.equal(connection.uniqueName, ownName);
  connection.close();
  connection.close();
  await settle();
  assert.deepEqual(closed, []);
});

test('a call starts nobody, and has its answer', async () => {
  const bus = await openFakeBus();
  const answered = bus.connection.call({ ...ping, signature: 'u', body: [5] });
  await bus.until(1);
  const { kind, flags, serial, destination, body } = bus.received[0]!;
  assert.deepEqual([kind, flags, destination, body], [1, 2, 'org.bluez', [5]]);
  bus.say({ replySerial: serial, sender: ':1.7', signature: 'su', body: ['yes', 1] });
  assert.deepEqual(await answered, ['yes', 1]);
  assert.equal(bus.clock.waiting, 0);
});

test('a call that is sent only wants no answer, and nothing waits for it', async () => {
  const bus = await openFakeBus();
  bus.connection.send({ ...ping, signature: 'u', body: [5] });
  await bus.until(1);
  const { kind, flags, member, body } = bus.received[0]!;
  assert.deepEqual([kind, flags, member, body], [1, 3, 'Ping', [5]]);
  assert.equal(bus.clock.waiting, 0);
  assert.throws(() => bus.connection.send({ ...ping, path: 'x' }), { code: 'malformed' });
  bus.connection.close();
  bus.connection.send(ping);
});

test('errors of the other program have their name and text', async () => {
  const bus = await openFakeBus();
  const errorName = 'org.bluez.Error.NotReady';
  const answers = [
    { signature: 's', body: ['Resource Not Ready'], text: 'Ping: Resource Not Ready' },
    { signature: '', body: [], text: `Ping: ${errorName}` },
    { signature: 'u', body: [5], text: `Ping: ${errorName}` },
  ];
  for (const [at, { signature, body, text }] of answers.entries()) {
    const error = errorOf(bus.connection.call(ping));
    await bus.until(at + 1);
    const replySerial = bus.received[at]!.serial;
    bus.say({ kind: MessageKind.error, errorName, replySerial, signature, body });
    const { code, message, errorName: name } = await error;
    assert.deepEqual([code, message, name], ['remote', text, errorName]);
  }
});

test('a call ends by its time, and a late answer means nothing', async () => {
  const bus = await openFakeBus();
  const [usual, quick] = [
    bus.connection.call(ping),
    bus.connection.call({ ...ping, timeoutMs: 50 }),
  ];
  const errors = Promise.all([errorOf(usual), errorOf(quick)]);
  await bus.until(2);
  bus.clock.advance(50);
  assert.equal((await errorOf(quick)).code, 'timeout');
  bus.clock.advance(dbusLimits.callMsDefault - 50);
  assert.deepEqual(
    (await errors).map(({ code }) => code),
    ['timeout', 'timeout'],
  );
  for (const { serial } of bus.received) bus.say({ replySerial: serial });
  await settle();
  assert.deepEqual(bus.closed, []);
});

test('a call that is given up is over at once', async () => {
  const bus = await openFakeBus();
  const abort = new AbortController();
  const error = errorOf(bus.connection.call({ ...ping, signal: abort.signal }));
  abort.abort();
  assert.equal((await error).code, 'aborted');
  assert.equal(bus.clock.waiting, 0);
  const late = bus.connection.call({ ...ping, signal: abort.signal });
  assert.equal((await errorOf(late)).code, 'aborted');
  await bus.until(1);
  await settle();
  assert.equal(bus.received.length, 1);
});

test('nobody but who was asked can answer', async () => {
  const bus = await openFakeBus();
  let isAnswered = false;
  const answered = bus.connection.call({ ...ping, destination: ':1.7' });
  void answered.then(() => {
    isAnswered = true;
  });
  await bus.until(1);
  const replySerial = bus.received[0]!.serial;
  bus.say({ replySerial, sender: ':1.66' });
  bus.say({ replySerial: 4711, sender: ':1.7' });
  await settle();
  assert.equal(isAnswered, false);
  bus.say({ replySerial, sender: ':1.7' });
  await answered;
});

test('a call that cannot be said fails alone', async () => {
  const bus = await openFakeBus();
  const wrong = [{ path: 'x' }, { member: '' }, { signature: 'u', body: [-1] }];
  for (const change of wrong) {
    assert.equal((await errorOf(bus.connection.call({ ...ping, ...change }))).code, 'malformed');
  }
  assert.equal(bus.clock.waiting, 0);
});

test('more calls than may wait fail at once', async () => {
  const bus = await openFakeBus();
  const { callsMax } = dbusLimits;
  const calls = Array.from({ length: callsMax }, () => errorOf(bus.connection.call(ping)));
  assert.equal((await errorOf(bus.connection.call(ping))).code, 'busy');
  bus.connection.close();
  const codes = new Set((await Promise.all(calls)).map(({ code }) => code));
  assert.deepEqual([...codes], ['closed']);
  assert.equal(bus.clock.waiting, 0);
});

test('the end of the bus ends all that waits, and is told once', async () => {
  const bus = await openFakeBus();
  const [call, watch] = [bus.connection.call(ping), bus.connection.watchName('a.b', () => {})];
  const errors = Promise.all([errorOf(call), errorOf(watch)]);
  bus.stream.end();
  const codes = (await errors).map(({ code }) => code);
  assert.deepEqual(codes, ['closed', 'closed']);
  await settle();
  assert.deepEqual(
    bus.closed.map(({ code }) => code),
    ['closed'],
  );
  for (const late of [bus.connection.call(ping), bus.connection.subscribe({}, () => {})]) {
    assert.equal((await errorOf(late)).code, 'closed');
  }
  bus.connection.emit('/', 'a.b', 'C', '', []);
});

test('what is no message ends the connection, and nothing else', async () => {
  const bus = await openFakeBus();
  const error = errorOf(bus.connection.call(ping));
  bus.stream.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
  assert.equal((await error).code, 'closed');
  assert.equal(bus.closed[0]?.code, 'malformed');
});

test('an answer that is too large fails its call, and the connection goes on', async () => {
  const bus = await openFakeBus();
  const [large, small] = [errorOf(bus.connection.call(ping)), bus.connection.call(ping)];
  await bus.until(2);
  const [first, second] = bus.received.map(({ serial }) => serial);
  // An `ay` of more than our bound: header by hand, for our writer refuses it too.
  const length = dbusLimits.messageBytesMax;
  const head = Buffer.from(`6c020001${'00'.repeat(4)}0100000010000000`, 'hex');
  const fields = Buffer.from(`05017500${'00'.repeat(4)}0801670002617900`, 'hex');
  head.writeUInt32LE(4 + length, 4);
  fields.writeUInt32LE(first!, 4);
  const body = Buffer.alloc(4 + length);
  body.writeUInt32LE(length);
  bus.stream.write(Buffer.concat([head, fields, body]));
  bus.say({ replySerial: second! });
  assert.equal((await large).code, 'too-large');
  assert.deepEqual(await small, []);
});

test('a bus that takes nothing any more is left', async () => {
  const bus = await openFakeBus();
  bus.stream.pause();
  const body = [new Uint8Array(1024 * 1024)];
  let drained = 0;
  bus.connection.onDrain(() => {
    drained += 1;
  });
  bus.connection.emit('/', 'a.b', 'C', 'ay', body);
  assert.ok(bus.connection.writeBufferLength > 1024 * 1024);
  bus.stream.resume();
  while (drained === 0) await settle();
  assert.equal(bus.connection.writeBufferLength, 0);
  bus.stream.pause();
  for (let at = 0; at < 9; at += 1) bus.connection.emit('/', 'a.b', 'C', 'ay', body);
  await settle();
  assert.equal(bus.closed[0]?.code, 'closed');
});
