/** MQTT over TLS: what is no TLS is cut, what does not end its handshake too. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import mqtt from 'mqtt-packet';
import { RawClient } from '../raw-client.ts';
import { type Arena, mustCut, type RigCase } from '../rig-case.ts';

function open(arena: Arena): RawClient {
  const options = { host: '127.0.0.1', port: arena.target.ports.tls, localAddress: '127.0.0.2' };
  return arena.keep(new RawClient(connect(options)));
}

function secure(arena: Arena, servername: string): Promise<TLSSocket> {
  const ca = readFileSync(arena.target.caFile);
  const options = { host: '127.0.0.1', port: arena.target.ports.tls, ca, servername };
  return new Promise((resolve, reject) => {
    const socket = tlsConnect(options, () => resolve(socket));
    socket.once('error', reject);
  });
}

async function rightful(arena: Arena): Promise<string> {
  const socket = await secure(arena, 'localhost');
  const client = arena.keep(new RawClient(socket));
  client.send(arena.connect());
  assert.equal((await client.next('connack')).returnCode, 0);
  await client.ping();
  return `${socket.getProtocol()}, verified`;
}

async function wrongName(arena: Arena): Promise<string> {
  const attempt = secure(arena, 'elsewhere.example').then((socket) => socket.destroy());
  await assert.rejects(attempt, /altnames|Hostname/);
  return 'the client refuses';
}

async function oldProtocol(arena: Arena): Promise<string> {
  const { tls: port } = arena.target.ports;
  const options = { host: '127.0.0.1', port, rejectUnauthorized: false } as const;
  const versions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const;
  await assert.rejects(
    new Promise((resolve, reject) => {
      const ciphers = 'DEFAULT@SECLEVEL=0';
      const socket = tlsConnect({ ...options, ...versions, ciphers }, () => resolve(socket));
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('closed')));
    }),
  );
  return 'refused';
}

export const tlsCases: readonly RigCase[] = [
  { name: 'TLS client, rightful', run: rightful },
  { name: 'TLS client that asks for another name', run: wrongName },
  { name: 'TLS 1.1', run: oldProtocol },
  {
    name: 'TLS port, plain CONNECT',
    run: (arena) => mustCut(open(arena), mqtt.generate(arena.connect())),
  },
  {
    name: 'TLS port, garbage',
    run: (arena) => mustCut(open(arena), Buffer.alloc(5_000, 0x5a)),
  },
  { name: 'TLS port, silence', run: (arena) => mustCut(open(arena)) },
  {
    name: 'TLS port, half a handshake',
    // A record of type handshake that declares 512 bytes and brings six.
    run: (arena) => mustCut(open(arena), Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])),
  },
];
