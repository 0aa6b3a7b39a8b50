/**
 * The broker as it stands in a gateway: gate, grants, TLS, WebSocket, sessions on SQLite, and a
 * hook that forwards. Run as a process with its data folder as the argument; says its ports.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSystemClock } from '@muster/adapters/clock-system';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createPinoLogger } from '@muster/adapters/logger-pino';
import { createSystemRandom } from '@muster/adapters/random-system';
import { ClientBook, createMqttBroker, createSqlitePersistence } from '@muster/gateway';

const folder = process.argv[2] ?? '.';
const clock = createSystemClock();
const random = createSystemRandom();
const logger = createPinoLogger({ level: 'silent' });
const path = join(folder, 'mqtt-clients.json');
const clients = new ClientBook({ crypto: createSodiumCrypto(), random, path });
clients.load();
const persistence = createSqlitePersistence({
  path: join(folder, 'mqtt.db'),
  clock,
  logger,
  // A session's id begins with its credential: who floods, answers with all its sessions.
  ownerOf: (sessionId) => sessionId.slice(0, sessionId.indexOf('/')),
});
const tls = {
  key: readFileSync(join(folder, 'server-key.pem'), 'utf8'),
  cert: readFileSync(join(folder, 'server.pem'), 'utf8'),
};
const broker = createMqttBroker({
  clock,
  random,
  logger,
  listeners: { host: '127.0.0.1', port: 0, tlsPort: 0, webSocketPort: 0, tls },
  clients,
  persistence,
  hooks: { onPublish: (_publish, done) => done('forward') },
  // In life 10 s each: a rig does not wait so long for what it wants to see.
  limits: { connectMsMax: 2_000, drainTimeoutMs: 3_000 },
});
await broker.start();
process.once('SIGTERM', () => {
  broker.stop().finally(() => process.exit());
});
const { tcp, tls: tlsPort, webSocket } = broker.ports();
process.stdout.write(`ready ${tcp} ${tlsPort} ${webSocket}\n`);
