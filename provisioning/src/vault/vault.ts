/**
 * The vault in a folder: `admin.vault`, the only place where keys of an admin are kept. What is
 * written is read back and opened before it counts. A checksum over what is not secret tells a
 * damaged file from a wrong passphrase. Never says in an error what is inside.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Crypto,
  concat,
  domain,
  encodeCbor,
  equalBytes,
  MusterError,
  type PasswordCost,
  type Random,
} from '@muster/core';
import { type FileCalls, renameDurably } from '../durable-file.ts';
import { vaultLimits } from '../limits.ts';
import { damaged, readRecord, writeRecord } from '../record.ts';
import { requirePassphrase } from './passphrase.ts';
import { sealVault, unsealVault, type VaultBox, type VaultContent, wipe } from './vault-box.ts';

export interface VaultOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly passphrase: string;
  /** What a guess costs; that of vaultLimits unless given. */
  readonly cost?: PasswordCost | undefined;
  readonly calls?: FileCalls | undefined;
}

const kind = 'vault';
const damagedMend =
  'Put back a backup of it. Without one, the recovery sheet makes a new one: muster site recover.';

export function hasVault(folder: string): boolean {
  return existsSync(vaultPath(folder));
}

/** Returns once the vault is on disk and was opened again from there. */
export function createVault(
  folder: string,
  { content, ...options }: VaultOptions & { readonly content: VaultContent },
): void {
  if (hasVault(folder)) {
    const mend = 'Choose another folder with --data, or move that file to a safe place first.';
    throw new MusterError('vault-exists', `${vaultPath(folder)} exists already`, mend);
  }
  replaceVault(folder, content, options);
}

/** The keys, in memory; whoever calls wipes them after use (wipeVault). */
export function openVault(
  folder: string,
  { crypto, passphrase }: Pick<VaultOptions, 'crypto' | 'passphrase'>,
): VaultContent {
  const path = vaultPath(folder);
  const sealed = readVaultBox(crypto, path);
  const opened = unsealVault(crypto, sealed, passphrase);
  if (opened.ok) return opened.value;
  if (opened.reason === 'passphrase-wrong') {
    throw new MusterError(
      'passphrase-wrong',
      `This passphrase does not open ${path}`,
      'Try again: capital letters and the keyboard layout count. An altered file causes the ' +
        'same; then a backup, or the recovery sheet (muster site recover), helps.',
    );
  }
  if (opened.reason === 'too-costly') {
    throw new MusterError(
      'vault-costly',
      `${path} asks for more memory or time than any vault of Muster`,
      damagedMend,
    );
  }
  throw damaged(path, damagedMend);
}

export function changePassphrase(
  folder: string,
  { from, to, ...options }: Omit<VaultOptions, 'passphrase'> & { from: string; to: string },
): void {
  const content = openVault(folder, { crypto: options.crypto, passphrase: from });
  replaceVault(folder, content, { ...options, passphrase: to });
  wipeVault(content);
}

/** Puts a new content into the vault of a folder: the old one or the new one is there, whole. */
export function replaceVault(folder: string, content: VaultContent, options: VaultOptions): void {
  const { crypto, random, passphrase, calls } = options;
  requirePassphrase(passphrase);
  const { opsLimit, memBytes } = options.cost ?? vaultLimits;
  const cost = { opsLimit, memBytes };
  const how = { cost, salt: random.bytes(16), nonce: random.bytes(24), passphrase };
  const sealed = sealVault(crypto, content, how);
  const { salt, nonce, box } = sealed;
  const check = checkOf(crypto, sealed);
  const path = vaultPath(folder);
  // Beside it first: an old vault must not give way to one that does not open.
  const trial = `${path}.trial`;
  writeRecord(trial, kind, { members: { ...cost, salt, nonce, box, check }, calls });
  const again = unsealVault(crypto, readVaultBox(crypto, trial), passphrase);
  if (!again.ok || !isSame(again.value, content)) {
    throw new MusterError(
      'vault-unproven',
      `The vault that was written to ${trial} does not open again`,
      'Nothing was changed. Check the disk (a worn SD card does this), or use another one.',
    );
  }
  wipeVault(again.value);
  renameDurably(trial, path, calls);
}

export function wipeVault({ rootSeed, adminSeed, tlsAuthority }: VaultContent): void {
  wipe(adminSeed, ...(rootSeed ? [rootSeed] : []), ...(tlsAuthority ? [tlsAuthority] : []));
}

function readVaultBox(crypto: Crypto, path: string): VaultBox {
  const record = readRecord(path, kind);
  if (!record) {
    const mend = 'Make a site (muster site create), or choose the folder that has one.';
    throw new MusterError('vault-missing', `There is no vault at ${path}`, mend);
  }
  const sealed = {
    cost: { opsLimit: record.integer('opsLimit'), memBytes: record.integer('memBytes') },
    salt: record.bytes('salt', 16),
    nonce: record.bytes('nonce', 24),
    box: record.bytes('box'),
  };
  if (sealed.box.length > vaultLimits.boxBytesMax) throw damaged(path, damagedMend);
  const isWhole = equalBytes(record.bytes('check', 16), checkOf(crypto, sealed));
  if (!isWhole) throw damaged(path, damagedMend);
  return sealed;
}

/** Tells damage from a wrong passphrase; over nothing secret, so it helps nobody to guess. */
function checkOf(crypto: Crypto, { cost, salt, nonce, box }: VaultBox): Uint8Array {
  const header = encodeCbor([cost.opsLimit, cost.memBytes, salt, nonce, box]);
  return crypto.blake2b(16, concat(domain('vault-check'), header));
}

function isSame(a: VaultContent, b: VaultContent): boolean {
  const none = new Uint8Array(0);
  return (
    a.siteName === b.siteName &&
    equalBytes(a.siteKey, b.siteKey) &&
    equalBytes(a.rootSeed ?? none, b.rootSeed ?? none) &&
    equalBytes(a.adminSeed, b.adminSeed) &&
    equalBytes(a.adminCertificate, b.adminCertificate) &&
    equalBytes(a.tlsAuthority ?? none, b.tlsAuthority ?? none)
  );
}

function vaultPath(folder: string): string {
  return join(folder, 'admin.vault');
}
