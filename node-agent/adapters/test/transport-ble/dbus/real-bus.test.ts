import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { createMemoryLogger, FakeClock } from '@muster/core/testing';
import {
  connectDBus,
  type DBusCall,
  type DBusConnection,
  type DBusError,
  type DBusExport,
  type DBusSignal,
} from '../../../src/transport-ble/dbus/index.ts';
import { errorOf } from './fake-bus.ts';
import { openPolicy, type PrivateBus, startPrivateBus } from './private-bus.ts';

const name = 'org.muster.Test1';
const bus = await startPrivateBus();
after(() => bus.stop());

interface Client {
  readonly connection: DBusConnection;
  readonly clock: FakeClock;
  readonly closed: Promise<DBusError>;
}

async function connect({ path } = bus): Promise<Client> {
  const [clock, logger] = [new FakeClock(), createMemoryLogger()];
  const { promise: closed, resolve: onClose } = Promise.withResolvers<DBusError>();
  return { connection: await connectDBus({ path, clock, logger, onClose }), clock, closed };
}

const echo: DBusExport = {
  interfaces: {
    [name]: {
      methods: {
        Echo: { in: 'ay', out: 'ay', run: (args) => args },
        Any: { in: 'v', out: 'v', run: (args) => args },
        Never: { in: '', out: '', run: () => new Promise(() => {}) },
      },
      properties: { Flags: { signature: 'as', get: () => ['notify', 'ä'] } },
    },
  },
};

function requestName(connection: DBusConnection, wanted: string) {
  const dbus = 'org.freedesktop.DBus';
  const call = { destination: dbus, path: '/', interface: dbus, member: 'RequestName' };
  return connection.call({ ...call, signature: 'su', body: [wanted, 0] });
}

/** Two on one bus; the first has an object. */
async function connectTwo() {
  const [served, client] = [await connect(), await connect()];
  served.connection.export('/one', echo);
  const to = { destination: served.connection.uniqueName, path: '/one', interface: name };
  const call = (change: Partial<DBusCall> & { member: string }) =>
    client.connection.call({ ...to, ...change });
  const stop = (): void => {
    for (const each of [served, client]) each.connection.close();
  };
  return { served, client, call, stop };
}

test('octets of many lengths come back, also more than a socket takes', async () => {
  const { call, stop } = await connectTwo();
  for (const length of [0, 1, 495, 65_536, 3_000_000]) {
    const octets = new Uint8Array(length).fill(length % 251);
    const [back] = await call({ member: 'Echo', signature: 'ay', body: [octets] });
    assert.deepEqual(back, octets);
  }
  stop();
});

test('a hundred calls at once have each their own answer', async () => {
  const { call, stop } = await connectTwo();
  const answers = Array.from({ length: 100 }, async (_, at) => {
    const value = new Map([['at', { signature: 't', value: BigInt(at) }]]);
    const body = [{ signature: 'a{sv}', value }];
    assert.deepEqual(await call({ member: 'Any', signature: 'v', body }), body);
  });
  await Promise.all(answers);
  stop();
});

test('errors of the bus and of the other end have their names', async () => {
  const { client, call, stop } = await connectTwo();
  const standard = 'org.freedesktop.DBus.Error';
  const nobody = await errorOf(call({ destination: 'org.muster.Nobody', member: 'Echo' }));
  // Not ServiceUnknown by activation: a call of ours starts nobody.
  assert.equal(nobody.errorName, `${standard}.NameHasNoOwner`);
  assert.equal((await errorOf(call({ member: 'Nothing' }))).errorName, `${standard}.UnknownMethod`);
  const wrong = errorOf(call({ member: 'Echo', signature: 's', body: ['x'] }));
  assert.equal((await wrong).errorName, `${standard}.InvalidArgs`);
  const late = call({ member: 'Never' });
  client.clock.advance(10_000);
  assert.equal((await errorOf(late)).code, 'timeout');
  stop();
});

test('a call ends when the program that it went to ends', async () => {
  const { served, call, stop } = await connectTwo();
  const error = errorOf(call({ member: 'Never' }));
  // Behind the call on the way, so that it has arrived.
  await call({ member: 'Echo', signature: 'ay', body: [new Uint8Array(1)] });
  served.connection.close();
  assert.equal((await error).errorName, 'org.freedesktop.DBus.Error.NoReply');
  stop();
});

