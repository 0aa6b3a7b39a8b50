/** What the hook decides, and that nothing is acknowledged before it has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Packet } from 'mqtt-packet';
import type { ClientPublish, PublishVerdict } from '../../../src/mqtt/hooks.ts';
import { nextMessage } from '../support/next-message.ts';
import { RawClient } from '../support/raw-client.ts';
import { realBroker } from '../support/real-broker.ts';

interface Asked {
  readonly publish: ClientPublish;
  readonly done: (verdict: PublishVerdict) => void;
}

function askedHook() {
  const asked: Asked[] = [];
  const hooks = {
    onPublish: (publish: ClientPublish, done: Asked['done']) => {
      asked.push({ publish, done });
    },
  };
  return { asked, hooks };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise(setImmediate);
}

const publish = (messageId: number, more: object = {}): Packet => ({
  ...{ cmd: 'publish', topic: 'rooms/hall', payload: 'x', retain: false, dup: false },
  ...{ qos: 1 as const, messageId, ...more },
});

for (const [qos, answer] of [
  [1, 'puback'],
  [2, 'pubrec'],
] as const) {
  test(`QoS ${qos} is acknowledged after the verdict`, async (context) => {
    const { asked, hooks } = askedHook();
    const real = await realBroker(context, { hooks });
    const reader = await real.connect();
    await reader.subscribeAsync('rooms/#');
    const client = await RawClient.admitted(context, real);
    client.send(publish(7, { qos }));
    await until(() => asked.length === 1);
    await turns();
    assert.equal(client.packets.length, 1);
    const message = nextMessage(reader);
    asked[0]!.done('forward');
    const [, acknowledged] = await client.answered(2);
    assert.deepEqual([acknowledged?.cmd, acknowledged?.messageId], [answer, 7]);
    assert.equal((await message).text, 'x');
    const { client: who, clientId, messageId } = asked[0]!.publish;
    assert.deepEqual([who.name, clientId, messageId], ['box', 'raw', 7]);
  });
}

test('what is taken is acknowledged, and neither forwarded nor retained', async (context) => {
  const hooks = {
    onPublish: ({ topic }: ClientPublish, done: (verdict: PublishVerdict) => void) =>
      done(topic === 'rooms/end' ? 'forward' : 'taken'),
  };
  const { connect } = await realBroker(context, { hooks });
  const reader = await connect();
  await reader.subscribeAsync('rooms/#', { qos: 2 });
  const message = nextMessage(reader);
  const writer = await connect();
  for (const qos of [0, 1, 2] as const) {
    await writer.publishAsync('rooms/hall', `at ${qos}`, { qos, retain: true });
  }
  await writer.publishAsync('rooms/end', 'end', { qos: 1 });
  assert.equal((await message).text, 'end');
  const late = await connect();
  const first = nextMessage(late);
  await late.subscribeAsync('rooms/#');
  await writer.publishAsync('rooms/end', 'again', { qos: 1 });
  assert.equal((await first).text, 'again');
});

test('who is refused is disconnected, unanswered, and counted', async (context) => {
  const hooks = {
    onPublish: (_publish: ClientPublish, done: (verdict: PublishVerdict) => void) =>
      done({ refused: 'too long' }),
  };
  const real = await realBroker(context, { hooks });
  const client = await RawClient.admitted(context, real);
  client.send(publish(1));
  await client.closed;
  assert.equal(client.packets.length, 1);
  assert.equal(real.broker.counters().cuts.get('refused'), 1);
});

test('a QoS 2 repeat is answered again and not asked again', async (context) => {
  const { asked, hooks } = askedHook();
  const real = await realBroker(context, { hooks });
  const client = await RawClient.admitted(context, real, { clean: false });
  client.send(publish(9, { qos: 2 }));
  await until(() => asked.length === 1);
  asked[0]!.done('taken');
  await client.answered(2);
  client.socket.destroy();
  const again = await RawClient.admitted(context, real, { clean: false });
  again.send(publish(9, { qos: 2, dup: true }));
  await again.answered(2);
  again.send({ cmd: 'pubrel', messageId: 9 });
  const packets = await again.answered(3);
  assert.deepEqual(
    packets.map(({ cmd }) => cmd),
    ['connack', 'pubrec', 'pubcomp'],
  );
  assert.equal(asked.length, 1);
});

test('a client with too much unanswered is not read', async (context) => {
  const { asked, hooks } = askedHook();
  const real = await realBroker(context, { hooks, limits: { unansweredMax: 8 } });
  const client = await RawClient.admitted(context, real);
  for (let id = 1; id <= 40; id++) client.send(publish(id));
  await until(() => asked.length === 8);
  await turns();
  assert.equal(asked.length, 8);
  for (let at = 0; at < 40; at++) {
    await until(() => asked.length > at);
    asked[at]!.done('taken');
  }
  const packets = await client.answered(41);
  assert.deepEqual(
    packets.slice(1).map(({ messageId }) => messageId),
    Array.from({ length: 40 }, (_, at) => at + 1),
  );
});

test('an answer for a client that has gone does no harm', async (context) => {
  const { asked, hooks } = askedHook();
  const real = await realBroker(context, { hooks });
  const reader = await real.connect();
  await reader.subscribeAsync('rooms/#');
  const client = await RawClient.admitted(context, real);
  client.send(publish(1));
  await until(() => asked.length === 1);
  client.socket.destroy();
  await until(() => real.broker.counters().clients === 1);
  const message = nextMessage(reader);
  asked[0]!.done('forward');
  assert.equal((await message).text, 'x');
});

test('a publish that is followed by a goodbye is still delivered', async (context) => {
  const { asked, hooks } = askedHook();
  const real = await realBroker(context, { hooks });
  const reader = await real.connect();
  await reader.subscribeAsync('rooms/#');
  const client = await RawClient.admitted(context, real);
  client.send(publish(0, { qos: 0 }));
  client.send({ cmd: 'disconnect' });
  await client.closed;
  const message = nextMessage(reader);
  asked[0]!.done('forward');
  assert.equal((await message).text, 'x');
});
