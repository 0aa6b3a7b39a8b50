/** A real broker and real clients over the persistence: sessions over a restart of both. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { StoreFolder } from './support/store-folder.ts';

async function startBroker(folder: StoreFolder) {
  const persistence = folder.make();
  const aedes = await Aedes.createBroker({ persistence } as never);
  const server = createServer((socket) => void aedes.handle(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connect = (clientId: string, options: mqtt.IClientOptions = {}) =>
    mqtt.connectAsync({ host: '127.0.0.1', port, clientId, reconnectPeriod: 0, ...options });
  const stop = async () => {
    if (!server.listening) return;
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await new Promise((resolve) => server.close(resolve));
    await persistence.destroy();
  };
  return { connect, port, stop, persistence };
}

/** Connects to a session; what arrives, perhaps with the connection itself. */
async function receive(port: number, count: number): Promise<string[]> {
  const got: string[] = [];
  const client = mqtt.connect({ host: '127.0.0.1', port, clientId: 'away', clean: false });
  await new Promise<void>((resolve) => {
    client.on('message', (topic, payload) => {
      got.push(`${topic}=${payload.toString()}`);
      if (got.length === count) resolve();
    });
  });
  await client.endAsync();
  return got;
}

test('a session and a retained message over a restart of the broker', async () => {
  const folder = new StoreFolder();
  const stops: (() => Promise<void>)[] = [];
  const start = async () => {
    const broker = await startBroker(folder);
    stops.push(broker.stop);
    return broker;
  };
  try {
    const first = await start();
    const away = await first.connect('away', { clean: false });
    await away.subscribeAsync('a/#', { qos: 2 });
    await away.endAsync();
    const publisher = await first.connect('publisher');
    for (let i = 0; i < 20; i++) {
      await publisher.publishAsync(`a/${i}`, `${i}`, { qos: i % 2 === 0 ? 1 : 2 });
    }
    await publisher.publishAsync('kept', 'k', { qos: 1, retain: true });
    await publisher.endAsync();
    await first.stop();

    folder.restart();
    const second = await start();
    const got = await receive(second.port, 20);
    // A client tells of QoS 2 messages only at PUBREL, hence each QoS in its own order.
    for (const parity of [0, 1]) {
      const numbers = got.map((text) => Number(text.split('=')[1]));
      const expected = Array.from({ length: 10 }, (_, i) => 2 * i + parity);
      assert.deepEqual(
        numbers.filter((no) => no % 2 === parity),
        expected,
      );
    }
    const reader = await second.connect('reader');
    const retained = new Promise<string>((resolve) => {
      reader.on('message', (_topic, payload) => resolve(payload.toString()));
    });
    await reader.subscribeAsync('kept');
    assert.equal(await retained, 'k');
    await reader.endAsync();
    await second.stop();

    folder.restart();
    const third = await start();
    assert.equal(third.persistence.status().queuedBytes, 0);
  } finally {
    for (const stop of stops) await stop();
    await folder.remove();
  }
});
