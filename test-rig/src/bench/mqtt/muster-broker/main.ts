/**
 * The gateway's broker as in life: its gate, a credential with grants, its streams, and a hook that
 * forwards plain topics. Run as a process; says its port and the one credential.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '@muster/adapters/clock-system';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createPinoLogger } from '@muster/adapters/logger-pino';
import { createSystemRandom } from '@muster/adapters/random-system';
import { ClientBook, createMqttBroker } from '@muster/gateway';

const name = 'bench';
const folder = mkdtempSync(join(tmpdir(), 'muster-bench-mqtt-'));
const crypto = createSodiumCrypto();
const random = createSystemRandom();
const clients = new ClientBook({ crypto, random, path: join(folder, 'mqtt-clients.json') });
const password = clients.add(name, { read: ['bench/#'], write: ['bench/#'] });
const broker = createMqttBroker({
  clock: createSystemClock(),
  random,
  logger: createPinoLogger({ level: 'silent' }),
  listeners: { host: '127.0.0.1', port: 0 },
  clients,
  hooks: { onPublish: (_publish, done) => done('forward') },
  // All load comes from one address, and as fast as it is taken.
  limits: {
    connectionsPerAddressMax: 2_048,
    packetsPerSecond: 10_000_000,
    packetsBurst: 10_000_000,
  },
});
await broker.start();
process.once('SIGTERM', () => {
  rmSync(folder, { recursive: true, force: true });
  broker.stop().finally(() => process.exit());
});
process.stdout.write(`ready ${broker.ports().tcp} ${name} ${password}\n`);
