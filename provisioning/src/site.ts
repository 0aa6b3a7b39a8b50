/**
 * What every node knows of its site (`site.json`: name and public key), and the site in its
 * simplest form, a trial whose root key lies open beside it (`site.key`). With a vault there is no
 * `site.key` (admin/protect-site.ts).
 */
import { join } from 'node:path';
import { type Crypto, equalBytes, type KeyPair, MusterError, type Random } from '@muster/core';
import type { FileCalls } from './durable-file.ts';
import { readRecord, writeRecord } from './record.ts';

/** What every node of a site knows. */
export interface Site {
  readonly name: string;
  /** Ed25519 public key of the site root, 32 bytes. */
  readonly siteKey: Uint8Array;
}

/** A site together with its root key: whoever holds it is the site. */
export interface RootedSite extends Site {
  readonly root: KeyPair;
}

const seedBytes = 32;

export function createSite(crypto: Crypto, random: Random, name: string): RootedSite {
  const root = crypto.keyPairFromSeed(random.bytes(seedBytes));
  return { name, siteKey: root.publicKey, root };
}

/**
 * Writes `site.json`, and `site.key` where the root key is given: first, so that no public key is
 * left without it.
 */
export function writeSite(folder: string, site: Site, root?: KeyPair, calls?: FileCalls): void {
  const seed = root?.secretKey.subarray(0, seedBytes);
  if (seed) writeRecord(join(folder, 'site.key'), 'site-key', { members: { seed }, calls });
  const members = { name: site.name, siteKey: site.siteKey };
  writeRecord(join(folder, 'site.json'), 'site', { members, mode: 0o644, calls });
}

/**
 * The site whose root key lies in the folder without its `site.json`: a power cut fell between the
 * two files, or someone lost one. Undefined when there is no root key either.
 */
export function recoverSite(crypto: Crypto, folder: string, name: string): RootedSite | undefined {
  const record = readRecord(join(folder, 'site.key'), 'site-key');
  if (!record) return undefined;
  const root = crypto.keyPairFromSeed(record.bytes('seed', seedBytes));
  return { name, siteKey: root.publicKey, root };
}

/** Undefined when the folder has no `site.json`. */
export function readSite(folder: string): Site | undefined {
  const record = readRecord(join(folder, 'site.json'), 'site');
  return record && { name: record.text('name'), siteKey: record.bytes('siteKey', 32) };
}

/** The root key of this site; undefined when the folder does not hold it. */
export function readSiteRoot(crypto: Crypto, folder: string, site: Site): KeyPair | undefined {
  const root = recoverSite(crypto, folder, site.name)?.root;
  if (root && !equalBytes(root.publicKey, site.siteKey)) {
    throw new MusterError(
      'site-key-foreign',
      `${join(folder, 'site.key')} is not the root key of the site in site.json`,
      'Copy both files from one machine of the site, or remove both to make a new site.',
    );
  }
  return root;
}
