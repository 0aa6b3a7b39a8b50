/**
 * A whole agent to be fuzzed: real HTTP, sessions, admin side and node, over a store in memory and
 * a clock that stands unless it is moved. Its listening sockets are there and never used: what
 * connects does so in memory. An error in its log is a fault: strangers must not get that far.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import {
  type AgentParts,
  configOf,
  createAgent,
  dataFolderAt,
  openDataFolder,
  openIdentity,
} from '@muster/agent';
import { KeptLines, PasskeyBook } from '@muster/agent/parsers';
import { type KeyPair, siteIdOf } from '@muster/core';
import { FakeClock, MemoryStore, SeededRandom } from '@muster/core/testing';
import { readSiteRoot } from '@muster/provisioning';
import { serversOf } from './captured-servers.ts';
import { ErrorLog } from './error-log.ts';
import { MemorySocket } from './memory-socket.ts';

export const crypto = createSodiumCrypto();
/** The first draw from it is the site's root key. */
export const agentSeed = 12;
const stepMs = 5;

export interface FuzzedAgent {
  readonly clock: FakeClock;
  readonly store: MemoryStore;
  readonly folder: string;
  readonly root: KeyPair;
  readonly site: Uint8Array;
  readonly nodeKey: Uint8Array;
  /** A new connection. */
  connect(to: 'http' | 'control', remoteAddress?: string): MemorySocket;
  /** Throws what was logged as an error since the last call. */
  mustBeCalm(): void;
  stop(): Promise<void>;
}

export async function startFuzzedAgent(): Promise<FuzzedAgent> {
  const clock = new FakeClock();
  const store = new MemoryStore({ clock });
  const random = new SeededRandom(agentSeed);
  const logger = new ErrorLog();
  const home = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = dataFolderAt(mkdtempSync(join(home, 'muster-fuzz-agent-')));
  const clean = (): void => rmSync(folder.path, { recursive: true, force: true });
  process.once('exit', clean);
  openDataFolder(folder);
  const made = { crypto, random, siteName: 'Camp', nodeName: 'box', makeSite: true };
  const identity = openIdentity(folder, made);
  const kept = new KeptLines({
    path: join(folder.path, 'passkeys.json'),
    kind: 'passkeys',
    logger,
  });
  new PasskeyBook(kept).put(passkey);
  const given = { httpHost: '127.0.0.1', httpPort: 0, httpTlsPort: 0 };
  const alone = { meshMdns: false, bleEnabled: false };
  const config = configOf({ ...given, ...alone, httpHostNames: ['box.example', 'localhost'] });
  const parts: AgentParts = {
    ...{ crypto, clock, random, logger, ...nobodyAround },
    openStore: async () => ({ store }),
  };
  const webFolder = join(folder.path, 'no-web');
  const agent = createAgent({ config, folder, identity, webFolder, extensions: [] }, parts);
  const servers = await serversOf(() => movingOn(clock, agent.start()));
  return {
    ...{ clock, store, folder: folder.path, nodeKey: identity.node.key.publicKey },
    root: readSiteRoot(crypto, folder.path, identity.site)!,
    site: siteIdOf(crypto, identity.site.siteKey),
    connect: (to, remoteAddress = '10.0.0.9') => connectTo(servers, to, remoteAddress),
    mustBeCalm: () => logger.mustBeCalm(),
    async stop() {
      await movingOn(clock, agent.stop());
      process.off('exit', clean);
      clean();
    },
  };
}

/** Known here, so that an answer in its name is looked at to its end. */
const passkey = {
  ...{ id: 'AQ', publicKey: 'pQECAyYgASFYIAE', counter: 1, transports: [], rpId: 'localhost' },
  ...{ ticket: 'Aw', adminKey: 'BA', name: 'phone' },
};

/** Neither links nor neighbours. */
const nobodyAround: Omit<AgentParts, 'crypto' | 'clock' | 'random' | 'logger' | 'openStore'> = {
  createTransport: async () => ({
    start: async () => {},
    stop: async () => {},
    addresses: () => [],
    addSighting() {},
  }),
  hasRadio: () => false,
  createRadio: () => Promise.reject(new Error('no radio here')),
  createDiscovery: async () => ({ start: async () => {}, stop: async () => {} }),
  createClaimDiscovery: async () => ({
    start: async () => {},
    stop: async () => {},
    unclaimedNodes: () => [],
    desks: () => [],
  }),
};

function connectTo(
  servers: readonly Server[],
  to: 'http' | 'control',
  remoteAddress: string,
): MemorySocket {
  const isHttp = to === 'http';
  const server = servers.find((one) => one instanceof HttpServer === isHttp);
  const socket = new MemorySocket(remoteAddress);
  server!.emit('connection', socket);
  return socket;
}

/** What waits for the disk waits for virtual time. */
async function movingOn(clock: FakeClock, work: Promise<void>): Promise<void> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    clock.advance(stepMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await done;
}
