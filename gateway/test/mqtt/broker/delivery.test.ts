/** Messages through the real broker with the `mqtt` client: QoS, sessions, wills, retained. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MqttClient } from 'mqtt';
import { nextMessage } from '../support/next-message.ts';
import { connectPacket, RawClient } from '../support/raw-client.ts';
import { type RealBroker, realBroker } from '../support/real-broker.ts';

function closedOf(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

test('delivers at QoS 0, 1 and 2', async (context) => {
  const { connect } = await realBroker(context);
  const reader = await connect();
  const writer = await connect();
  await reader.subscribeAsync('rooms/#', { qos: 2 });
  for (const qos of [0, 1, 2] as const) {
    const message = nextMessage(reader);
    await writer.publishAsync('rooms/hall', `at ${qos}`, { qos });
    const { topic, text, packet } = await message;
    assert.deepEqual([topic, text, packet.qos], ['rooms/hall', `at ${qos}`, qos]);
  }
});

test('delivers in order, whatever the size, to many', async (context) => {
  const { connect } = await realBroker(context);
  const readers = await Promise.all(Array.from({ length: 10 }, () => connect()));
  const seen = readers.map((): number[] => []);
  const done = readers.map(async (reader, at) => {
    await reader.subscribeAsync('rooms/+', { qos: 0 });
    return new Promise<void>((resolve) => {
      reader.on('message', (_topic, payload) => {
        seen[at]!.push(payload.length);
        if (seen[at]!.length === 300) resolve();
      });
    });
  });
  const writer = await connect();
  // Less than may wait for one reader: all of it may be gathered before any is read.
  const sizes = Array.from({ length: 300 }, (_, at) => (at * 211) % 3_000);
  await new Promise(setImmediate);
  await Promise.all(readers.map((reader) => reader.subscribeAsync('sync', { qos: 0 })));
  for (const size of sizes) writer.publish('rooms/hall', Buffer.alloc(size));
  await Promise.all(done);
  for (const one of seen) assert.deepEqual(one, sizes);
});

test('a QoS 1 message that a QoS 0 one overtakes is not lost', async (context) => {
  const { connect } = await realBroker(context);
  const reader = await connect();
  await reader.subscribeAsync('rooms/#', { qos: 1 });
  const seen: string[] = [];
  const all = new Promise<void>((resolve) => {
    reader.on('message', (_topic, payload) => seen.push(String(payload)) === 40 && resolve());
  });
  const writer = await connect();
  for (let at = 0; at < 20; at++) {
    // Stored before it goes on, so the next one passes it.
    writer.publish('rooms/a', `1-${at}`, { qos: 1, retain: true });
    writer.publish('rooms/b', `0-${at}`, { qos: 0 });
  }
  await all;
  assert.equal(new Set(seen).size, 40);
});

test('a message that two filters match comes once', async (context) => {
  const { connect } = await realBroker(context);
  const reader = await connect();
  await reader.subscribeAsync(['rooms/#', 'rooms/+', 'rooms/hall'], { qos: 1 });
  const seen: string[] = [];
  reader.on('message', (_topic, payload) => seen.push(String(payload)));
  const writer = await connect();
  const last = new Promise<void>((resolve) => {
    reader.on('message', (topic) => topic === 'rooms/end' && resolve());
  });
  await writer.publishAsync('rooms/hall', 'one', { qos: 1 });
  await writer.publishAsync('rooms/hall', 'two', { qos: 0 });
  await writer.publishAsync('rooms/end', 'end', { qos: 1 });
  await last;
  assert.deepEqual(seen.slice(0, 2), ['one', 'two']);
  assert.equal(seen.filter((text) => text === 'one').length, 1);
});

test('retained messages greet a new subscriber', async (context) => {
  const { connect } = await realBroker(context);
  const writer = await connect();
  await writer.publishAsync('rooms/hall', 'warm', { qos: 1, retain: true });
  const reader = await connect();
  const message = nextMessage(reader);
  await reader.subscribeAsync('rooms/#', { qos: 0 });
  const { text, packet } = await message;
  assert.deepEqual([text, packet.retain], ['warm', true]);
});

test('a session finds what came while it was away', async (context) => {
  const { connect } = await realBroker(context);
  const own = { clientId: 'keeper', clean: false };
  const reader = await connect(own);
  await reader.subscribeAsync('rooms/#', { qos: 1 });
  await reader.endAsync();
  const writer = await connect();
  for (let at = 0; at < 300; at++) {
    await writer.publishAsync('rooms/hall', `${at} ${'x'.repeat(600)}`, { qos: 1 });
  }
  const seen: number[] = [];
  const back = await connect({ ...own, resubscribe: false });
  await new Promise<void>((resolve) => {
    back.on('message', (_topic, payload) => {
      seen.push(Number.parseInt(String(payload), 10));
      if (seen.length === 300) resolve();
    });
  });
  assert.deepEqual(seen, [...seen.keys()]);
});

test('what comes while a session is given its queue comes after it, once', async (context) => {
  const real = await realBroker(context);
  const kept = { clientId: 'keeper', clean: false };
  const reader = await real.connect(kept);
  await reader.subscribeAsync('rooms/#', { qos: 1 });
  await reader.endAsync();
  let next = 0;
  const publishNext = () => {
    const payload = String(next++);
    real.broker.publish({ topic: 'rooms/hall', payload, qos: 1, retain: false });
  };
  while (next < 300) publishNext();
  const back = await RawClient.open(context, real);
  back.send(connectPacket(real, kept));
  // While it connects, and while it reads.
  while (back.packets.length < 200) {
    publishNext();
    await new Promise(setImmediate);
  }
  const packets = await back.answered(1 + next);
  const texts = packets.slice(1).map((packet) => String((packet as { payload?: Buffer }).payload));
  assert.deepEqual(texts.map(Number), [...Array(next).keys()]);
});

test('a clean session forgets what a kept one left', async (context) => {
  const real = await realBroker(context);
  const kept = { clientId: 'keeper', clean: false };
  const reader = await real.connect(kept);
  await reader.subscribeAsync('rooms/#', { qos: 1 });
  await reader.endAsync();
  const writer = await real.connect();
  await writer.publishAsync('rooms/hall', 'missed', { qos: 1 });
  for (const [clean, sessionPresent] of [
    [true, false],
    [false, false],
  ]) {
    const again = await RawClient.admitted(context, real, { clientId: 'keeper', clean: clean! });
    assert.equal((again.packets[0] as { sessionPresent?: boolean }).sessionPresent, sessionPresent);
    again.send({ cmd: 'pingreq' });
    const packets = await again.answered(2);
    assert.equal(packets[1]?.cmd, 'pingresp');
    again.socket.destroy();
    await again.closed;
  }
});

test('a will is published when its client falls away, and not when it leaves', async (context) => {
  const { connect, broker } = await realBroker(context);
  const reader = await connect();
  await reader.subscribeAsync('rooms/#', { qos: 1 });
  const will = {
    topic: 'rooms/door',
    payload: Buffer.from('gone'),
    qos: 1,
    retain: false,
  } as const;
  const leaving = await connect({ will: { ...will, payload: Buffer.from('left') } });
  await leaving.endAsync();
  const falling = await connect({ will });
  const message = nextMessage(reader);
  falling.stream.destroy();
  assert.equal((await message).text, 'gone');
  assert.equal(broker.counters().published, 1);
});

test('the same id takes over within a credential, and not beyond it', async (context) => {
  const { connect, passwords, broker } = await realBroker(context);
  const first = await connect({ clientId: 'one' });
  const other = await connect({
    ...{ clientId: 'one', username: 'sensor', password: passwords.sensor },
  });
  const closed = closedOf(first);
  await connect({ clientId: 'one' });
  await closed;
  assert.equal(other.connected, true);
  const connected = broker.connected().map(({ name, clientId }) => `${name} ${clientId}`);
  assert.deepEqual(connected.sort(), ['box one', 'sensor one']);
});

test('the gateway itself publishes and disconnects', async (context) => {
  const { connect, broker } = await realBroker(context);
  const reader = await connect();
  await reader.subscribeAsync('rooms/#', { qos: 1 });
  const message = nextMessage(reader);
  const own = { topic: 'rooms/hall', payload: 'from here', qos: 1, retain: false } as const;
  await new Promise<void>((resolve, reject) => {
    broker.publish(own, (error) => (error ? reject(error) : resolve()));
  });
  assert.equal((await message).text, 'from here');
  const closed = closedOf(reader);
  assert.equal(broker.disconnect('box'), 1);
  await closed;
});

test('what is prepared is there before the first client', async (context) => {
  const own = { topic: 'rooms/hall', payload: 'ready', qos: 1, retain: true } as const;
  const real: RealBroker = await realBroker(context, {
    prepare: (broker) =>
      new Promise((resolve, reject) => {
        assert.throws(() => broker.ports());
        broker.publish(own, (error) => (error ? reject(error) : resolve()));
      }),
  });
  const reader = await real.connect();
  const message = nextMessage(reader);
  await reader.subscribeAsync('rooms/#', { qos: 1 });
  assert.equal((await message).text, 'ready');
  const failing = realBroker(context, { prepare: () => Promise.reject(new Error('no')) });
  await assert.rejects(failing, /no/);
});

test('stop ends with clients connected, half-connected and idle', async (context) => {
  const real = await realBroker(context);
  await real.connect();
  const raw = await RawClient.open(context, real);
  raw.send(Buffer.from([0x10]));
  const idle = await RawClient.admitted(context, real, connectPacket(real, { clientId: 'idle' }));
  await real.broker.stop();
  await Promise.all([raw.closed, idle.closed]);
  await real.broker.stop();
  assert.equal(real.broker.counters().connections, 0);
  let refused: Error | undefined;
  const own = { topic: 'a', payload: '', qos: 0, retain: false } as const;
  real.broker.publish(own, (error) => {
    refused = error;
  });
  assert.ok(refused);
});
