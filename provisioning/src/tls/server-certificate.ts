/**
 * The TLS certificates of a machine on which the site's authority lies: made on the spot, and anew
 * when its names change or the end comes near. The authority itself is made where the site's root
 * key lies open; a site with a vault has it from the beginning.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Crypto, Random } from '@muster/core';
import type { FileCalls } from '../durable-file.ts';
import { readSite, readSiteRoot } from '../site.ts';
import {
  decodeTlsAuthority,
  encodeTlsAuthority,
  installTlsAuthority,
  readTlsAuthority,
  type TlsAuthority,
  vouchForTlsAuthority,
} from './authority-file.ts';
import type { CertifiedKey } from './certificate.ts';
import { certifyServer } from './certify.ts';
import { createTlsKey } from './keys.ts';
import { type MachineNames, serverNamesOf } from './server-names.ts';
import { namesText, readTls, readTlsFile, type TlsFile, writeTlsFile } from './tls-file.ts';
import { isLongDue, isWebDue } from './validity.ts';

export interface ServerCertificateOptions extends MachineNames {
  readonly random: Random;
  readonly siteName: string;
  /** Milliseconds since 1970, as the machine believes. */
  readonly unixMs: number;
  /** With it the root, where it lies open, vouches for the authority. */
  readonly crypto?: Crypto;
  readonly calls?: FileCalls;
}

/** By folder: whoever makes one now. MQTT and https ask at the same time. */
const turns = new Map<string, Promise<unknown>>();

/**
 * Undefined where there is neither a certificate nor an authority to make one with. One call after
 * the other: two at once would make two authorities.
 */
export function ensureServerCertificate(
  folder: string,
  options: ServerCertificateOptions,
): Promise<CertifiedKey | undefined> {
  const before = turns.get(folder) ?? Promise.resolve();
  const turn = before.then(() => ensureInTurn(folder, options));
  const settled = turn
    .catch(() => {})
    .finally(() => {
      if (turns.get(folder) === settled) turns.delete(folder);
    });
  turns.set(folder, settled);
  return turn;
}

async function ensureInTurn(
  folder: string,
  options: ServerCertificateOptions,
): Promise<CertifiedKey | undefined> {
  const names = serverNamesOf(options);
  const file = readTlsFile(folder);
  if (isFresh(file, namesText(names), options.unixMs)) return readTls(folder);
  const authority = await openTlsAuthority(folder, options);
  // One that lacks a new address still serves under its name.
  if (!authority?.key) return readTls(folder);
  const key = file ?? (await createTlsKey());
  const signing = { ...authority, key: authority.key };
  const certified = await certifyServer(signing, { names, publicKey: key.publicKey }, options);
  const { key: secret, publicKey } = key;
  const made = { key: secret, publicKey, names: namesText(names), ...certified };
  writeTlsFile(folder, made, options.calls);
  return readTls(folder);
}

/** Whether what is there names all of that, and lasts for a while. */
export function isFresh(file: TlsFile | undefined, names: string, unixMs: number): boolean {
  if (!file || file.certificate === '' || file.names !== names) return false;
  return !isLongDue(unixMs) && !isWebDue(file.webEndsUnixMs, unixMs);
}

/** The authority of this folder with its key; made where the root key lies open. */
async function openTlsAuthority(
  folder: string,
  options: ServerCertificateOptions,
): Promise<TlsAuthority | undefined> {
  const kept = readTlsAuthority(folder);
  const known = kept && decodeTlsAuthority(kept);
  const made: TlsAuthority | undefined = known ?? (await makeAuthority(folder, options));
  if (!made) return undefined;
  const voucher = made.voucher ?? voucherOf(folder, made, options.crypto);
  const authority = { ...made, ...(voucher && { voucher }) };
  const bytes = encodeTlsAuthority(authority);
  // Also after a power cut between its two files, or when someone lost one.
  if (kept?.length !== bytes.length || !existsSync(join(folder, 'site-ca.pem'))) {
    installTlsAuthority(folder, bytes, options.calls);
  }
  return authority;
}

async function makeAuthority(
  folder: string,
  { random, siteName }: ServerCertificateOptions,
): Promise<CertifiedKey | undefined> {
  if (!existsSync(join(folder, 'site.key'))) return undefined;
  const { createAuthority } = await import('./certificate.ts');
  return createAuthority(random, siteName);
}

function voucherOf(
  folder: string,
  { certificate }: TlsAuthority,
  crypto: Crypto | undefined,
): Uint8Array | undefined {
  const site = crypto && readSite(folder);
  const root = crypto && site && readSiteRoot(crypto, folder, site);
  return root && vouchForTlsAuthority(crypto, root, certificate);
}
