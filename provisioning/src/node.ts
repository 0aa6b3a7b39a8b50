/**
 * A node's key and certificate, kept together in `node.key` so that a power cut never separates
 * them. The key is made on the spot and never leaves the machine. The peer id and every guest
 * ticket rest on it.
 */
import { join } from 'node:path';
import {
  type Crypto,
  checkCertificate,
  epochMax,
  equalBytes,
  type Issuer,
  type KeyPair,
  MusterError,
  NodeRole,
  type Random,
  rootIssuer,
  signCertificate,
  siteIdOf,
} from '@muster/core';
import type { FileCalls } from './durable-file.ts';
import { damaged, readRecord, writeRecord } from './record.ts';
import type { RootedSite, Site } from './site.ts';

export interface CertifiedNode {
  readonly name: string;
  readonly key: KeyPair;
  /** Wire form. */
  readonly certificate: Uint8Array;
}

const seedBytes = 32;

/** What is certified of a node. */
export interface NewNode {
  /** 32 bytes. */
  readonly nodeKey: Uint8Array;
  readonly name: string;
  readonly role?: NodeRole;
  /** The last epoch in which it is valid; for good unless given (an open trial without epochs). */
  readonly epoch?: number;
}

/** The site says that this key is one of its nodes; wire form. */
export function certifyNode(
  crypto: Crypto,
  { siteKey, issuer }: { readonly siteKey: Uint8Array; readonly issuer: Issuer },
  node: NewNode,
): Uint8Array {
  const { nodeKey, name, role = NodeRole.node, epoch = epochMax } = node;
  const site = siteIdOf(crypto, siteKey);
  return signCertificate(crypto, { site, nodeKey, role, capabilities: 0, epoch, name }, issuer);
}

export function createNode(
  crypto: Crypto,
  random: Random,
  options: { readonly site: RootedSite; readonly name: string },
): CertifiedNode {
  const { site, name } = options;
  const key = crypto.keyPairFromSeed(random.bytes(seedBytes));
  const by = { siteKey: site.siteKey, issuer: rootIssuer(site.root) };
  return { name, key, certificate: certifyNode(crypto, by, { nodeKey: key.publicKey, name }) };
}

/** Also with a renewed certificate: the old one or the new one is there, with the same key. */
export function writeNode(folder: string, node: CertifiedNode, calls?: FileCalls): void {
  const seed = node.key.secretKey.subarray(0, seedBytes);
  const { name, certificate } = node;
  const members = { name, seed, certificate };
  writeRecord(join(folder, 'node.key'), 'node-key', { members, calls });
}

/** Undefined when the folder has no node; an error when it is damaged or of another site. */
export function readNode(crypto: Crypto, folder: string, site: Site): CertifiedNode | undefined {
  const path = join(folder, 'node.key');
  const record = readRecord(path, 'node-key');
  if (!record) return undefined;
  const key = crypto.keyPairFromSeed(record.bytes('seed', seedBytes));
  const certificate = record.bytes('certificate');
  const { siteKey } = site;
  const trust = { crypto, siteKey, site: siteIdOf(crypto, siteKey), epoch: 0 };
  const checked = checkCertificate(trust, certificate);
  if (!checked.ok && checked.reason === 'foreign') {
    throw new MusterError(
      'node-foreign',
      `${path} was certified by another site than that of site.json`,
      'Put back the site.json it belongs to, or remove node.key to make a new node of this site.',
    );
  }
  if (!checked.ok || !equalBytes(checked.value.nodeKey, key.publicKey)) {
    throw damaged(path);
  }
  return { name: record.text('name'), key, certificate };
}
