/** Grants at work: what is subscribed, published and delivered, and how a no is said. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ISubackPacket } from 'mqtt-packet';
import { nextMessage } from '../support/next-message.ts';
import { RawClient } from '../support/raw-client.ts';
import { type RealBroker, realBroker } from '../support/real-broker.ts';

function sensorOf({ passwords }: RealBroker) {
  return { username: 'sensor', password: Buffer.from(passwords.sensor) };
}

async function granted(client: RawClient, filters: readonly string[]): Promise<unknown> {
  const subscriptions = filters.map((topic) => ({ topic, qos: 1 as const }));
  client.send({ cmd: 'subscribe', messageId: client.packets.length, subscriptions });
  const packets = await client.answered(client.packets.length + 1);
  return (packets.at(-1) as ISubackPacket).granted;
}

test('grants only what lies inside a grant', async (context) => {
  const real = await realBroker(context);
  const sensor = await RawClient.admitted(context, real, sensorOf(real));
  const no = 0x80;
  assert.deepEqual(await granted(sensor, ['#', '$SYS/#', '+/+', '+/status', '/']), [
    ...[no, no, no, no, no],
  ]);
  const inside = ['rooms/#', 'rooms/+/x', 'rooms', 'site/+/status', 'site/a/status'];
  assert.deepEqual(await granted(sensor, inside), [1, 1, 1, 1, 1]);
  assert.deepEqual(await granted(sensor, ['rooms/b', '#', 'site/#']), [1, no, no]);
  assert.deepEqual(await granted(sensor, ['__proto__', 'constructor', 'toString/#']), [no, no, no]);
  const box = await RawClient.admitted(context, real);
  assert.deepEqual(await granted(box, ['#', '$SYS/#', '$SYS/+/new/clients']), [1, no, no]);
  assert.deepEqual(await granted(box, ['__proto__', 'constructor/#', 'hasOwnProperty']), [1, 1, 1]);
});

test('topics named like members of objects are topics', async (context) => {
  const { connect } = await realBroker(context);
  const reader = await connect({ clientId: '__proto__' });
  const writer = await connect({ clientId: 'constructor', clean: false });
  for (const topic of ['__proto__', 'constructor', 'toString/valueOf']) {
    await reader.subscribeAsync(topic, { qos: 1 });
    const message = nextMessage(reader);
    await writer.publishAsync(topic, 'x', { qos: 2, retain: true });
    assert.equal((await message).topic, topic);
  }
});

test('a publish beyond the grants ends the connection', async (context) => {
  const real = await realBroker(context);
  const reader = await real.connect();
  await reader.subscribeAsync('rooms/#');
  const sensor = await RawClient.admitted(context, real, sensorOf(real));
  const publish = { cmd: 'publish', payload: 'x', retain: true, dup: false } as const;
  sensor.send({ ...publish, topic: 'rooms/kitchen/oven', qos: 1, messageId: 1 });
  const message = nextMessage(reader);
  assert.equal((await sensor.answered(2))[1]?.cmd, 'puback');
  assert.equal((await message).topic, 'rooms/kitchen/oven');
  sensor.send({ ...publish, topic: 'rooms/hall', qos: 1, messageId: 2 });
  await sensor.closed;
  assert.equal(sensor.packets.length, 2);
  assert.equal(real.broker.counters().cuts.get('not-granted'), 1);
});

test('filters are capped per client, and given back', async (context) => {
  const real = await realBroker(context, { limits: { subscriptionsPerClientMax: 3 } });
  const client = await RawClient.admitted(context, real);
  assert.deepEqual(await granted(client, ['a', 'b', 'c', 'd']), [1, 1, 1, 0x80]);
  assert.deepEqual(await granted(client, ['a']), [1]);
  client.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['a'] });
  await client.answered(client.packets.length + 1);
  assert.deepEqual(await granted(client, ['d']), [1]);
});

test('a refused filter of a kept session stays refused after a restart of it', async (context) => {
  const real = await realBroker(context);
  const own = { ...sensorOf(real), clean: false };
  const sensor = await RawClient.admitted(context, real, own);
  await granted(sensor, ['rooms/a', 'site/#']);
  sensor.socket.destroy();
  const writer = await real.connect();
  await writer.publishAsync('site/secret', 'x', { qos: 1 });
  await writer.publishAsync('rooms/a', 'x', { qos: 1 });
  const again = await RawClient.admitted(context, real, own);
  const [, message] = await again.answered(2);
  assert.deepEqual([message?.cmd, (message as { topic?: string }).topic], ['publish', 'rooms/a']);
});

test('a revoked credential is cut at once and its will is not published', async (context) => {
  const real = await realBroker(context);
  const reader = await real.connect();
  await reader.subscribeAsync('rooms/#', { qos: 1 });
  const payload = Buffer.from('gone');
  const will = { topic: 'rooms/kitchen/x', payload, qos: 1, retain: false } as const;
  const sensor = await RawClient.admitted(context, real, { ...sensorOf(real), will });
  const message = nextMessage(reader);
  real.book.revoke('sensor');
  await sensor.closed;
  const writer = await real.connect();
  await writer.publishAsync('rooms/hall', 'next', { qos: 1 });
  assert.equal((await message).text, 'next');
  await assert.rejects(real.connect({ username: 'sensor', password: real.passwords.sensor }));
});
