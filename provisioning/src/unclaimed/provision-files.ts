/**
 * A claim becomes files. One durable write of `provision.json` (the document, and the key that it
 * is for) is the commit point: before it the node is unclaimed, after it wholly claimed, because
 * the rest follows from that file and is done again from the beginning whenever it was cut off.
 */
import { join } from 'node:path';
import {
  type Crypto,
  checkProvision,
  equalBytes,
  fromBase64url,
  MusterError,
  toBase64url,
} from '@muster/core';
import { type FileCalls, removeDurably } from '../durable-file.ts';
import { provisionLimits } from '../limits.ts';
import { writeNode } from '../node.ts';
import { damaged, readRecord, writeRecord } from '../record.ts';
import { writeSite } from '../site.ts';
import { installTlsAuthority } from '../tls/authority-file.ts';
import { configure } from './configuration.ts';
import { readUnclaimed, unclaimedPath } from './unclaimed.ts';

export interface ApplyOptions {
  readonly crypto: Crypto;
  /** Text of a new configuration file, where there is none. */
  readonly configTemplate?: string;
  readonly calls?: FileCalls;
}

const seedBytes = 32;
/** The longest document, as base64url, and some air. */
const recordBytesMax = 256 * 1024;

/**
 * Keeps a document that this node accepted; it is claimed when this returns. Throws a MusterError
 * for a document that is not for the key of this folder.
 */
export function commitProvision(
  folder: string,
  wire: Uint8Array,
  { crypto, calls }: Pick<ApplyOptions, 'crypto' | 'calls'>,
): void {
  const unclaimed = readUnclaimed(folder, crypto);
  const nodeKey = unclaimed?.key.publicKey;
  if (!nodeKey || !checkProvision(crypto, wire, { nodeKey }).ok) {
    throw new MusterError(
      'provision-not-mine',
      `This provision document is not for the node of ${folder}`,
      'Claim the node again with a new code.',
    );
  }
  const kept = readRecord(provisionPath(folder), 'provision', recordBytesMax)?.bytes('wire');
  if (kept && !equalBytes(kept, wire)) {
    const mend = 'Nothing is to be done: it takes its place at the next start.';
    throw new MusterError('already-claimed', `The node of ${folder} was claimed already`, mend);
  }
  const seed = unclaimed.key.secretKey.subarray(0, seedBytes);
  writeRecord(provisionPath(folder), 'provision', { members: { seed, wire }, calls });
}

/**
 * Makes the files of a committed claim; true when there was one. May be cut off anywhere and done
 * again. `provision.json` goes last.
 */
export function applyProvision(folder: string, options: ApplyOptions): boolean {
  const { crypto, configTemplate, calls } = options;
  const path = provisionPath(folder);
  const record = readRecord(path, 'provision', recordBytesMax);
  if (!record) return false;
  const key = crypto.keyPairFromSeed(record.bytes('seed', seedBytes));
  const nodeKey = key.publicKey;
  const checked = checkProvision(crypto, record.bytes('wire'), { nodeKey });
  if (!checked.ok) throw damaged(path, 'Reset the node and claim it again: muster node reset.');
  const { siteKey, siteName, certificate, settings, documents, tlsAuthority } = checked.value;
  if (tlsAuthority) installTlsAuthority(folder, tlsAuthority, calls);
  writeTrustDocuments(folder, documents, calls);
  configure(folder, settings, { configTemplate, calls });
  writeNode(folder, { name: settings.name, key, certificate }, calls);
  writeSite(folder, { name: siteName, siteKey }, undefined, calls);
  removeDurably(unclaimedPath(folder), calls);
  removeDurably(path, calls);
  return true;
}

export function provisionPath(folder: string): string {
  return join(folder, 'provision.json');
}

/** What came with the claim (lists, rules, policies), each in wire form; none without a file. */
export function readTrustDocuments(folder: string): readonly Uint8Array[] {
  const path = join(folder, documentsName);
  const list = readRecord(path, documentsKind, recordBytesMax)?.value('documents') ?? [];
  if (!Array.isArray(list) || list.length > provisionLimits.documentsMax) throw damaged(path);
  return list.map((text: unknown) => {
    const wire = typeof text === 'string' ? fromBase64url(text) : undefined;
    if (!wire) throw damaged(path);
    return wire;
  });
}

const documentsName = 'trust-documents.json';
const documentsKind = 'trust-documents';

function writeTrustDocuments(
  folder: string,
  documents: readonly Uint8Array[],
  calls: FileCalls | undefined,
): void {
  const members = { documents: documents.map(toBase64url) };
  writeRecord(join(folder, documentsName), documentsKind, { members, mode: 0o644, calls });
}
