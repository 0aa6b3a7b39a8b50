/** TLS and WebSocket into the real broker, and who is turned away there. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SeededRandom } from '@muster/core/testing';
import { ensureServerCertificate } from '@muster/provisioning';
import { connectAsync, type IClientOptions } from 'mqtt';
import WebSocket from 'ws';
import { nextMessage } from '../support/next-message.ts';
import { type RealBroker, realBroker } from '../support/real-broker.ts';

interface Doors extends RealBroker {
  /** The site's authority, PEM. */
  readonly ca: string;
}

async function withDoors(context: TestContext): Promise<Doors> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-doors-'));
  context.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'site.key'), '');
  const options = { siteName: 'Pier', hostName: 'box-1', addresses: [], unixMs: 0 };
  const made = (await ensureServerCertificate(folder, {
    random: new SeededRandom(1),
    ...options,
  }))!;
  const tls = { key: made.key, cert: made.certificate };
  const ports = { tlsPort: 0, webSocketPort: 0, tls, hostNames: ['box-1.local'] };
  const real = await realBroker(context, { listeners: ports });
  return { ...real, ca: readFileSync(join(folder, 'site-ca.pem'), 'utf8') };
}

for (const scheme of ['mqtts', 'ws', 'wss'] as const) {
  test(`carries messages over ${scheme}`, async (context) => {
    const { broker, passwords, ca, connect } = await withDoors(context);
    const { tls, webSocket } = broker.ports();
    const port = scheme === 'mqtts' ? tls : webSocket;
    const own: IClientOptions = {
      username: 'box',
      password: passwords.box,
      ca,
      reconnectPeriod: 0,
    };
    const client = await connectAsync(`${scheme}://127.0.0.1:${port}`, own);
    context.after(() => client.end(true));
    await client.subscribeAsync('rooms/#', { qos: 1 });
    const large = 'x'.repeat(50_000);
    const received = nextMessage(client);
    const other = await connect();
    await other.publishAsync('rooms/hall', large, { qos: 1 });
    assert.equal((await received).text, large);
    await client.publishAsync('rooms/hall', 'back', { qos: 2 });
  });
}

test('a page from elsewhere gets no WebSocket', async (context) => {
  const { broker } = await withDoors(context);
  const url = `ws://127.0.0.1:${broker.ports().webSocket}`;
  assert.equal(await answerTo(url, { origin: 'http://evil.example' }), 403);
  assert.equal(await answerTo(url, { origin: 'http://127.0.0.1:8080' }), 101);
  assert.equal(await answerTo(url, { headers: { host: 'evil.example' } }), 403);
  assert.equal(await answerTo(url, { headers: { host: 'box-1.local:9001' } }), 101);
  assert.equal(await answerTo(url, { protocol: 'chat' }), 400);
});

test('a frame beyond its cap, or of text, ends the WebSocket', async (context) => {
  const { broker } = await withDoors(context);
  for (const frame of ['text', Buffer.alloc(200_000)]) {
    const socket = new WebSocket(`ws://127.0.0.1:${broker.ports().webSocket}`, 'mqtt');
    socket.on('error', () => {});
    socket.on('open', () => socket.send(frame));
    await new Promise((resolve) => socket.on('close', resolve));
  }
  assert.equal(broker.counters().clients, 0);
});

test('a port that is taken is said, and nothing stays open', async (context) => {
  const { broker } = await realBroker(context);
  const port = broker.ports().tcp;
  await assert.rejects(realBroker(context, { listeners: { port } }), { code: 'mqtt-port-taken' });
});

test('noise instead of TLS or HTTP is closed', async (context) => {
  const { broker } = await withDoors(context);
  for (const port of [broker.ports().tls!, broker.ports().webSocket!]) {
    const socket = connectSocket(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.write(Buffer.alloc(64, 0x41));
    await new Promise((resolve) => socket.on('close', resolve));
  }
});

interface Request {
  readonly protocol?: string;
  readonly origin?: string;
  readonly headers?: { readonly host: string };
}

/** The HTTP status. */
function answerTo(url: string, { protocol = 'mqtt', ...options }: Request): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, protocol, options);
    socket.on('error', () => {});
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => {
      resolve(101);
      socket.terminate();
    });
  });
}

test('by default the names are those of the machine', async (context) => {
  const { broker } = await realBroker(context, { listeners: { webSocketPort: 0 } });
  const url = `ws://127.0.0.1:${broker.ports().webSocket}`;
  const name = `${hostname().toLowerCase().split('.', 1)[0]}.local`;
  assert.equal(await answerTo(url, { headers: { host: `${name}:9001` } }), 101);
  assert.equal(await answerTo(url, { headers: { host: 'box-9.local:9001' } }), 403);
});
