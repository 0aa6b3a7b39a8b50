/** What `muster doctor` looks at, one check each. None changes anything that a start would not. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  folderState,
  hasVault,
  readNode,
  readSite,
  readSiteRoot,
  readWifi,
} from '@muster/provisioning';
import { getJson } from '../client/get-json.ts';
import { loadConfig } from '../config/index.ts';
import { requireSockets } from '../control/listen-at.ts';
import { freeBytes, openDataFolder } from '../data-folder/data-folder.ts';
import { readRunRecord } from '../data-folder/run-file.ts';
import type { StatusInfo } from '../http/api-routes.ts';
import { listOwnAddresses } from '../http/own-addresses.ts';
import { bytesText, countText } from './amount.ts';
import { bluetoothChecks } from './bluetooth-checks.ts';
import { agentUrl, type CommandContext } from './context.ts';
import { isPortFree, portHolder } from './ports.ts';
import { inert } from './terminal.ts';
import { checkHttps, checkTrust } from './trust-checks.ts';
import { clientParts } from './with-session.ts';

export interface Finding {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly text: string;
  readonly mend?: string;
}

export type Check = (context: CommandContext) => Promise<Finding>;

const nodeMajorMin = 24;
/** Below it a node starts to evict before its time. */
const freeBytesGood = 500_000_000;
const freeBytesMin = 2_000_000;

const ok = (text: string): Finding => ({ state: 'ok', text });
const warn = (text: string, mend: string): Finding => ({ state: 'warn', text, mend });
const fail = (text: string, mend: string): Finding => ({ state: 'fail', text, mend });

export const checks: Readonly<Record<string, Check>> = {
  'Node.js': async () => {
    const { node } = process.versions;
    const right = Number.parseInt(node, 10) >= nodeMajorMin;
    return right ? ok(node) : fail(`${node} is too old`, 'Start Muster with npm start.');
  },

  'data folder': async ({ folder }) => {
    openDataFolder(folder);
    await requireSockets(folder.path);
    return ok(`${folder.path} can be written`);
  },

  disk: async ({ folder }) => {
    const free = freeBytes(folder);
    if (free === undefined) return warn('free space is unknown', 'Look with: df');
    const text = `${bytesText(free)} free`;
    if (free < freeBytesMin) return fail(text, 'Make room, or choose another folder with --data.');
    return free < freeBytesGood
      ? warn(text, 'Make room, or lower store.contentBytesMax.')
      : ok(text);
  },

  config: async ({ folder, world }) => {
    const { environment } = world;
    const loaded = loadConfig({ file: folder.configFile, environment });
    return ok(loaded.fileFound ? folder.configFile : 'no file: everything is as by default');
  },

  keys: checkKeys,
  trust: checkTrust,
  https: checkHttps,
  store: checkStore,

  clock: async () => {
    const { clock } = await clientParts();
    const { unixMs, quality } = clock.wall();
    const text = new Date(unixMs).toISOString().slice(0, 16).replace('T', ' ');
    if (quality > 0) return ok(`${text} UTC${quality === 2 ? ', synced' : ''}`);
    return warn(`${text} UTC cannot be right`, 'Messages still flow; set it for right dates.');
  },

  agent: async (context) => {
    const running = readRunRecord(context.folder.runFile);
    if (!running) return warn('not running', 'Start it with: muster start');
    const answer = await getJson(running.url, '/ready');
    const { reason = '' } = answer.json as { reason?: string };
    if (reason === 'unclaimed') return ok(`waits to be claimed at ${running.url}`);
    return answer.status === 200 ? ok(`ready at ${running.url}`) : fail(reason, 'See its log.');
  },

  port: checkPort,
  network: checkNetwork,

  'Wi-Fi': async ({ folder }) => {
    const wifi = readWifi(folder.path);
    if (!wifi) return ok('as this machine has it');
    const what = wifi.mode === 'join' ? 'is to join' : 'is to make';
    const mend =
      'Muster changes no Wi-Fi yet: set it up by hand, such as with nmcli or raspi-config.';
    return warn(`its admin wrote that it ${what} ${inert(wifi.ssid)}`, mend);
  },

  ...bluetoothChecks,

  neighbours: async (context) => {
    if (!readRunRecord(context.folder.runFile)) return ok('asked once the agent runs');
    if (folderState(context.folder.path) !== 'member') return ok('none before it is claimed');
    const status = (await getJson(agentUrl(context), '/api/v1/status')).json as StatusInfo;
    const live = status.neighbours.filter(({ state }) => state === 'live').length;
    if (live > 0) return ok(countText(live, 'neighbour'));
    return warn('none yet', 'Fine for a single box; else check that both are of one site.');
  },
};

