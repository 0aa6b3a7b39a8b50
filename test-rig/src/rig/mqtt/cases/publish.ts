/** What may be published: where it is granted, on topics that are topics, and so much. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { IPublishPacket } from 'mqtt-packet';
import { type Arena, mustCut, type RigCase } from '../rig-case.ts';

const declaredBytes = 256 * 1024 * 1024;
const retainedTopics = 20_000;
/** What a broker may keep of them, in its memory or on its disk. */
const retainedMax = 10_000;
const residentGrowthMax = 64 * 1024 * 1024;

export function publishPacket(topic: string, differing: Partial<IPublishPacket> = {}) {
  const usual = { cmd: 'publish', qos: 0, dup: false, retain: false, payload: 'x' } as const;
  return { ...usual, topic, ...differing } satisfies IPublishPacket;
}

const cut = (name: string, topic: string, differing: Partial<IPublishPacket> = {}): RigCase => ({
  name,
  run: async (arena) => mustCut(await arena.login(), publishPacket(topic, differing)),
});

const cutRaw = (name: string, ...bytes: readonly number[]): RigCase => ({
  name,
  run: async (arena) => mustCut(await arena.login(), Buffer.from(bytes)),
});

export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** MQTT lets a broker either cut or acknowledge and drop what is not allowed (3.3.5). */
async function forbidden(arena: Arena, topic: string, qos: 0 | 1 | 2): Promise<string> {
  const listener = await arena.login();
  const { name, password } = arena.target.credentials.honest;
  const owner = { username: name, password: Buffer.from(password) };
  const victim = await arena.login({ ...owner, clientId: 'victim' });
  const subscriptions = [{ topic: 'honest/forged', qos: 0 as const }];
  victim.send({ cmd: 'subscribe', messageId: 1, subscriptions });
  await victim.next('suback');
  listener.send(publishPacket(topic, { qos, ...(qos > 0 ? { messageId: 1 } : {}) }));
  await listener.cut();
  await victim.ping();
  assert.equal(victim.count('publish'), 0, 'it was delivered');
  return 'cut, not delivered';
}

async function declared(arena: Arena): Promise<string> {
  const before = residentBytes(arena.target.pid);
  const client = await arena.login();
  // PUBLISH, remaining length 256 MiB - 1 (the most that MQTT can say), and then some of it.
  client.send(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(1_000_000));
  await client.cut();
  const grown = residentBytes(arena.target.pid) - before;
  assert.ok(grown < residentGrowthMax, `${grown} bytes more for ${declaredBytes} declared`);
  return 'cut before buffering';
}

async function retainedFlood(arena: Arena): Promise<string> {
  const before = residentBytes(arena.target.pid);
  let publisher = await arena.login();
  for (let i = 0; i < retainedTopics; i++) {
    publisher.send(publishPacket(`attack/r/${i % 100}/${i}`, { retain: true }));
    if (i % 500 !== 499) continue;
    await publisher.ping().catch(() => undefined);
    if (publisher.isClosed) publisher = await arena.login();
  }
  const reader = await arena.login();
  const subscriptions = [{ topic: 'attack/r/#', qos: 0 as const }];
  reader.send({ cmd: 'subscribe', messageId: 1, subscriptions });
  await reader.next('suback');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const kept = reader.count('publish');
  assert.ok(kept <= retainedMax, `${kept} were kept`);
  const grown = residentBytes(arena.target.pid) - before;
  assert.ok(grown < 2 * residentGrowthMax, `${grown} bytes more`);
  await retainOfAnother(arena);
  return `${kept} of ${retainedTopics} kept`;
}

/** The flood was one credential's; another's retained messages must still find a place. */
async function retainOfAnother(arena: Arena): Promise<void> {
  const { name, password } = arena.target.credentials.tools;
  const client = await arena.login({ username: name, password: Buffer.from(password) });
  const about = { qos: 1, messageId: 1, retain: true } as const;
  client.send(publishPacket('tools/after-flood', about));
  await client.next('puback');
}

async function strangeName(arena: Arena, topic: string): Promise<string> {
  const client = await arena.login();
  client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] });
  await client.next('suback');
  client.send(publishPacket(topic, { qos: 1, messageId: 3, retain: true }));
  await client.next('puback');
  assert.equal((await client.next('publish')).topic, topic);
  return 'delivered as any';
}

export const publishCases: readonly RigCase[] = [
  { name: "PUBLISH on another's topic, QoS 0", run: (a) => forbidden(a, 'honest/forged', 0) },
  { name: "PUBLISH on another's topic, QoS 1", run: (a) => forbidden(a, 'honest/forged', 1) },
  { name: "PUBLISH on another's topic, QoS 2", run: (a) => forbidden(a, 'honest/forged', 2) },
  cut('PUBLISH on $SYS', '$SYS/broker/uptime'),
  cut('PUBLISH on $share', '$share/attack/x'),
  cut('PUBLISH on #', 'attack/#'),
  cut('PUBLISH on +', 'attack/+/x'),
  cutRaw('PUBLISH on an empty topic', 0x30, 3, 0, 0, 120),
  cut('topic of 60 KiB', `attack/${'t'.repeat(60_000)}`),
  cut('topic of 64 KiB', `attack/${'t'.repeat(65_528)}`),
  cut('topic of 300 bytes', `attack/${'t'.repeat(293)}`),
  cut('topic of 101 levels', `attack${'/t'.repeat(100)}`),
  cut('topic with U+0000', 'attack/a\u0000b'),
  cutRaw('topic of bad UTF-8', 0x30, 10, 0, 8, ...Buffer.from('attack'), 0xc0, 0xaf),
  cutRaw('topic with a UTF-16 surrogate', 0x30, 5, 0, 3, 0xed, 0xa0, 0x80),
  cutRaw('topic longer than its packet', 0x30, 4, 0, 200, 97, 97),
  cutRaw('PUBLISH of QoS 3', 0x36, 11, 0, 6, ...Buffer.from('attack'), 0, 1, 120),
  cutRaw('PUBLISH of QoS 1, message id 0', 0x32, 10, 0, 6, ...Buffer.from('attack'), 0, 0),
  cutRaw('PUBLISH of QoS 1 without message id', 0x32, 8, 0, 6, ...Buffer.from('attack')),
  cutRaw('remaining length of five bytes', 0x30, 0xff, 0xff, 0xff, 0xff, 0x01),
  { name: '256 MiB declared', run: declared },
  cut('PUBLISH of 65 KiB', 'attack/big', { payload: Buffer.alloc(65 * 1024) }),
  { name: 'topic attack/__proto__', run: (arena) => strangeName(arena, 'attack/__proto__') },
  { name: 'topic attack/constructor', run: (arena) => strangeName(arena, 'attack/constructor') },
  { name: `${retainedTopics} retained topics`, run: retainedFlood },
];
