/**
 * The admin's keys for one command: found in their folder, opened with the passphrase, wiped at the
 * end. And the site book beside them. A command asks for no more than it needs: the root key is
 * opened only where the root has to sign.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Clock, type Crypto, MusterError, type Random, siteIdOf } from '@muster/core';
import {
  type Authority,
  hasVault,
  openAuthority,
  readSite,
  type Site,
  SiteBook,
} from '@muster/provisioning';
import type { CommandContext, CommonOptions } from '../context.ts';
import { readPassphrase } from '../passphrase.ts';
import { type Prompt, withPrompt } from '../prompt.ts';
import { clientParts } from '../with-session.ts';

export interface AdminOptions extends CommonOptions {
  readonly yes?: boolean;
}

export interface OpenKeys {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly prompt: Prompt;
  /** Where the keys and the book lie. */
  readonly folder: string;
  readonly site: Site;
  /** 16 bytes. */
  readonly siteId: Uint8Array;
  readonly authority: Authority;
  /** As it is on disk now; whoever changes it opens it anew. */
  readonly book: SiteBook;
}

export interface OpenOptions extends AdminOptions {
  /** `root`, or a bit of Power, that the keys must have. */
  readonly needs?: 'root' | number;
  /** Where the command has them already: standard input is opened once only. */
  readonly passphrase?: string;
  readonly prompt?: Prompt;
}

export function keysFolder(
  { folder, world }: CommandContext,
  { keys }: Pick<AdminOptions, 'keys'>,
): string {
  const told = keys ?? world.environment.MUSTER_KEYS;
  return told === undefined ? folder.path : resolve(told);
}

export async function withOpenKeys<T>(
  context: CommandContext,
  options: OpenOptions,
  run: (keys: OpenKeys) => Promise<T>,
): Promise<T> {
  const { crypto, clock, random } = await clientParts();
  const folder = keysFolder(context, options);
  const site = requireSite(folder);
  const use = async (prompt: Prompt): Promise<T> => {
    const { needs, passphrase } = options;
    const authority = await openAuthority(folder, {
      crypto,
      site,
      passphrase: async () => passphrase ?? readPassphrase(context, prompt, options),
      ...(needs === undefined ? {} : { needs }),
    });
    try {
      const book = SiteBook.open(folder);
      const siteId = siteIdOf(crypto, site.siteKey);
      return await run({ crypto, clock, random, prompt, folder, site, siteId, authority, book });
    } finally {
      authority.close();
    }
  };
  return options.prompt ? use(options.prompt) : withPrompt(context, use);
}

/** Whether an admin's keys lie there, and can be opened without asking somebody who is away. */
export function hasKeys(context: CommandContext, options: AdminOptions): boolean {
  const folder = keysFolder(context, options);
  if (!hasVault(folder)) return existsSync(join(folder, 'site.key'));
  const { world } = context;
  const file = options.passphraseFile ?? world.environment.MUSTER_PASSPHRASE_FILE;
  return file !== undefined || world.input().isTTY === true;
}

export function requireSite(folder: string): Site {
  const site = readSite(folder);
  if (site) return site;
  throw new MusterError(
    'site-missing',
    `${folder} has no site`,
    'Make one with muster site create NAME, or name the folder with --keys or --data.',
  );
}
