/** QoS 2 with a client that does not keep to it (MQTT 3.1.1, 4.3.3). */
import assert from 'node:assert/strict';
import type { RawClient } from '../raw-client.ts';
import { type Arena, mustCut, type RigCase } from '../rig-case.ts';
import { publishPacket } from './publish.ts';

const halfOpen = 2_000;

async function listener(arena: Arena, topic: string, qos: 0 | 1 | 2 = 0): Promise<RawClient> {
  const client = await arena.login();
  client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos }] });
  await client.next('suback');
  return client;
}

async function unknownRelease(arena: Arena): Promise<string> {
  const client = await arena.login();
  client.send({ cmd: 'pubrel', messageId: 4_321 });
  assert.equal((await client.next('pubcomp')).messageId, 4_321);
  return 'PUBCOMP';
}

async function repeated(arena: Arena): Promise<string> {
  const reader = await listener(arena, 'attack/twice');
  const client = await arena.login();
  const once = publishPacket('attack/twice', { qos: 2, messageId: 9 });
  client.send(once);
  await client.next('pubrec');
  client.send({ ...once, dup: true }, { ...once, dup: true });
  await client.next('pubrec');
  await client.next('pubrec');
  client.send({ cmd: 'pubrel', messageId: 9 }, { cmd: 'pubrel', messageId: 9 });
  await client.next('pubcomp');
  await client.next('pubcomp');
  await reader.ping();
  assert.equal(reader.count('publish'), 1, 'delivered more than once');
  return 'delivered once';
}

/** The same while the first one is still being worked on: one chunk, one identifier. */
async function repeatedInOneChunk(arena: Arena): Promise<string> {
  const reader = await listener(arena, 'attack/chunk');
  const client = await arena.login();
  const once = publishPacket('attack/chunk', { qos: 2, messageId: 9 });
  client.socket.cork();
  client.send(once, { ...once, dup: true }, { ...once, dup: true });
  client.socket.uncork();
  await client.next('pubrec');
  await client.ping();
  await reader.ping();
  assert.equal(reader.count('publish'), 1, 'delivered more than once');
  return 'delivered once';
}

async function overReconnect(arena: Arena): Promise<string> {
  const reader = await listener(arena, 'attack/again');
  const session = { clientId: 'qos2-session', clean: false };
  const first = await arena.login(session);
  const once = publishPacket('attack/again', { qos: 2, messageId: 11 });
  first.send(once);
  await first.next('pubrec');
  first.close();
  const second = await arena.login(session);
  second.send({ ...once, dup: true });
  await second.next('pubrec');
  second.send({ cmd: 'pubrel', messageId: 11 });
  await second.next('pubcomp');
  await reader.ping();
  assert.equal(reader.count('publish'), 1, 'delivered more than once');
  return 'delivered once';
}

async function neverReleased(arena: Arena): Promise<string> {
  const client = await arena.login();
  for (let id = 1; id <= halfOpen && !client.isClosed; id++) {
    client.send(publishPacket('attack/half', { qos: 2, messageId: id }));
  }
  await client.cut();
  return `cut, ${client.count('pubrec')} PUBRECs`;
}

async function wrongAnswer(arena: Arena): Promise<string> {
  const reader = await listener(arena, 'attack/wrong', 2);
  const client = await arena.login();
  client.send(publishPacket('attack/wrong', { qos: 2, messageId: 21 }));
  await client.next('pubrec');
  client.send({ cmd: 'pubrel', messageId: 21 });
  const { messageId } = await reader.next('publish');
  // PUBACK answers QoS 1; to a QoS 2 delivery it is wrong, and must not break the session.
  reader.send({ cmd: 'puback', messageId: messageId! });
  const isAlive = await reader.ping().then(
    () => true,
    () => false,
  );
  return isAlive ? 'ignored' : mustCut(reader);
}

export const qos2Cases: readonly RigCase[] = [
  { name: 'PUBREL for nothing', run: unknownRelease },
  { name: 'QoS 2 sent three times', run: repeated },
  { name: 'QoS 2 sent three times in one write', run: repeatedInOneChunk },
  { name: 'QoS 2 again after a new connection', run: overReconnect },
  { name: `${halfOpen} QoS 2 without PUBREL`, run: neverReleased },
  { name: 'PUBACK for a QoS 2 delivery', run: wrongAnswer },
];