async function checkKeys({ folder }: CommandContext): Promise<Finding> {
  const { crypto } = await clientParts();
  const site = readSite(folder.path);
  if (!site) return warn('no site yet', 'muster start makes one, or an admin claims this box.');
  const node = readNode(crypto, folder.path, site);
  const root = readSiteRoot(crypto, folder.path, site);
  if (!node && !root)
    return fail('no node key, and no site key to make one', 'Copy site.key here.');
  const open = ['site.key', 'node.key', 'cli.key'].filter((name) =>
    isOpen(join(folder.path, name)),
  );
  if (open.length > 0) {
    return warn(`${open.join(', ')} can be read by others`, 'Close it with: chmod 600');
  }
  const role = root
    ? 'can certify nodes'
    : hasVault(folder.path)
      ? 'certifies with the passphrase of the vault'
      : 'certifies no others';
  return ok(`site ${site.name}, node ${node?.name ?? 'not made yet'}; ${role}`);
}

function isOpen(path: string): boolean {
  return existsSync(path) && (statSync(path).mode & 0o077) !== 0;
}

/** A running agent has checked its store at the start; else it is opened as a start would. */
async function checkStore(context: CommandContext): Promise<Finding> {
  const { folder } = context;
  const aside = readdirSync(folder.path).filter((name) => /^store\.db\.damaged-\d+$/.test(name));
  if (aside.length > 0) {
    const text = `it was damaged before and put aside: ${aside.join(', ')}`;
    return warn(text, 'A worn card? Replace it; then these files can be removed.');
  }
  if (!existsSync(folder.storeFile)) return ok('made at the first start');
  if (readRunRecord(folder.runFile)) return ok('in use, checked at the start');
  const { openSqliteStore } = await import('@muster/adapters/store-sqlite');
  const { createPinoLogger } = await import('@muster/adapters/logger-pino');
  const logger = createPinoLogger({ level: 'silent' });
  const { store, quarantined } = openSqliteStore({ path: folder.storeFile, logger });
  await store.close();
  if (quarantined === undefined) return ok('whole');
  const text = `it was damaged; put aside as ${quarantined}`;
  return warn(text, 'The node starts empty and fetches what its neighbours hold.');
}

async function checkPort({ folder, world }: CommandContext): Promise<Finding> {
  const { environment } = world;
  const { config } = loadConfig({ file: folder.configFile, environment });
  const { httpHost: host, httpPort: port } = config;
  if (readRunRecord(folder.runFile)) return ok('in use by the agent');
  if (port === 0 || (await isPortFree(host, port))) return ok(`${port} is free`);
  const holder = portHolder(port) ?? 'another program';
  return warn(`${port} is taken by ${holder}`, 'muster start takes the next free one.');
}

/** IFF_MULTICAST of netdevice(7). */
const multicastFlag = 0x1000;

async function checkNetwork(): Promise<Finding> {
  const own = listOwnAddresses().filter(({ internal, family }) => !internal && family === 'IPv4');
  if (own.length === 0) {
    return warn(
      'no network but this machine',
      'Connect a cable or Wi-Fi, or start an access point.',
    );
  }
  const text = own.map(({ interface: name, address }) => `${name} ${address}`).join(', ');
  const deaf = own.filter(({ interface: name }) => !hasMulticast(name));
  if (deaf.length === 0) return ok(text);
  const names = deaf.map(({ interface: name }) => name).join(', ');
  return warn(`${text}; no multicast on ${names}`, 'Name neighbours there in mesh.bootstrap.');
}

function hasMulticast(name: string): boolean {
  try {
    const flags = Number(readFileSync(`/sys/class/net/${name}/flags`, 'utf8'));
    return (flags & multicastFlag) !== 0;
  } catch {
    return true;
  }
}