test('signals of a name are heard while it is owned, and its owners are told', async () => {
  const { served, client, stop } = await connectTwo();
  const owners: (string | undefined)[] = [];
  const heard: DBusSignal[] = [];
  let wake = (): void => {};
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
  };
  await client.connection.watchName('org.muster.Signals', (owner) => {
    owners.push(owner);
    wake();
  });
  await client.connection.subscribe(
    {
      sender: 'org.muster.Signals',
      interface: 'org.freedesktop.DBus.Properties',
      pathNamespace: '/a',
    },
    (signal) => {
      heard.push(signal);
      wake();
    },
  );
  const emit = (path: string): void => {
    const changed = { Value: { signature: 'ay', value: Uint8Array.of(1, 2, 3) } };
    served.connection.emitPropertiesChanged(path, name, changed);
  };
  emit('/a/before');
  await requestName(served.connection, 'org.muster.Signals');
  emit('/b');
  emit('/a/b');
  await until(() => heard.length === 1);
  assert.equal(heard[0]!.path, '/a/b');
  assert.equal(heard[0]!.signature, 'sa{sv}as');
  served.connection.close();
  await until(() => owners.length === 3);
  assert.deepEqual(owners, [undefined, served.connection.uniqueName, undefined]);
  stop();
});

test('what was said right before the connection is closed still arrives', async () => {
  const { served, client, stop } = await connectTwo();
  const { promise, resolve } = Promise.withResolvers<DBusSignal>();
  await client.connection.subscribe({ member: 'Last' }, resolve);
  served.connection.emit('/', name, 'Last', 'ay', [new Uint8Array(400)]);
  served.connection.close();
  assert.equal((await promise).sender, served.connection.uniqueName);
  stop();
});

const run = promisify(execFile);

test('dbus-send calls our objects, reads their properties and is heard', async () => {
  const { connection } = await connect();
  connection.export('/one', echo);
  const send = async (...args: string[]): Promise<string> =>
    (await run('dbus-send', [`--bus=${bus.address}`, ...args])).stdout;
  const ask = (method: string, ...args: string[]): Promise<string> =>
    send('--print-reply=literal', `--dest=${connection.uniqueName}`, '/one', method, ...args);
  assert.match(await ask(`${name}.Any`, 'variant:string:äöü'), /variant +äöü/);
  assert.match(await ask(`${name}.Echo`, 'array:byte:1,2,255'), /\[.*01 02 ff.*\]/s);
  const properties = 'org.freedesktop.DBus.Properties';
  const flags = await ask(`${properties}.Get`, `string:${name}`, 'string:Flags');
  assert.match(flags, /notify.*ä/s);
  assert.match(await ask('org.freedesktop.DBus.Introspectable.Introspect'), /<method name="Echo">/);
  await assert.rejects(ask(`${name}.Nothing`), /UnknownMethod/);
  await assert.rejects(
    ask(`${properties}.Set`, `string:${name}`, 'string:Flags', 'variant:byte:1'),
  );
  const { promise, resolve } = Promise.withResolvers<DBusSignal>();
  await connection.subscribe({ interface: name, member: 'Heard' }, resolve);
  await send('--type=signal', '/two', `${name}.Heard`, 'dict:string:uint32:a,1,b,2', 'double:1.5');
  const { path, signature, body } = await promise;
  const expected = new Map([
    ['a', 1],
    ['b', 2],
  ]);
  assert.deepEqual([path, signature, body], ['/two', 'a{su}d', [expected, 1.5]]);
  connection.close();
});

test('a bus that is killed is told once, and all that waits ends', async () => {
  const own: PrivateBus = await startPrivateBus();
  const { connection, clock, closed } = await connect(own);
  connection.export('/one', echo);
  const to = { destination: connection.uniqueName, path: '/one', interface: name };
  const waiting = errorOf(connection.call({ ...to, member: 'Never' }));
  await connection.call({ ...to, member: 'Echo', signature: 'ay', body: [new Uint8Array(1)] });
  await own.stop();
  assert.equal((await closed).code, 'closed');
  assert.equal((await waiting).code, 'closed');
  assert.equal(clock.waiting, 0);
});

test('no bus, a bus that is not for us, and what is no bus are typed errors', async () => {
  assert.equal((await errorOf(connect({ ...bus, path: `${bus.path}-none` }))).code, 'no-bus');
  const closedBus = await startPrivateBus(
    openPolicy.replace('<allow user="*"/>', '<deny user="*"/>'),
  );
  assert.equal((await errorOf(connect(closedBus))).code, 'refused');
  await closedBus.stop();
  const folder = mkdtempSync(join(tmpdir(), 'muster-dbus-'));
  const path = join(folder, 'web');
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  assert.equal((await errorOf(connect({ ...bus, path }))).code, 'malformed');
  server.close();
  rmSync(folder, { recursive: true });
});

test('a policy that forbids a call is an error with a name', async () => {
  const strict = await startPrivateBus(`${openPolicy}<deny send_interface="${name}"/>`);
  const { connection } = await connect(strict);
  const call = { destination: connection.uniqueName, path: '/', interface: name, member: 'Echo' };
  const { errorName } = await errorOf(connection.call(call));
  assert.equal(errorName, 'org.freedesktop.DBus.Error.AccessDenied');
  connection.close();
  await strict.stop();
});
