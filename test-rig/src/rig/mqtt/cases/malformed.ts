/** Packets that are broken, or that no client may send; and random damage from a printed seed. */
import assert from 'node:assert/strict';
import { intBelow, SeededRandom } from '@muster/core/testing';
import mqtt, { type Packet } from 'mqtt-packet';
import { type Arena, mustCut, type RigCase } from '../rig-case.ts';
import { publishPacket } from './publish.ts';

const mutatedPackets = 10_000;
const atOnce = 10;

const cut = (name: string, ...bytes: readonly number[]): RigCase => ({
  name,
  run: async (arena) => mustCut(await arena.login(), Buffer.from(bytes)),
});

/** A PUBACK or the like that answers nothing may be ignored, but must do no harm. */
const harmless = (name: string, ...bytes: readonly number[]): RigCase => ({
  name,
  run: async (arena) => {
    const client = await arena.login();
    const isAlive = await client
      .send(Buffer.from(bytes))
      .ping()
      .then(
        () => true,
        () => false,
      );
    if (!isAlive) await client.cut();
    return isAlive ? 'ignored' : 'cut';
  },
});

function samples(arena: Arena): readonly Buffer[] {
  const subscriptions = [{ topic: 'attack/a', qos: 1 as const }];
  const packets: readonly Packet[] = [
    arena.connect(),
    publishPacket('attack/a', { payload: 'hello' }),
    publishPacket('attack/a', { qos: 1, messageId: 5, retain: true }),
    publishPacket('attack/a', { qos: 2, messageId: 6 }),
    { cmd: 'pubrel', messageId: 6 },
    { cmd: 'puback', messageId: 5 },
    { cmd: 'pubrec', messageId: 5 },
    { cmd: 'pubcomp', messageId: 5 },
    { cmd: 'subscribe', messageId: 7, subscriptions },
    { cmd: 'unsubscribe', messageId: 8, unsubscriptions: ['attack/a'] },
    { cmd: 'pingreq' },
    { cmd: 'disconnect' },
  ];
  return packets.map((packet) => mqtt.generate(packet));
}

function mutate(random: SeededRandom, packet: Buffer): Buffer {
  const bytes = Buffer.from(packet);
  const changes = 1 + intBelow(random, 3);
  for (let i = 0; i < changes; i++) bytes[intBelow(random, bytes.length)] = intBelow(random, 256);
  const kind = intBelow(random, 4);
  if (kind === 0) return bytes.subarray(0, intBelow(random, bytes.length));
  if (kind === 1) return Buffer.concat([bytes, bytes.subarray(intBelow(random, bytes.length))]);
  return bytes;
}

async function mutations(arena: Arena): Promise<string> {
  const seed = Date.now() >>> 0;
  const random = new SeededRandom(seed);
  let sent = 0;
  let connections = 0;
  const storm = async (): Promise<void> => {
    while (sent < mutatedPackets) {
      connections++;
      // Half of them as strangers: what comes before a CONNECT is parsed too.
      const isStranger = intBelow(random, 2) === 0;
      const client = isStranger ? arena.raw() : await arena.login();
      const known = samples(arena);
      for (let i = 0; i < 50 && !client.isClosed; i++) {
        client.send(mutate(random, known[intBelow(random, known.length)]!));
        sent++;
        await new Promise((resolve) => setImmediate(resolve));
      }
      client.close();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, storm)).catch((error: Error) => {
    throw new Error(`seed ${seed}: ${error.message}`);
  });
  assert.ok(connections > 0);
  return `seed ${seed}, ${sent} packets on ${connections} connections`;
}

export const malformedCases: readonly RigCase[] = [
  cut('reserved packet type 0', 0x00, 0),
  cut('reserved packet type 15', 0xf0, 0),
  cut('CONNACK from a client', 0x20, 2, 0, 0),
  cut('SUBACK from a client', 0x90, 3, 0, 1, 0),
  cut('UNSUBACK from a client', 0xb0, 2, 0, 1),
  cut('PINGRESP from a client', 0xd0, 0),
  cut('PUBACK of no bytes', 0x40, 0),
  cut('PUBACK of three bytes', 0x40, 3, 0, 1, 0),
  cut('PUBACK with flags', 0x42, 2, 0, 1),
  cut('PUBREC of one byte', 0x50, 1, 0),
  cut('PUBREL without its flags', 0x60, 2, 0, 1),
  cut('PUBCOMP of one byte', 0x70, 1, 0),
  cut('SUBSCRIBE of one byte', 0x82, 1, 0),
  cut('UNSUBSCRIBE of one byte', 0xa2, 1, 0),
  cut('PINGREQ with a body', 0xc0, 1, 0),
  cut('PINGREQ with flags', 0xc1, 0),
  cut('DISCONNECT with a body', 0xe0, 1, 0),
  cut('DISCONNECT with flags', 0xe3, 0),
  harmless('PUBACK for nothing', 0x40, 2, 0x12, 0x34),
  harmless('PUBREC for nothing', 0x50, 2, 0x12, 0x34),
  harmless('PUBCOMP for nothing', 0x70, 2, 0x12, 0x34),
  harmless('PUBACK with message id 0', 0x40, 2, 0, 0),
  { name: `${mutatedPackets} mutated packets`, run: mutations },
];
