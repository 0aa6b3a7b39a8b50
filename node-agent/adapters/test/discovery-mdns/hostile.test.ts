import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createSystemClock } from '@muster/adapters/clock-system';
import { createMdnsDiscovery } from '@muster/adapters/discovery-mdns';
import { createSystemRandom } from '@muster/adapters/random-system';
import { peerIdText } from '@muster/adapters/transport-libp2p';
import type { Clock, Sighting } from '@muster/core';
import { createMemoryLogger, FakeClock, intBelow, SeededRandom } from '@muster/core/testing';
import multicastDns, { type MulticastDNS } from 'multicast-dns';
import { mdnsLimits, serviceNameDefault, timing } from '../../src/discovery-mdns/constants.ts';
import { peerTexts } from '../../src/discovery-mdns/peer-records.ts';
import { encodeAnswer } from '../../src/discovery-mdns/records.ts';
import { freePort, nodeKey } from './loopback-lan.ts';

const random = createSystemRandom();
const group = '224.0.0.251';

/** A discovery on loopback, and an attacker on the same link. */
async function attacked(context: TestContext, clock: Clock = createSystemClock()) {
  const port = await freePort();
  const own = nodeKey();
  const discovery = createMdnsDiscovery({
    nodeKey: own,
    addresses: () => [`/ip4/127.0.0.1/tcp/7310/p2p/${peerIdText(own)}`],
    clock,
    random,
    logger: createMemoryLogger(),
    port,
    loopback: true,
  });
  const sightings: Sighting[] = [];
  await discovery.start((sighting) => sightings.push(sighting));
  context.after(() => discovery.stop());
  const attacker = multicastDns({ port, interface: '127.0.0.1', bind: '0.0.0.0' });
  context.after(() => new Promise<void>((resolve) => attacker.destroy(resolve)));
  await once(attacker, 'ready');
  const socket = createSocket('udp4');
  socket.bind(0);
  await once(socket, 'listening');
  socket.setMulticastInterface('127.0.0.1');
  context.after(() => socket.close());
  await wait(50);
  const raw = (bytes: Uint8Array): void => socket.send(bytes, port, group);
  return { discovery, sightings, attacker, raw };
}

function announce(attacker: MulticastDNS, addresses: readonly string[], peerName = 'x'): void {
  const texts = peerTexts(addresses);
  attacker.respond(encodeAnswer({ service: serviceNameDefault, peerName, texts }));
}

test('what names no key, several keys, or addresses elsewhere is left out', async (context) => {
  const { sightings, attacker } = await attacked(context);
  const [one, other] = [peerIdText(nodeKey()), peerIdText(nodeKey())];
  announce(attacker, []);
  announce(attacker, ['/ip4/127.0.0.1/tcp/1']);
  announce(attacker, ['/ip4/127.0.0.1/tcp/1/p2p/nonsense']);
  announce(attacker, ['/ip4/127.0.0.1/tcp/1/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N']);
  announce(attacker, [`/ip4/8.8.8.8/tcp/80/p2p/${one}`, `/dns4/example.org/tcp/80/p2p/${one}`]);
  attacker.respond([{ name: serviceNameDefault, type: 'PTR', data: 'lonely' }]);
  await wait(100);
  assert.deepEqual(sightings, []);
  announce(attacker, [
    `/ip4/127.0.0.2/tcp/1/p2p/${one}`,
    `/ip4/127.0.0.3/tcp/1/p2p/${other}`,
    `/ip4/10.9.9.9/tcp/1/p2p/${one}`,
    `/ip4/127.0.0.4/tcp/1/p2p/${one}/p2p/${other}`,
  ]);
  await wait(100);
  assert.deepEqual(
    sightings.map(({ addresses }) => addresses),
    [['/ip4/127.0.0.2/tcp/1']],
  );
});

test('damaged packets are counted and change nothing', async (context) => {
  const { discovery, sightings, raw } = await attacked(context);
  const seed = 12;
  const seeded = new SeededRandom(seed);
  const marker = Buffer.from('\x04_p2p\x04_udp\x05local\x00');
  for (let i = 0; i < 150; i += 1) {
    const packet = Buffer.concat([seeded.bytes(intBelow(seeded, 60)), marker, seeded.bytes(40)]);
    if (i % 2 === 0) packet.set([0, 0, 0x84, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0]);
    raw(packet);
  }
  await wait(150);
  const { malformed, answersHeard } = discovery.status();
  assert.ok(malformed > 20, `seed ${seed}: ${malformed} malformed`);
  assert.equal(answersHeard, 0);
  assert.deepEqual(sightings, []);
});

