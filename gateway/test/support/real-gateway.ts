/** A whole gateway on real parts (SQLite, libp2p, broker, HTTP) in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  type Config,
  configOf,
  createAgent,
  dataFolderAt,
  openDataFolder,
  openIdentity,
  realParts,
} from '@muster/agent';
import { askAgent } from '@muster/agent/cli';
import { createGateway } from '../../src/gateway.ts';

export interface RunningGateway {
  readonly folder: string;
  readonly port: number;
  meshAddresses(): readonly string[];
  /** What the command line asks of it. */
  ask<T>(command: string, params?: Readonly<Record<string, unknown>>): Promise<T>;
  stop(): Promise<void>;
}

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-gateway-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface GatewaySetup {
  readonly siteName?: string;
  readonly config?: Partial<Config>;
  /** Kept from an earlier start. */
  readonly folder?: string;
}

export async function startGateway(t: TestContext, setup: GatewaySetup = {}) {
  const path = setup.folder ?? temporaryFolder(t);
  const folder = dataFolderAt(path);
  openDataFolder(folder);
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const parts = await realParts({ level: 'debug', destination });
  const { crypto, random, clock } = parts;
  const { siteName = 'camp' } = setup;
  const identity = openIdentity(folder, {
    ...{ crypto, random, siteName, nodeName: 'box', makeSite: true },
  });
  const config = configOf({
    ...{ httpHost: '127.0.0.1', httpPort: 0, meshMdns: false, bleEnabled: false },
    meshListen: ['/ip4/127.0.0.1/tcp/0'],
    ...{ mqttHost: '127.0.0.1', mqttPort: 0, mqttTlsPort: 0, mqttWebSocketPort: 0 },
    siteChannels: ['general', 'news'],
    ...setup.config,
  });
  const options = { config, folder, identity, webFolder: join(path, 'no-web') };
  const agent = createAgent({ ...options, extensions: [createGateway()] }, parts);
  await agent.start();
  t.after(() => agent.stop());
  const ask = async (command: string, params = {}): Promise<unknown> =>
    askAgent(folder, { command, params }, clock);
  const gateway: RunningGateway = {
    folder: path,
    port: agent.port,
    meshAddresses: () => agent.meshAddresses,
    ask: ask as RunningGateway['ask'],
    stop: () => agent.stop(),
  };
  return gateway;
}
