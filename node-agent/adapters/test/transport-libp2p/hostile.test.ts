import assert from 'node:assert/strict';
import { createConnection, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Connection, Stream } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import { createSystemClock } from '@muster/adapters/clock-system';
import type { KeyPair } from '@muster/core';
import {
  connectionLimits,
  protocolName,
  strangerLimits,
} from '../../src/transport-libp2p/constants.ts';
import { InboundGate } from '../../src/transport-libp2p/inbound-gate.ts';
import { InboundLimits } from '../../src/transport-libp2p/inbound-limits.ts';
import { LinkMedia } from '../../src/transport-libp2p/link-medium.ts';
import { libp2pKey } from '../../src/transport-libp2p/peer-key.ts';
import { createQuietNode } from '../../src/transport-libp2p/quiet-node.ts';
import { listen, sightingOf, sortedKeys, startNode, type TestNode, until } from './two-nodes.ts';

/** A neighbour who speaks Noise and Yamux but means no good. It has the lower key, so it opens. */
async function intruder(context: TestContext, key: KeyPair, victim: TestNode) {
  const clock = createSystemClock();
  const limits = new InboundLimits(clock);
  const quiet = await createQuietNode({
    privateKey: libp2pKey(key),
    listen: [],
    webSockets: false,
    mediumTransports: [],
    gate: new InboundGate({ limits, media: new LinkMedia([]), clock }),
  });
  await quiet.node.start();
  context.after(() => quiet.node.stop());
  const address = multiaddr(victim.transport.addresses()[0]!);
  return quiet.node.dial(address, { signal: AbortSignal.timeout(3000) });
}

async function victimOf(context: TestContext, key: KeyPair): Promise<TestNode> {
  const victim = await startNode(key);
  context.after(() => victim.transport.stop());
  return victim;
}

test('bytes that are no frames close the link and nothing else', async (context) => {
  const [low, high] = sortedKeys(2);
  const victim = await victimOf(context, high!);
  for (const [bytes, reason] of [
    [[0x80, 0x00], 'framing'],
    [[0xff, 0xff, 0x7f], 'frame-size'],
    [[0x00, 0x09], 'framing'],
  ] as const) {
    const connection = await intruder(context, low!, victim);
    const stream = await connection.newStream(protocolName);
    await until(() => victim.transport.status().links === 1);
    const heard = listen(victim.links.at(-1)!);
    stream.send(new Uint8Array([1, 7, ...bytes]));
    await until(() => heard.reasons.length === 1);
    assert.deepEqual(heard.reasons, [reason]);
    assert.equal(heard.frames.length, 1);
    await until(() => victim.transport.status().peersConnected === 0);
  }
});

test('a Yamux frame that declares gigabytes is cut off', async (context) => {
  const [low, high] = sortedKeys(2);
  const victim = await victimOf(context, high!);
  const connection = await intruder(context, low!, victim);
  await connection.newStream(protocolName);
  await until(() => victim.links.length === 1);
  const heard = listen(victim.links[0]!);
  const { muxer } = connection as Connection & { muxer: { send(data: Uint8Array): boolean } };
  // Version, type data, no flags, stream 1, length 2^31.
  muxer.send(new Uint8Array([0, 0, 0, 0, 0, 0, 0, 1, 0x80, 0, 0, 0]));
  const started = process.memoryUsage().arrayBuffers;
  for (let sent = 0; sent < 200 && heard.reasons.length === 0; sent += 1) {
    try {
      muxer.send(new Uint8Array(32 * 1024));
    } catch {
      break;
    }
    await wait(2);
  }
  await until(() => heard.reasons.length === 1);
  assert.ok(process.memoryUsage().arrayBuffers - started < 8 * 1024 * 1024);
});