test('packets of other services cost nothing, floods of ours are cut', async (context) => {
  const { discovery, raw } = await attacked(context);
  const foreign = Buffer.from(
    '\0\0\0\0\0\x01\0\0\0\0\0\0\x08_airplay\x04_tcp\x05local\0\0\x0c\0\x01',
  );
  for (let i = 0; i < 500; i += 1) raw(foreign);
  await wait(100);
  assert.equal(discovery.status().ignored + discovery.status().malformed, 0);

  const query = Buffer.from('\0\x07\0\0\0\x01\0\0\0\0\0\0\x04_p2p\x04_udp\x05local\0\0\x0c\0\x01');
  for (let i = 0; i < 5; i += 1) {
    for (let j = 0; j < 200; j += 1) raw(query);
    await wait(20);
  }
  await wait(100);
  const { ignored, answersSent } = discovery.status();
  assert.ok(ignored > 500, `${ignored} ignored`);
  assert.ok(answersSent <= mdnsLimits.answersBurst + 1, `${answersSent} answers`);
});

test('invented peers are bounded in number and in sightings a second', async (context) => {
  const { discovery, sightings, attacker } = await attacked(context);
  for (let i = 0; i < 600; i += 1) {
    announce(attacker, [`/ip4/127.0.0.2/tcp/1/p2p/${peerIdText(nodeKey())}`], `peer${i}`);
    if (i % 20 === 0) await wait(30);
  }
  await wait(100);
  assert.ok(discovery.status().peers <= mdnsLimits.peersMax);
  assert.ok(sightings.length >= 100);
  assert.ok(sightings.length <= mdnsLimits.sightingsBurst + 3 * mdnsLimits.sightingsPerSecondMax);
});

test('a peer is reported once, and again when it moves or returns', async (context) => {
  const { sightings, attacker } = await attacked(context);
  const peer = peerIdText(nodeKey());
  const at = (port: number): string => `/ip4/127.0.0.2/tcp/${port}/p2p/${peer}`;
  for (let i = 0; i < 5; i += 1) announce(attacker, [at(1)]);
  await wait(50);
  assert.equal(sightings.length, 1);
  announce(attacker, [at(2)]);
  await wait(50);
  assert.equal(sightings.length, 2);
  const last = { service: serviceNameDefault, peerName: 'x', texts: peerTexts([at(2)]) };
  attacker.respond(encodeAnswer(last, { goodbye: true }));
  announce(attacker, [at(2)]);
  await wait(50);
  assert.equal(sightings.length, 3);
});

test('names that cannot be written again are not repeated in queries', async (context) => {
  const clock = new FakeClock();
  const { sightings, attacker } = await attacked(context, clock);
  const known: unknown[] = [];
  attacker.on('query', ({ answers }) => known.push(...(answers ?? [])));
  for (const peerName of ['plain', 'ü'.repeat(30), 'two.labels', '\u0000']) {
    announce(attacker, [`/ip4/127.0.0.2/tcp/1/p2p/${peerIdText(nodeKey())}`], peerName);
  }
  await wait(50);
  assert.equal(sightings.length, 4);
  clock.advance(timing.queryDelaysMs[2] * (1 + timing.jitterShare));
  await wait(50);
  const names = known.map((record) => (record as { data: string }).data);
  assert.deepEqual(new Set(names), new Set([`plain.${serviceNameDefault}`]));
});

test('stop says goodbye; a query that names us as known is not answered', async (context) => {
  const { discovery, attacker } = await attacked(context);
  const ttls: (number | undefined)[] = [];
  let name = '';
  attacker.on('response', ({ answers }) => {
    for (const record of answers ?? []) {
      if (record.type !== 'PTR') continue;
      ttls.push(record.ttl);
      name = record.data;
    }
  });
  const questions = [{ name: serviceNameDefault, type: 'PTR' as const }];
  attacker.query({ questions });
  await wait(50);
  const answered = ttls.length;
  assert.ok(answered >= 1);
  attacker.query({ questions, answers: [{ ...questions[0]!, ttl: 120, data: name }] });
  await wait(50);
  assert.equal(ttls.length, answered);
  await discovery.stop();
  await wait(50);
  assert.equal(ttls.at(-1), 0);
});

test('after the quick queries one a minute is enough for the whole LAN', async (context) => {
  const clock = new FakeClock();
  const { discovery, attacker } = await attacked(context, clock);
  const minuteMs = timing.queryIntervalMs * (1 + timing.jitterShare);
  clock.advance(1 + timing.queryDelaysMs.at(-1)! * (1 + timing.jitterShare));
  const quick = discovery.status().queriesSent;
  assert.equal(quick, timing.queryDelaysMs.length);
  const questions = [{ name: serviceNameDefault, type: 'PTR' as const }];
  for (let minute = 0; minute < 3; minute += 1) {
    attacker.query({ questions });
    await wait(50);
    clock.advance(timing.queryIntervalMs);
  }
  const meanwhile = discovery.status().queriesSent;
  assert.ok(meanwhile <= quick + 1, `${meanwhile - quick} queries beside those of others`);
  for (let minute = 0; minute < 3; minute += 1) clock.advance(minuteMs);
  assert.ok(discovery.status().queriesSent >= meanwhile + 2);
});
