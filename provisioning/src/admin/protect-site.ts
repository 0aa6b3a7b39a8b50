/**
 * How a site gets its vault: made with one from the beginning, moved into one from an open trial,
 * or made anew from the recovery sheet. The root key is at every moment in at least one of the two
 * places, and after a success in the vault alone.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Crypto,
  equalBytes,
  type KeyPair,
  MusterError,
  type PasswordCost,
  type Random,
} from '@muster/core';
import { type FileCalls, renameDurably, wipeDurably } from '../durable-file.ts';
import { readSite, readSiteRoot, type Site, writeSite } from '../site.ts';
import {
  createTlsAuthority,
  decodeTlsAuthority,
  encodeTlsAuthority,
  installTlsAuthority,
  readTlsAuthority,
  vouchForTlsAuthority,
} from '../tls/authority-file.ts';
import { proveRecovery, recoveryWords, wordsFaultText } from '../vault/recovery-words.ts';
import { createVault, hasVault, openVault, replaceVault, wipeVault } from '../vault/vault.ts';
import { type VaultContent, wipe } from '../vault/vault-box.ts';
import { issueAdmin } from './admins.ts';

export interface ProtectOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly adminName: string;
  readonly passphrase: string;
  readonly cost?: PasswordCost;
  readonly calls?: FileCalls;
}

const seedBytes = 32;

/**
 * A new site whose root and first admin key lie in a vault; the 24 words are for the recovery
 * sheet. Done again after a power cut it goes on with the vault that is there.
 */
export async function createProtectedSite(
  folder: string,
  { siteName, ...options }: ProtectOptions & { readonly siteName: string },
): Promise<{ readonly site: Site; readonly words: string }> {
  const known = readSite(folder);
  if (known) {
    const mend = 'Choose another folder with --data, or protect that site: muster site protect.';
    throw new MusterError('site-exists', `${folder} has the site ${known.name} already`, mend);
  }
  const { crypto, random, calls } = options;
  const begun = hasVault(folder) ? openVault(folder, options) : undefined;
  const rootSeed = begun?.rootSeed ?? random.bytes(seedBytes);
  const root = crypto.keyPairFromSeed(rootSeed);
  if (!begun) {
    const tlsAuthority = await createTlsAuthority(crypto, random, { root, name: siteName });
    const content = newContent({ ...options, root, siteName, tlsAuthority });
    createVault(folder, { ...options, content });
    wipeVault(content);
  } else if (!equalBytes(begun.siteKey, root.publicKey) || begun.siteName !== siteName) {
    throw vaultInTheWay(folder);
  }
  const site = { name: siteName, siteKey: root.publicKey };
  const words = await recoveryWords(rootSeed);
  writeSite(folder, site, undefined, calls);
  wipe(rootSeed, root.secretKey);
  if (begun) wipeVault(begun);
  return { site, words };
}

/**
 * Moves the open root key of a trial into a vault, with a first admin. The open file goes only
 * after the vault was read back and opened. Done again after a power cut it goes on.
 */
export async function protectSite(
  folder: string,
  { site, ...options }: ProtectOptions & { readonly site: Site },
): Promise<{ readonly words: string }> {
  const { crypto, random, calls } = options;
  const root = readSiteRoot(crypto, folder, site);
  if (!root) {
    const mend = hasVault(folder)
      ? 'There is nothing to do: the root key lies in the vault.'
      : 'Run this where the site was made.';
    throw new MusterError('site-key-missing', `${folder} has no open root key`, mend);
  }
  if (!hasVault(folder)) {
    const tlsAuthority =
      vouchedAuthority(crypto, folder, root) ??
      (await createTlsAuthority(crypto, random, { root, name: site.name }));
    // Before the vault, for this box goes on issuing server certificates.
    installTlsAuthority(folder, tlsAuthority, calls);
    const content = newContent({ ...options, root, siteName: site.name, tlsAuthority });
    createVault(folder, { ...options, content });
    wipeVault(content);
  } else {
    const content = openVault(folder, options);
    const seed = root.secretKey.subarray(0, seedBytes);
    const holdsRoot = content.rootSeed && equalBytes(content.rootSeed, seed);
    wipeVault(content);
    if (!holdsRoot) throw vaultInTheWay(folder);
  }
  const words = await recoveryWords(root.secretKey.subarray(0, seedBytes));
  wipe(root.secretKey);
  // Under another name first: half overwritten it must not be taken for the root key.
  renameDurably(join(folder, 'site.key'), join(folder, spentName), calls);
  wipeSpentRoot(folder, calls);
  return { words };
}

/** What a power cut left of the open root key; the vault has it. */
export function wipeSpentRoot(folder: string, calls?: FileCalls): void {
  const path = join(folder, spentName);
  if (existsSync(path) && hasVault(folder)) wipeDurably(path, calls);
}

const spentName = 'site.key.spent';

/**
 * A vault anew from the words of the recovery sheet, with a new admin key: the passphrase was
 * forgotten, or the vault was lost. The words are proven first, where the site is known.
 */
export async function recoverVault(
  folder: string,
  options: ProtectOptions & {
    readonly words: string;
    readonly siteName: string;
    /** Put the new vault in the place of one that is there. */
    readonly replace?: boolean;
  },
): Promise<Site> {
  const { crypto, words, siteName, calls } = options;
  const known = readSite(folder);
  const proven = await proveRecovery(words, { crypto, ...(known && { siteKey: known.siteKey }) });
  if (!proven.ok) {
    const { message, mend } = wordsFaultText[proven.reason];
    throw new MusterError(proven.reason, message, mend);
  }
  const root = proven.value;
  const site = known ?? { name: siteName, siteKey: root.publicKey };
  // None where it does not lie: gateways have it, and phones trust that one.
  const tlsAuthority = vouchedAuthority(crypto, folder, root);
  const content = newContent({
    ...{ ...options, root, siteName: site.name },
    ...(tlsAuthority && { tlsAuthority }),
  });
  if (options.replace) replaceVault(folder, content, options);
  else createVault(folder, { ...options, content });
  wipeVault(content);
  wipe(root.secretKey);
  if (!known) writeSite(folder, site, undefined, calls);
  return site;
}

function newContent(
  options: Pick<ProtectOptions, 'crypto' | 'random' | 'adminName'> & {
    readonly root: KeyPair;
    readonly siteName: string;
    readonly tlsAuthority?: Uint8Array;
  },
): VaultContent {
  const { crypto, random, root, siteName, adminName: name, tlsAuthority } = options;
  const adminSeed = random.bytes(seedBytes);
  const admin = crypto.keyPairFromSeed(adminSeed);
  return {
    siteName,
    siteKey: root.publicKey,
    rootSeed: root.secretKey.slice(0, seedBytes),
    adminSeed,
    adminCertificate: issueAdmin(crypto, { root, adminKey: admin.publicKey, name }),
    ...(tlsAuthority && { tlsAuthority }),
  };
}

/** The TLS authority of this folder, with the word of the root. */
function vouchedAuthority(crypto: Crypto, folder: string, root: KeyPair): Uint8Array | undefined {
  const bytes = readTlsAuthority(folder);
  const known = bytes && decodeTlsAuthority(bytes);
  if (!known) return undefined;
  return encodeTlsAuthority({
    ...known,
    voucher: vouchForTlsAuthority(crypto, root, known.certificate),
  });
}

function vaultInTheWay(folder: string): MusterError {
  return new MusterError(
    'vault-exists',
    `${join(folder, 'admin.vault')} is the vault of another site or admin`,
    'Move it to a safe place, or choose another folder with --data.',
  );
}
