/**
 * Factory reset: what Muster keeps in a data folder is removed, and the node waits to be claimed
 * again, with a new key. `reset.json` is the commit point: once it is on disk the reset is done to
 * its end, at the next start if need be. A move is a reset that leaves an invite for the next site.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MusterError } from '@muster/core';
import { type FileCalls, removeDurably, wipeDurably, writeDurably } from '../durable-file.ts';
import { readRecord, writeRecord } from '../record.ts';
import { hasVault } from '../vault/vault.ts';

export interface ResetOptions {
  /** Whether `muster.jsonc` stays. */
  readonly keepConfig: boolean;
  /** Text of a claim code: the node claims itself with it afterwards. */
  readonly invite?: string;
  /** Also where keys of an admin would be lost. */
  readonly force?: boolean;
  readonly calls?: FileCalls;
}

/** Removed first and wiped: with them gone the rest gives nobody a standing. */
const secretFiles = [
  ...['node.key', 'site.key', 'site.key.spent', 'admin.vault', 'admin.vault.trial'],
  ...['site-ca.key', 'cli.key', 'relay.key', 'tls.json', 'mqtt-tls.json', 'wifi.json'],
  ...['unclaimed.json', 'provision.json', 'uplinks.json', 'passkeys.json', 'mqtt-try.json'],
];

/** Other files of Muster in a data folder; never anything else, for a folder may be shared. */
const plainFiles = [
  ...['site.json', 'site-book.json', 'site-ca.pem', 'trust-documents.json', 'node.seq'],
  ...['agent.json', 'acts-carried-out.json', 'first-admin.json', 'guest-passes.json'],
  ...['mqtt-clients.json', 'relay-sites.json', 'muster.jsonc.old', 'muster.log', 'muster.log.old'],
  ...['muster-invite.txt', 'muster-invite.used.txt', 'muster-invite.error.txt'],
];
/** The stores, and what SQLite or a repair leaves beside them. */
const storeFile = /^(store|mqtt)\.db/;

/** Resets a folder whose store is closed. */
export function factoryReset(folder: string, options: ResetOptions): void {
  markReset(folder, options);
  finishReset(folder, options.calls);
}

/** The commit point alone, while a node still runs; settleFolder does the rest. */
export function markReset(folder: string, options: ResetOptions): void {
  const { keepConfig, invite = '', force = false, calls } = options;
  if (!force && (hasVault(folder) || existsSync(join(folder, 'site.key')))) {
    throw new MusterError(
      'reset-holds-root',
      `${folder} holds the keys of an admin, which a reset would destroy`,
      'Move admin.vault (or site.key) to a safe place first, or force the reset.',
    );
  }
  const members = { keepConfig: keepConfig ? 1 : 0, invite };
  writeRecord(join(folder, resetName), 'reset', { members, calls });
}

/** Does to its end what was marked: 'move' where it leaves an invite. */
export function finishReset(folder: string, calls?: FileCalls): 'reset' | 'move' | undefined {
  const path = join(folder, resetName);
  const record = readRecord(path, 'reset');
  if (!record) return undefined;
  for (const name of secretFiles.flatMap((one) => [one, `${one}.new`])) {
    wipeDurably(join(folder, name), calls);
  }
  const keepsConfig = record.integer('keepConfig') === 1;
  const gone = new Set([...plainFiles, ...(keepsConfig ? [] : ['muster.jsonc'])]);
  for (const name of readdirSync(folder)) {
    const isOwn = gone.has(name.replace(/\.new$/, '')) || storeFile.test(name);
    if (isOwn) removeDurably(join(folder, name), calls);
  }
  const invite = record.text('invite');
  if (invite !== '') writeDurably(join(folder, 'muster-invite.txt'), `${invite}\n`, { calls });
  removeDurably(path, calls);
  return invite === '' ? 'reset' : 'move';
}

const resetName = 'reset.json';
