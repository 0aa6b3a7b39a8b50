/**
 * Runs a command against the agent as a client of its own: opens the device of the data folder, a
 * session with the agent, and closes both. One such command at a time, since they share a chain.
 */
import { type Clock, type Crypto, fromBase64url, MusterError, type Random } from '@muster/core';
import { Device } from '../client/device.ts';
import { getJson } from '../client/get-json.ts';
import { NodeSession, type ShownBundle } from '../client/node-session.ts';
import { type DataFolder, openDataFolder } from '../data-folder/data-folder.ts';
import { type FolderLock, tryLock } from '../data-folder/lock.ts';
import type { NodeInfo } from '../http/api-routes.ts';
import { agentUrl, type CommandContext } from './context.ts';

export interface CliSession {
  readonly session: NodeSession;
  readonly device: Device;
  readonly node: NodeInfo;
  /** 16 and 32 bytes. */
  readonly site: Uint8Array;
  readonly siteKey: Uint8Array;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
}

export interface SessionUse {
  /** The name to be seen under; that of the node unless given. */
  readonly name?: string | undefined;
  readonly onBundles?: (items: readonly ShownBundle[]) => void;
}

/** How long another `muster` command in the same data folder is waited for. */
const lockMsMax = 20_000;
const lockPollMs = 100;

/** For commands that write. */
export async function withSession<T>(
  context: CommandContext,
  use: SessionUse,
  run: (session: CliSession) => Promise<T>,
): Promise<T> {
  const parts = await clientParts();
  // Asked first: without an agent there is nothing to make a device for.
  const url = agentUrl(context);
  return withDevice(context, parts, async (device) => {
    const opened = await openSession({ url, use, device }, parts);
    try {
      return await run(opened);
    } finally {
      opened.session.close();
    }
  });
}

/** For commands that only read: they use the device's key and leave its chain alone. */
export async function openReader(
  context: CommandContext,
  use: SessionUse,
  parts: ClientParts,
): Promise<CliSession> {
  const url = agentUrl(context);
  const device = await withDevice(context, parts, async (opened) => opened);
  return openSession({ url, use, device }, parts);
}

async function openSession(
  how: { readonly url: string; readonly use: SessionUse; readonly device: Device },
  parts: ClientParts,
): Promise<CliSession> {
  const { url, use, device } = how;
  const node = (await getJson(url, '/api/v1/node')).json as NodeInfo;
  const { ticket } = device.state;
  const session = await NodeSession.open({
    url,
    crypto: parts.crypto,
    key: device.key,
    name: use.name ?? node.name,
    tickets: ticket.length > 0 ? [ticket] : [],
    ...(use.onBundles ? { onBundles: use.onBundles } : {}),
  });
  const [site, siteKey] = [bytesOf(node.site), bytesOf(node.siteKey)];
  return { session, device, node, site, siteKey, ...parts };
}

async function withDevice<T>(
  { folder }: CommandContext,
  parts: ClientParts,
  run: (device: Device) => Promise<T>,
): Promise<T> {
  openDataFolder(folder);
  return withLock(folder, { part: 'device', clock: parts.clock }, () =>
    run(Device.open(folder.deviceFile, parts.crypto, parts.random)),
  );
}

export interface ClientParts {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
}

export async function clientParts(): Promise<ClientParts> {
  const [{ createSodiumCrypto }, { createSystemClock }, { createSystemRandom }] = await Promise.all(
    [
      import('@muster/adapters/crypto-sodium'),
      import('@muster/adapters/clock-system'),
      import('@muster/adapters/random-system'),
    ],
  );
  return {
    crypto: createSodiumCrypto(),
    clock: createSystemClock(),
    random: createSystemRandom(),
  };
}

/** One `muster` command at a time writes a chain or a book; others wait for it. */
export async function withLock<T>(
  folder: DataFolder,
  { part, clock }: { readonly part: 'device' | 'admin'; readonly clock: Clock },
  run: () => Promise<T>,
): Promise<T> {
  const lock = await lockPart(folder, part, clock);
  try {
    return await run();
  } finally {
    await lock.release();
  }
}

async function lockPart(
  folder: DataFolder,
  part: 'device' | 'admin',
  clock: Clock,
): Promise<FolderLock> {
  const untilMs = clock.monotonicMs() + lockMsMax;
  while (clock.monotonicMs() < untilMs) {
    const lock = await tryLock(folder, part);
    if (lock) return lock;
    await new Promise<void>((resolve) => clock.after(lockPollMs, resolve));
  }
  throw new MusterError(
    'device-in-use',
    `Another muster command writes from the folder ${folder.path}`,
    'Wait for it, or end it.',
  );
}

function bytesOf(text: string): Uint8Array {
  return fromBase64url(text) ?? new Uint8Array(0);
}
