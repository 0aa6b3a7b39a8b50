/** The first packet: who is let in, and what a CONNECT may hold. */
import assert from 'node:assert/strict';
import mqtt from 'mqtt-packet';
import { connectPacket } from '../raw-client.ts';
import { type Arena, mustCut, mustRefuse, type RigCase } from '../rig-case.ts';

const wrongPasswords = 1_000;
const atOnce = 20;

/** A CONNECT whose bytes at `at` are others. */
function patched(arena: Arena, at: number, ...bytes: readonly number[]): Buffer {
  const packet = mqtt.generate(arena.connect());
  packet.set(bytes, at);
  return packet;
}

/** Bytes of a short CONNECT: 2 of the fixed header, 6 of the name, the level, the flags. */
const levelAt = 8;
const flagsAt = 9;
const cleanFlag = 2;

async function refusedVersion(arena: Arena, level: number): Promise<string> {
  const client = arena.raw().send(patched(arena, levelAt, level));
  await client.cut();
  const [type, , , code] = client.firstBytes;
  assert.equal(type, 0x20, 'no CONNACK');
  assert.notEqual(code, 0, 'was let in');
  return `CONNACK ${code}`;
}

async function wrongPassword(arena: Arena): Promise<string> {
  const { name } = arena.attacker;
  let refused = 0;
  const guess = async (): Promise<void> => {
    while (refused < wrongPasswords) {
      refused++;
      const password = Buffer.from(`guess-${refused}`);
      const client = arena.raw().send(connectPacket({ username: name, password }));
      await client.cut();
      if (client.count('connack') > 0) {
        assert.notEqual((await client.next('connack')).returnCode, 0);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, guess));
  return `${wrongPasswords} refused`;
}

async function harmlessId(arena: Arena, clientId: string): Promise<string> {
  const client = await arena.login({ clientId });
  const subscriptions = [{ topic: `attack/${clientId}`, qos: 0 as const }];
  client.send({ cmd: 'subscribe', messageId: 1, subscriptions });
  await client.next('suback');
  const fixed = { cmd: 'publish', qos: 0, dup: false, retain: false } as const;
  client.send({ ...fixed, topic: `attack/${clientId}`, payload: 'x' });
  assert.equal((await client.next('publish')).topic, `attack/${clientId}`);
  return 'served as any';
}

async function takeover(arena: Arena): Promise<string> {
  const first = await arena.login({ clientId: 'same' });
  const second = await arena.login({ clientId: 'same' });
  await first.cut();
  await second.ping();
  return 'the older one cut';
}

async function foreignTakeover(arena: Arena): Promise<string> {
  const victim = await arena.login({ clientId: 'shared-id' });
  const { name, password } = arena.target.credentials.tools;
  const other = { username: name, password: Buffer.from(password) };
  const thief = await arena.login({ clientId: 'shared-id', ...other });
  await thief.ping();
  await victim.ping();
  return 'two sessions';
}

const will = { topic: 'attack/will', payload: Buffer.from('gone'), qos: 0, retain: false } as const;
const refuse = (name: string, differing: Parameters<Arena['connect']>[0]): RigCase => ({
  name,
  run: (arena) => mustRefuse(arena.raw(), arena.connect(differing)),
});

export const connectCases: readonly RigCase[] = [
  {
    name: 'PUBLISH before CONNECT',
    run: (arena) =>
      mustCut(
        arena.raw(),
        mqtt.generate({ cmd: 'publish', topic: 'attack/x', payload: 'x', qos: 0 } as never),
      ),
  },
  {
    name: 'PINGREQ before CONNECT',
    run: (arena) => mustCut(arena.raw(), { cmd: 'pingreq' }),
  },
  { name: 'connected and silent', run: (arena) => mustCut(arena.raw()) },
  {
    name: 'CONNECT twice',
    run: async (arena) => mustCut(await arena.login(), arena.connect()),
  },
  {
    name: 'protocol name MQTX',
    run: (arena) => mustRefuse(arena.raw(), patched(arena, 7, 'X'.charCodeAt(0))),
  },
  { name: 'MQTT 5', run: (arena) => refusedVersion(arena, 5) },
  { name: 'protocol level 99', run: (arena) => refusedVersion(arena, 99) },
  {
    name: 'reserved CONNECT flag set',
    run: (arena) => mustRefuse(arena.raw(), patched(arena, flagsAt, 0xc3)),
  },
  {
    name: 'password without a user name',
    run: (arena) => mustRefuse(arena.raw(), patched(arena, flagsAt, 0x42)),
  },
  { name: 'no credential', run: (arena) => mustRefuse(arena.raw(), connectPacket({})) },
  { name: `wrong password ${wrongPasswords} times`, run: wrongPassword },
  refuse('user name __proto__', { username: '__proto__' }),
  refuse('user name of 60 KiB', { username: 'u'.repeat(60_000) }),
  { name: 'client id __proto__', run: (arena) => harmlessId(arena, '__proto__') },
  { name: 'client id constructor', run: (arena) => harmlessId(arena, 'constructor') },
  refuse('client id of 200 bytes', { clientId: 'i'.repeat(200) }),
  refuse('client id of 64 KiB', { clientId: 'i'.repeat(65_535) }),
  {
    name: 'no client id, session kept',
    run: (arena) => {
      const packet = mqtt.generate(arena.connect({ clientId: '' }));
      packet[flagsAt] = packet[flagsAt]! & ~cleanFlag;
      return mustRefuse(arena.raw(), packet);
    },
  },
  {
    name: 'client id with U+0000',
    run: (arena) => mustRefuse(arena.raw(), arena.connect({ clientId: 'a\u0000b' })),
  },
  {
    name: 'client id of bad UTF-8',
    run: (arena) => mustRefuse(arena.raw(), patched(arena, 14, 0xff, 0xfe)),
  },
  { name: 'client id takeover, own credential', run: takeover },
  { name: 'client id takeover, foreign credential', run: foreignTakeover },
  refuse('will on a forbidden topic', { will: { ...will, topic: 'honest/alarm' } }),
  refuse('will on $SYS', { will: { ...will, topic: '$SYS/broker' } }),
  refuse('will on a filter', { will: { ...will, topic: 'attack/#' } }),
  refuse('will of 5 KiB', { will: { ...will, payload: Buffer.alloc(5_000) } }),
  refuse('will of 60 KiB', { will: { ...will, payload: Buffer.alloc(60_000) } }),
  {
    name: 'will of QoS 3',
    run: (arena) => mustRefuse(arena.raw(), patched(arena, flagsAt, 0xde)),
  },
  {
    name: 'CONNECT cut short',
    run: (arena) => {
      const packet = mqtt.generate(arena.connect());
      packet[1] = packet[1]! - 5;
      return mustRefuse(arena.raw(), packet);
    },
  },
];
