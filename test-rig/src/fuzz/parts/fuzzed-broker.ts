/**
 * The gateway's whole broker to be fuzzed: gate, sessions and aedes behind connections in memory.
 * Of its credentials `box` may read and write everything, `sensor` little. An honest client is
 * connected all the time; it is to notice nothing.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { type Clock, toBase64url } from '@muster/core';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import {
  type AedesPersistence,
  type BrokerHooks,
  ClientBook,
  createMqttBroker,
  type MqttBroker,
} from '@muster/gateway';
import { hashPassword } from '@muster/gateway/parsers';
import mqtt, { type Packet } from 'mqtt-packet';
import { broken } from '../target.ts';
import { serversOf } from './captured-servers.ts';
import { ErrorLog } from './error-log.ts';
import { MemorySocket, untilQuiet } from './memory-socket.ts';

export const credentials = {
  box: { read: ['#'], write: ['#'] },
  sensor: { read: ['site/+/status', 'rooms/#'], write: ['rooms/kitchen/#'] },
};
const crypto = createSodiumCrypto();
const turnMs = 2;

/** What a credential's clients say at CONNECT. */
export function passwordOf(name: string): Buffer {
  return Buffer.from(`${name}-password`);
}

export class FuzzedBroker {
  readonly clock = new FakeClock();
  readonly logger = new ErrorLog();
  readonly broker: MqttBroker;
  readonly #folder = mkdtempSync(join(tmpdir(), 'muster-fuzz-mqtt-'));
  #server: Server | undefined;
  #honest: MemorySocket | undefined;
  #connections = 0;
  readonly #clean = (): void => rmSync(this.#folder, { recursive: true, force: true });

  constructor(open?: (clock: Clock) => AedesPersistence) {
    process.once('exit', this.#clean);
    const { clock, logger } = this;
    const persistence = open?.(clock);
    const random = new SeededRandom(21);
    const path = join(this.#folder, 'mqtt-clients.json');
    writeFileSync(path, bookText());
    const clients = new ClientBook({ crypto, random, path });
    clients.load();
    const listeners = { host: '127.0.0.1', port: 0 };
    const given = { clock, random, logger, listeners, clients, hooks };
    this.broker = createMqttBroker(persistence ? { ...given, persistence } : given);
  }

  async start(): Promise<void> {
    [this.#server] = await serversOf(() => this.broker.start());
    this.#honest = this.connect();
    const username = 'box';
    this.#honest.push(
      mqtt.generate({
        ...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0 },
        ...{ clientId: 'honest', username, password: passwordOf(username) },
      }),
    );
    const subscriptions = [{ topic: 'honest/#', qos: 1 as const }];
    this.#honest.push(mqtt.generate({ cmd: 'subscribe', messageId: 1, subscriptions }));
    await this.settle(this.#honest);
    const heard = packetsIn(this.#honest.takeSent()).map(({ cmd }) => cmd);
    if (heard.join() !== 'connack,suback') broken(`the honest client heard ${heard.join()}`);
  }

  async stop(): Promise<void> {
    this.#honest?.destroy();
    const stopped = this.broker.stop();
    this.clock.advance(10_000);
    await stopped;
    process.off('exit', this.#clean);
    this.#clean();
  }

  /** Each from an address of its own, so that no cap of one address is met. */
  connect(): MemorySocket {
    this.#connections = (this.#connections + 1) % 65_536;
    const [high, low] = [this.#connections >> 8, this.#connections & 255];
    const socket = new MemorySocket(`10.2.${high}.${low}`);
    this.#server!.emit('connection', socket);
    return socket;
  }

  /** Until nothing happens on it; what waits for the disk waits for virtual time. */
  settle(socket: MemorySocket): Promise<void> {
    return untilQuiet(socket, () => this.clock.advance(turnMs));
  }

  /** The honest client is there, is answered, and gets its own. */
  async mustServe(): Promise<void> {
    const honest = this.#honest!;
    const payload = Buffer.from('mine');
    const mine = { cmd: 'publish', topic: 'honest/x', payload, retain: false, dup: false } as const;
    honest.push(mqtt.generate({ ...mine, qos: 1, messageId: 7 }));
    honest.push(mqtt.generate({ cmd: 'pingreq' }));
    await this.settle(honest);
    const heard = packetsIn(honest.takeSent());
    for (const { messageId } of heard.filter(({ cmd }) => cmd === 'publish')) {
      honest.push(mqtt.generate({ cmd: 'puback', messageId: messageId! }));
    }
    const names = new Set<string>(heard.map(({ cmd }) => cmd));
    const missing = ['puback', 'pingresp', 'publish'].find((name) => !names.has(name));
    if (missing !== undefined || honest.destroyed) broken(`the honest client misses ${missing}`);
  }
}

/** Every packet that the broker sent; throws for what no client could read. */
export function packetsIn(sent: Buffer): readonly Packet[] {
  const packets: Packet[] = [];
  const parser = mqtt.parser({ protocolVersion: 4 });
  parser.on('packet', (packet) => packets.push(packet));
  parser.on('error', (error) => broken(`the broker sent what is no packet: ${error.message}`));
  parser.parse(sent);
  return packets;
}

/** Not every message is taken: what its topic ends with says what becomes of it. */
const hooks: BrokerHooks = {
  onPublish({ topic }, done) {
    if (topic.endsWith('/no')) done({ refused: 'as asked' });
    else if (topic.endsWith('/taken')) setImmediate(done, 'taken');
    else done('forward');
  },
};

function bookText(): string {
  const clients = Object.entries(credentials).map(([name, lists]) => {
    const { salt, hash } = hashPassword(crypto, new SeededRandom(22), passwordOf(name).toString());
    return { name, ...lists, salt: toBase64url(salt), hash: toBase64url(hash) };
  });
  return JSON.stringify({ muster: 'mqtt-clients', version: 1, clients });
}
