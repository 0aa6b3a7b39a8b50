/** Who holds on to what others need: slots, time, memory, the processor. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import mqtt from 'mqtt-packet';
import type { RawClient } from '../raw-client.ts';
import { type Arena, mustCut, type RigCase } from '../rig-case.ts';
import { publishPacket, residentBytes } from './publish.ts';

const floodConnections = 600;
const slowReaders = 200;
/** 6 MB for each of them: the system buffers up to 4 MB for a socket, and the broker 1 MB. */
const slowBursts = 300;
const slowBurst = 5;
const slowEveryMs = 20;
const slowPayload = Buffer.alloc(4096, 0x62);
const stormPackets = 100_000;
const unreadQos1 = 20_000;
/** Above the bound on what waits for one client, in messages of 1 KiB. */
const frozenMessages = 20_000;
const kib = Buffer.alloc(1024, 0x61);
/** Another of the attackers' addresses, for what fills an address up. */
const slowAddress = '127.0.0.3';
const floodAddress = '127.0.0.4';
const residentGrowthMax = 400 * 1024 * 1024;

async function dribble(client: RawClient, bytes: Buffer, everyMs: number): Promise<number> {
  const startedMs = performance.now();
  for (const byte of bytes) {
    if (client.isClosed) break;
    client.send(Buffer.from([byte]));
    await delay(everyMs);
  }
  return performance.now() - startedMs;
}

async function slowLoris(arena: Arena): Promise<string> {
  const client = arena.raw();
  const packet = mqtt.generate(arena.connect({ clientId: 'c'.repeat(100) }));
  const tookMs = await dribble(client, packet, 60);
  assert.ok(client.isClosed, 'was let dribble to the end');
  return `cut after ${Math.round(tookMs)} ms`;
}

async function slowPublish(arena: Arena): Promise<string> {
  const client = await arena.login({ keepalive: 1 });
  const packet = mqtt.generate(publishPacket('attack/slow', { payload: kib }));
  // Whole packets are what keeps a client alive, not bytes of one (3.1.2.10).
  const tookMs = await dribble(client, packet.subarray(0, 200), 50);
  assert.ok(client.isClosed, 'was let dribble to the end');
  return `cut after ${Math.round(tookMs)} ms`;
}

async function connectionFlood(arena: Arena): Promise<string> {
  const clients = Array.from({ length: floodConnections }, () => arena.raw(floodAddress));
  await delay(1_000);
  const held = clients.filter((client) => !client.isClosed).length;
  assert.ok(held < floodConnections / 2, `${held} connections of one address held`);
  await Promise.all(clients.map((client) => client.cut(15_000)));
  return `${held} of ${floodConnections} held, then cut for silence`;
}

async function frozenSubscriber(arena: Arena): Promise<string> {
  const frozen = await subscribed(arena, 'attack/frozen', slowAddress);
  const awake = await subscribed(arena, 'attack/frozen', slowAddress);
  frozen.socket.pause();
  const publisher = await arena.login();
  for (let i = 0; i < frozenMessages; i += 100) {
    for (let j = 0; j < 100; j++) publisher.send(publishPacket('attack/frozen', { payload: kib }));
    await publisher.ping();
  }
  await awake.ping();
  assert.equal(awake.count('publish'), frozenMessages, 'another subscriber lost messages');
  await frozen.cut(15_000);
  assert.ok(frozen.count('publish') < frozenMessages, 'was never cut');
  return `cut after ${frozen.count('publish')} messages, another got all`;
}

async function subscribed(arena: Arena, topic: string, address?: string): Promise<RawClient> {
  const client = await arena.login({}, address);
  client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 0 }] });
  await client.next('suback');
  return client;
}

/** They read, but far less than they are sent: neither frozen nor able to keep up. */
async function slowOnes(arena: Arena): Promise<string> {
  const before = residentBytes(arena.target.pid);
  const slow: RawClient[] = [];
  for (let i = 0; i < slowReaders; i++) {
    const client = await subscribed(arena, 'attack/all', slowAddress);
    client.socket.pause();
    slow.push(client);
  }
  const publisher = await arena.login();
  const packet = publishPacket('attack/all', { payload: slowPayload });
  for (let burst = 0; burst < slowBursts; burst++) {
    for (let i = 0; i < slowBurst; i++) publisher.send(packet);
    for (const { socket } of slow) socket.read(512);
    // In step with the broker, so that what is sent is also on its way.
    await Promise.all([publisher.ping(), delay(slowEveryMs)]);
  }
  for (const client of slow) client.socket.resume();
  await delay(1_000);
  const cut = slow.filter((client) => client.isClosed).length;
  const grown = residentBytes(arena.target.pid) - before;
  assert.ok(grown < residentGrowthMax, `${grown} bytes more`);
  // How many depends on what the kernel buffers; that the honest do not notice is what counts.
  return `${cut} of ${slowReaders} cut`;
}

async function storm(arena: Arena): Promise<string> {
  const client = await arena.login();
  const packet = mqtt.generate(publishPacket('attack/storm'));
  const many = Buffer.concat(Array.from({ length: 1_000 }, () => packet));
  const startedMs = performance.now();
  for (let sent = 0; sent < stormPackets && !client.isClosed; sent += 1_000) {
    if (!client.socket.write(many)) {
      await Promise.race([
        new Promise((resolve) => client.socket.once('drain', resolve)),
        delay(5_000),
      ]);
    }
  }
  if (client.isClosed) return 'cut';
  client.send({ cmd: 'pingreq' });
  await Promise.race([client.next('pingresp'), delay(20_000)]);
  return `taken within ${Math.round(performance.now() - startedMs)} ms`;
}

/** QoS 1 at full speed by one who never reads the acknowledgements. */
async function unreadAnswers(arena: Arena): Promise<string> {
  const before = residentBytes(arena.target.pid);
  const client = await arena.login();
  client.socket.pause();
  for (let i = 0; i < unreadQos1 && !client.isClosed; i++) {
    client.send(publishPacket('attack/unread', { qos: 1, messageId: 1 + (i % 60_000) }));
    if (i % 1_000 === 999) await delay(5);
  }
  await delay(500);
  const grown = residentBytes(arena.target.pid) - before;
  assert.ok(grown < residentGrowthMax, `${grown} bytes more`);
  return client.isClosed ? 'cut' : 'held back';
}

async function keepaliveZero(arena: Arena): Promise<string> {
  const client = await arena.login({ keepalive: 0 });
  await delay(500);
  await client.ping();
  return 'served, bounded by us';
}

export const exhaustionCases: readonly RigCase[] = [
  { name: 'slow-loris CONNECT, byte by byte', run: slowLoris },
  { name: 'slow-loris PUBLISH, byte by byte', run: slowPublish },
  {
    name: 'half a CONNECT, then silence',
    run: (arena) => mustCut(arena.raw(), mqtt.generate(arena.connect()).subarray(0, 10)),
  },
  {
    name: 'keep-alive of 1 s, then silence',
    run: async (arena) => mustCut(await arena.login({ keepalive: 1 })),
  },
  { name: 'keep-alive of 0', run: keepaliveZero },
  { name: `${floodConnections} connections of one address`, run: connectionFlood },
  { name: 'frozen subscriber, fast publisher', run: frozenSubscriber },
  { name: `${slowReaders} slow readers`, run: slowOnes },
  { name: `storm of ${stormPackets} PUBLISHes`, run: storm },
  { name: `${unreadQos1} QoS 1, answers never read`, run: unreadAnswers },
];
