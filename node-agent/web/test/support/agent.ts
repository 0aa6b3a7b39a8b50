/**
 * Real nodes for tests: `muster start` as its own process, in a data folder that is removed at the
 * end. Nothing is mocked; the page is the one that was built.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../agent/src/main.ts', import.meta.url));
/** The same program, with an uplink that tests bring bundles through. */
const uplinkMain = fileURLToPath(
  new URL('../../../agent/test/support/uplink-main.ts', import.meta.url),
);
const gatewayMain = fileURLToPath(new URL('../../../../gateway/src/main.ts', import.meta.url));
const startMsMax = 30_000;

export interface RunningAgent {
  readonly port: number;
  readonly origin: string;
  readonly dataFolder: string;
  /** Ends the process as a power cut would; the data stays for `start`. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function untilReady(origin: string, child: ChildProcess, mayBeBlank: boolean): Promise<void> {
  let said = '';
  child.stderr?.on('data', (text) => {
    said = `${said}${text}`.slice(-2_000);
  });
  const endMs = performance.now() + startMsMax;
  while (performance.now() < endMs && child.exitCode === null) {
    const answer = await fetch(`${origin}/ready`).catch(() => undefined);
    if (answer?.ok || (mayBeBlank && answer?.status === 503)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the agent did not get ready (exit code ${child.exitCode}): ${said}`);
}

export interface AgentOptions {
  readonly nodes?: number;
  /** Names under which phones may open it, besides localhost. */
  readonly hostNames?: readonly string[];
  readonly channels?: readonly string[];
  readonly site?: string;
  readonly name?: string;
  /** A box without a site, which waits to be claimed. */
  readonly unclaimed?: boolean;
  /** A node of the same site as this one. */
  readonly siteOf?: RunningAgent;
  /** Bundles can be brought from other sites: see support/uplink.ts. */
  readonly uplink?: boolean;
  /** It finds others of its site on this machine, and is found by them. */
  readonly mdns?: boolean;
  /** The first node is a gateway, with a broker on ports of the system's choice. */
  readonly gateway?: boolean;
}

export async function startAgent(options: AgentOptions = {}): Promise<RunningAgent> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'muster-web-'));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  for (const file of options.siteOf ? ['site.json', 'site.key'] : []) {
    await copyFile(join(options.siteOf!.dataFolder, file), join(dataFolder, file));
  }
  const args = ['--data', dataFolder, '--port', String(port)];
  if (options.unclaimed) args.push('--unclaimed');
  else args.push('--nodes', String(options.nodes ?? 1));
  if (options.site) args.push('--site', options.site);
  if (options.name) args.push('--name', options.name);
  const env = {
    ...process.env,
    // Several nodes find each other; one is alone, whatever else runs on this machine.
    ...((options.nodes ?? 1) > 1 || options.mdns
      ? {}
      : { MUSTER_MESH_MDNS: 'false', MUSTER_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0' }),
    MUSTER_BLE_ENABLED: 'false',
    MUSTER_HTTP_HOST_NAMES: (options.hostNames ?? []).join(','),
    MUSTER_SITE_CHANNELS: (options.channels ?? ['general']).join(','),
  };
  const program = options.gateway ? gatewayMain : options.uplink ? uplinkMain : main;
  let child: ChildProcess;
  const start = async () => {
    child = spawn(process.execPath, [program, 'start', ...args], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await untilReady(origin, child, options.unclaimed === true);
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  await start();
  return {
    port,
    origin,
    dataFolder,
    kill,
    start,
    remove: async () => {
      await kill();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
