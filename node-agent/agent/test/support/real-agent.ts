/** A whole agent on real parts (SQLite, libp2p, sodium, HTTP) in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { BleHost } from '@muster/adapters/transport-ble';
import { createAgent } from '../../src/agent.ts';
import { type Config, configOf } from '../../src/config/index.ts';
import { dataFolderAt, openDataFolder } from '../../src/data-folder/data-folder.ts';
import {
  openIdentity,
  openSite,
  prepareMember,
  requireRoot,
} from '../../src/data-folder/identity.ts';
import type { AgentExtension } from '../../src/extension.ts';
import { type AgentParts, realParts } from '../../src/parts.ts';
import type { NextLife } from '../../src/unclaimed/next-life.ts';

export interface RunningAgent {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly parts: AgentParts;
  readonly identity: ReturnType<typeof openIdentity>;
  readonly folder: string;
  readonly logLines: readonly string[];
  readonly firstAdminCode: string | undefined;
  meshAddresses(): readonly string[];
  stop(): Promise<void>;
}

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-agent-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface AgentSetup {
  readonly config?: Partial<Config>;
  /** Kept from an earlier start. */
  readonly folder?: string;
  /** The folder of another agent whose site it joins. */
  readonly siteOf?: RunningAgent;
  readonly webFolder?: string;
  readonly extensions?: readonly AgentExtension[];
  readonly onNextLife?: (next: NextLife) => void;
  /** Its Bluetooth; none unless given. */
  readonly radio?: BleHost;
}

export async function startAgent(t: TestContext, setup: AgentSetup = {}): Promise<RunningAgent> {
  const path = setup.folder ?? temporaryFolder(t);
  const folder = dataFolderAt(path);
  openDataFolder(folder);
  const logLines: string[] = [];
  const destination = { write: (line: string) => void logLines.push(line) };
  const { radio } = setup;
  const parts = {
    ...(await realParts({ level: 'debug', destination })),
    ...(radio && {
      hasRadio: () => true,
      createRadio: async () => ({ host: radio, helper: undefined }),
    }),
  };
  const { crypto, random } = parts;
  const made = { crypto, random, siteName: 'Camp', nodeName: 'box', makeSite: true };
  if (setup.siteOf) {
    const home = dataFolderAt(setup.siteOf.folder);
    const root = requireRoot(home, crypto, openSite(home, made).site);
    prepareMember(folder, root, { crypto, random, nodeName: 'box-2' });
  }
  const identity = openIdentity(folder, made);
  const config = configOf({
    httpHost: '127.0.0.1',
    httpPort: 0,
    meshListen: ['/ip4/127.0.0.1/tcp/0'],
    meshMdns: false,
    bleEnabled: radio !== undefined,
    ...setup.config,
  });
  const webFolder = setup.webFolder ?? join(path, 'no-web');
  const { extensions = [], onNextLife } = setup;
  const ending = onNextLife ? { onNextLife } : {};
  const options = { config, folder, identity, webFolder, extensions, ...ending };
  const agent = createAgent(options, parts);
  await agent.start();
  t.after(() => agent.stop());
  const host = `127.0.0.1:${agent.port}`;
  return {
    url: `http://${host}`,
    host,
    port: agent.port,
    parts,
    identity,
    folder: path,
    logLines,
    get firstAdminCode() {
      return agent.firstAdminCode;
    },
    meshAddresses: () => agent.meshAddresses,
    stop: () => agent.stop(),
  };
}
