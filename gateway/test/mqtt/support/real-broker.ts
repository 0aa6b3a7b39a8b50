/** A broker on a free loopback port with its own book of clients in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createSystemClock } from '@muster/adapters/clock-system';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import type { Clock } from '@muster/core';
import { createMemoryLogger, type MemoryLogger } from '@muster/core/testing';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import {
  type AedesPersistence,
  type BrokerHooks,
  ClientBook,
  createMqttBroker,
  type ListenerOptions,
  type MqttBroker,
  type MqttLimits,
} from '../../../src/mqtt/index.ts';

export interface RealBroker {
  readonly broker: MqttBroker;
  readonly book: ClientBook;
  readonly logger: MemoryLogger;
  /** Passwords of the ready-made credentials: `box` reads and writes all, `sensor` little. */
  readonly passwords: { readonly box: string; readonly sensor: string };
  connect(options?: IClientOptions): Promise<MqttClient>;
}

export interface RealBrokerOptions {
  readonly clock?: Clock;
  readonly hooks?: BrokerHooks;
  readonly limits?: Partial<MqttLimits>;
  readonly listeners?: Partial<ListenerOptions>;
  readonly persistence?: AedesPersistence;
  readonly prepare?: (broker: MqttBroker) => Promise<void>;
}

export const forwardAll: BrokerHooks = { onPublish: (_publish, done) => done('forward') };

export async function realBroker(
  context: TestContext,
  options: RealBrokerOptions = {},
): Promise<RealBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-mqtt-'));
  const random = createSystemRandom();
  const path = join(folder, 'mqtt-clients.json');
  const book = new ClientBook({ crypto: createSodiumCrypto(), random, path });
  const box = book.add('box', { read: ['#'], write: ['#'] });
  const lists = { read: ['site/+/status', 'rooms/#'], write: ['rooms/kitchen/#'] };
  const sensor = book.add('sensor', lists);
  const logger = createMemoryLogger();
  const { clock = createSystemClock(), hooks = forwardAll, limits = {}, persistence } = options;
  const listeners = { host: '127.0.0.1', port: 0, ...options.listeners };
  const prepare = async () => options.prepare?.(broker);
  const parts = { clock, random, logger, listeners, clients: book, hooks, limits, prepare };
  const broker = createMqttBroker(persistence ? { ...parts, persistence } : parts);
  const clients: MqttClient[] = [];
  context.after(async () => {
    for (const client of clients) client.end(true);
    await broker.stop();
    rmSync(folder, { recursive: true });
  });
  await broker.start();
  const connect = async (more: IClientOptions = {}) => {
    const own = { username: 'box', password: box, reconnectPeriod: 0 };
    const client = await connectAsync(`mqtt://127.0.0.1:${broker.ports().tcp}`, {
      ...own,
      ...more,
    });
    client.on('error', () => {});
    clients.push(client);
    return client;
  };
  return { broker, book, logger, passwords: { box, sensor }, connect };
}