test('the higher key may not open a stream, nor anybody a second one', async (context) => {
  const [low, high] = sortedKeys(2);
  const lowVictim = await victimOf(context, low!);
  const refusing = await intruder(context, high!, lowVictim);
  await assert.rejects(async () => {
    const stream: Stream = await refusing.newStream(protocolName);
    await until(() => stream.status !== 'open');
    throw new Error('reset');
  });
  await until(() => lowVictim.transport.status().inboundRefused === 1);
  await lowVictim.transport.stop();

  const victim = await victimOf(context, high!);
  const connection = await intruder(context, low!, victim);
  await connection.newStream(protocolName);
  await until(() => victim.links.length === 1);
  const heard = listen(victim.links[0]!);
  await connection.newStream(protocolName).catch(() => {});
  await wait(50);
  assert.equal(victim.links.length, 1);
  assert.deepEqual(heard.reasons, []);
});

test('strangers cost a few handshakes, then their address waits', async (context) => {
  const [low, high] = sortedKeys(2);
  const victim = await victimOf(context, high!);
  const refused = (): number => victim.transport.status().inboundRefused;
  for (let i = 0; i < strangerLimits.refusalsMax; i += 1) {
    const connection = await intruder(context, low!, victim);
    const stream = await connection.newStream(protocolName);
    stream.send(new Uint8Array([1, 7]));
    await until(() => victim.links.length === i + 1);
    const link = victim.links[i]!;
    const { reasons } = listen(link);
    // As the forwarder does with whoever shows no certificate.
    link.close('certificate-refused');
    await until(() => reasons.length === 1 && victim.transport.status().peersConnected === 0);
  }
  const [, , , , port] = victim.transport.addresses()[0]!.split('/');
  const startedMs = process.cpuUsage();
  const knock = (localAddress: string): Promise<void> =>
    new Promise((resolve) => {
      const socket = createConnection({ port: Number(port), host: '127.0.0.1', localAddress });
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
  for (let i = 0; i < 20; i += 1) {
    await Promise.all(Array.from({ length: 50 }, () => knock('127.0.0.1')));
  }
  // The library turns the rest away before it asks us: it takes so many a second of one address.
  assert.ok(refused() > strangerLimits.attemptsBurst);
  assert.equal(victim.transport.status().peersConnected, 0, 'not one handshake');
  const { user, system } = process.cpuUsage(startedMs);
  assert.ok(user + system < 3_000_000, `took ${(user + system) / 1000} ms of processor`);
  assert.equal(victim.links.length, strangerLimits.refusalsMax);
  // Another address is as free as before, and so is whom the victim dials itself.
  const honest = await victimOf(context, low!);
  victim.transport.addSighting(sightingOf(honest));
  await until(() => honest.links.length === 1);
});

async function streamless(context: TestContext): Promise<void> {
  const [low, high] = sortedKeys(2);
  const victim = await victimOf(context, high!);
  const connection = await intruder(context, low!, victim);
  await until(() => victim.transport.status().peersConnected === 1);
  await until(() => connection.status !== 'open', connectionLimits.streamWaitMs + 3000);
  assert.equal(victim.transport.status().peersConnected, 0);
}

async function silent(context: TestContext): Promise<void> {
  const [low, high] = sortedKeys(2);
  const victim = await victimOf(context, high!);
  const [, , , , port] = victim.transport.addresses()[0]!.split('/');
  const sockets: Socket[] = [];
  let refused = 0;
  for (let i = 0; i < 50; i += 1) {
    const socket = createConnection({
      port: Number(port),
      host: '127.0.0.1',
      localAddress: '127.0.0.9',
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      refused += 1;
    });
    sockets.push(socket);
  }
  await until(() => refused === 50 - connectionLimits.handshakesPerAddressMax);
  const honest = await victimOf(context, low!);
  honest.transport.addSighting(sightingOf(victim));
  await until(() => honest.links.length === 1 && victim.links.length === 1);
  // The handshake's time limit frees the places.
  await until(() => refused === 50, connectionLimits.handshakeMsMax + 3000);
  for (const socket of sockets) socket.destroy();
}

// Each waits for a limit of ten seconds, so they wait together.
test('who does not go on', { concurrency: true }, async (context) => {
  await Promise.all([
    context.test('a connection without a stream is closed after a while', streamless),
    context.test('silent connections fill only the places of their own address', silent),
  ]);
});
