/** Readers that do not read, and clients that fall silent: cut, and nobody else notices. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@muster/core/testing';
import { RawClient } from '../support/raw-client.ts';
import { realBroker } from '../support/real-broker.ts';

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1));
}

for (const qos of [0, 1] as const) {
  test(`a frozen reader at QoS ${qos} is cut at its bound; others get all`, async (context) => {
    const real = await realBroker(context);
    const frozen = await RawClient.admitted(context, real, { clientId: 'frozen' });
    frozen.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'rooms/#', qos }] });
    await frozen.answered(2);
    frozen.socket.pause();
    const reader = await real.connect();
    await reader.subscribeAsync('rooms/#', { qos });
    let received = 0;
    reader.on('message', () => {
      received += 1;
    });
    const writer = await real.connect();
    const payload = Buffer.alloc(60_000);
    let sent = 0;
    while (!real.broker.counters().cuts.get('too-slow')) {
      await writer.publishAsync('rooms/hall', payload, { qos: 1 });
      sent += 1;
    }
    await until(() => received === sent);
    assert.ok(real.broker.connected().every(({ clientId }) => clientId !== 'frozen'));
  });
}

test('a reader that takes nothing is cut after its time, with little waiting', async (context) => {
  const clock = new FakeClock();
  const real = await realBroker(context, { clock });
  const frozen = await RawClient.admitted(context, real, { clientId: 'frozen' });
  frozen.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'rooms/#', qos: 0 }] });
  await frozen.answered(2);
  frozen.socket.pause();
  const waiting = () => {
    return real.broker.connected().find(({ clientId }) => clientId === 'frozen')?.waitingBytes ?? 0;
  };
  const writer = await real.connect();
  // The kernel's buffers first; then what waits stays.
  for (let still = 0; still < 5; still = waiting() > 100_000 ? still + 1 : 0) {
    await writer.publishAsync('rooms/hall', Buffer.alloc(30_000), { qos: 1 });
  }
  for (let second = 0; second < 9; second++) clock.advance(1_000);
  assert.equal(real.broker.counters().cuts.get('too-slow'), undefined);
  for (let second = 0; second < 3; second++) clock.advance(1_000);
  assert.equal(real.broker.counters().cuts.get('too-slow'), 1);
});

test('a client that falls silent is cut at one and a half keep-alives', async (context) => {
  const clock = new FakeClock();
  const real = await realBroker(context, { clock });
  const silent = await RawClient.admitted(context, real, { keepalive: 10 });
  const talking = await RawClient.admitted(context, real, { keepalive: 10, clientId: 'talking' });
  for (let second = 0; second < 17; second++) {
    clock.advance(1_000);
    if (second % 5 === 0) {
      talking.send({ cmd: 'pingreq' });
      await talking.answered(talking.packets.length + 1);
    }
  }
  await silent.closed;
  assert.equal(real.broker.counters().cuts.get('keepalive'), 1);
  assert.equal(real.broker.connected().length, 1);
});

test('no keep-alive, or one too long, is the longest one', async (context) => {
  const clock = new FakeClock();
  const real = await realBroker(context, { clock, limits: { keepaliveSMax: 20 } });
  const none = await RawClient.admitted(context, real, { keepalive: 0 });
  const long = await RawClient.admitted(context, real, { keepalive: 65_535, clientId: 'long' });
  for (let second = 0; second < 32; second++) clock.advance(1_000);
  await Promise.all([none.closed, long.closed]);
});

test('a client that does not take its goodbye is let go', async (context) => {
  const clock = new FakeClock();
  const real = await realBroker(context, { clock });
  const raw = await RawClient.admitted(context, real);
  raw.socket.pause();
  const stopped = real.broker.stop();
  for (let turn = 0; turn < 20; turn++) {
    await new Promise(setImmediate);
    clock.advance(100);
  }
  await stopped;
  assert.equal(real.broker.counters().connections, 0);
});
