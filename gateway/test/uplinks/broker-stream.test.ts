import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { createSystemRandom } from '@muster/adapters/random-system';
import { FakeClock } from '@muster/core/testing';
import { ensureServerCertificate } from '@muster/provisioning';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { type BrokerAddress, openBrokerStream } from '../../src/uplinks/mqtt/address.ts';
import { Connection } from '../../src/uplinks/mqtt/connection.ts';
import { troubleOf } from '../../src/uplinks/mqtt/trouble.ts';
import { checkNetwork, endpointOfRelay } from '../../src/uplinks/uplink-checks.ts';

/** A server certificate for localhost under an authority of its own, and that authority. */
async function certified(folder: string): Promise<{ cert: string; key: string; ca: string }> {
  writeFileSync(join(folder, 'site.key'), '');
  const made = await ensureServerCertificate(folder, {
    random: createSystemRandom(),
    siteName: 'Hill',
    hostName: 'box',
    addresses: [],
    unixMs: Date.now(),
  });
  if (!made) throw new Error('no certificate');
  const ca = readFileSync(join(folder, 'site-ca.pem'), 'utf8');
  return { cert: made.certificate, key: made.key, ca };
}

async function listening(server: Server): Promise<number> {
  server.listen(0);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Opens a connection and tells `open`, or the code with which it ended. */
async function tryOut(address: BrokerAddress, ca?: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const connection = new Connection(
    {
      clock: new FakeClock(),
      open: () => openBrokerStream(address, ca === undefined ? {} : { ca }),
      clientId: 'muster-test',
      clean: true,
    },
    { onOpen: () => resolve('open'), onClose: resolve, onMessage: () => {} },
  );
  connection.start();
  const outcome = await promise;
  connection.stop();
  return outcome;
}

describe('stream to a broker', () => {
  test('WebSocket', async () => {
    const broker = await Aedes.createBroker();
    const server = createHttpServer();
    const sockets = new WebSocketServer({ server, path: '/mqtt', handleProtocols: () => 'mqtt' });
    sockets.on('connection', (socket) => broker.handle(createWebSocketStream(socket)));
    const port = await listening(server);
    try {
      const address = { scheme: 'ws', host: 'localhost', port, path: '/mqtt' } as const;
      assert.equal(await tryOut(address), 'open');
      assert.notEqual(await tryOut({ ...address, path: '/other' }), 'open');
    } finally {
      sockets.close();
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      server.closeAllConnections();
      broker.close();
    }
  });

  test('TLS: trusted with its authority, refused without, each said in words', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-tls-'));
    const { cert, key, ca } = await certified(folder);
    const broker = await Aedes.createBroker();
    const server = createTlsServer({ cert, key }, (socket) => {
      socket.on('error', () => {});
      broker.handle(socket);
    });
    server.on('tlsClientError', () => {});
    const port = await listening(server);
    const address = { scheme: 'mqtts', host: 'localhost', port, path: '/' } as const;
    try {
      assert.equal(await tryOut(address, ca), 'open');
      assert.match(troubleOf(await tryOut(address)).problem, /not trusted/);
      const host = '127.0.0.2';
      assert.match(troubleOf(await tryOut({ ...address, host }, ca)).problem, /another name/);
      const endpoint = { host: 'localhost', port, tls: true };
      const fine = await checkNetwork({ ...endpoint, ca });
      assert.deepEqual(
        fine.map(({ name, ok }) => [name, ok]),
        [
          ['name', true],
          ['reach', true],
          ['tls', true],
        ],
      );
      const untrusted = await checkNetwork(endpoint);
      assert.equal(untrusted.at(-1)?.ok, false);
      assert.match(untrusted.at(-1)?.mend ?? '', /--ca/);
    } finally {
      server.close();
      broker.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('nothing listens: the step that fails says what to do', async () => {
    const server = createHttpServer();
    const port = await listening(server);
    server.close();
    await once(server, 'close');
    const address = { scheme: 'mqtt', host: '127.0.0.1', port, path: '/' } as const;
    assert.equal(await tryOut(address), 'ECONNREFUSED');
    const steps = await checkNetwork({ host: '127.0.0.1', port, tls: false });
    assert.deepEqual(
      steps.map(({ name, ok }) => [name, ok]),
      [
        ['name', true],
        ['reach', false],
      ],
    );
    assert.match(steps[1]!.text, /Nothing listens/);
  });

  test('host and port of a relay', () => {
    const endpoint = endpointOfRelay('/dns4/relay.example/tcp/7321/ws/p2p/12D3KooW');
    assert.deepEqual(endpoint, { host: 'relay.example', port: 7321, tls: false });
    for (const text of ['', '/ip4/1.2.3.4/udp/1', 'relay.example:7320', '/dns4//tcp/1']) {
      assert.equal(endpointOfRelay(text), undefined, text);
    }
  });
});
