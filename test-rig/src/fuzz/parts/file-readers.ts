/**
 * Who reads which file of a data folder. Each gives what it found, `true` where it found nothing
 * but may; what comes out is used a little, for damage may show only then.
 */
import { join } from 'node:path';
import {
  CarriedOut,
  Device,
  KeptLines,
  PasskeyBook,
  PassUses,
  readRunRecord,
} from '@muster/agent/parsers';
import { BundleKind, composeBundle, Lane } from '@muster/core';
import { createMemoryLogger, FakeClock, SeededRandom } from '@muster/core/testing';
import { ClientBook } from '@muster/gateway';
import { readUplinks, SiteList } from '@muster/gateway/parsers';
import {
  editConfig,
  openVault,
  readNode,
  readSite,
  readSiteRoot,
  readTls,
  readTrustDocuments,
  readUnclaimed,
  readWifi,
  SiteBook,
  settleFolder,
  writeRecord,
} from '@muster/provisioning';
import { broken } from '../target.ts';
import { crypto, filePassphrase, nodeSeed, provisionDocument, site } from './file-cast.ts';

type FileReader = (folder: string, path: string) => unknown;

const provisionWire = provisionDocument();
const clock = new FakeClock();
const logger = createMemoryLogger();
const known = { name: 'Camp', siteKey: site.key.publicKey };
const bundle = { id: new Uint8Array(32), author: new Uint8Array(32), orderKey: new Uint8Array(25) };

export const fileReaders: ReadonlyMap<string, FileReader> = new Map<string, FileReader>([
  ['site.json', (folder) => readSite(folder)],
  ['site.key', (folder) => readSiteRoot(crypto, folder, known)],
  ['node.key', (folder) => readNode(crypto, folder, known)],
  ['unclaimed.json', (folder) => readUnclaimed(folder, crypto)],
  ['wifi.json', (folder) => readWifi(folder)],
  ['trust-documents.json', (folder) => readTrustDocuments(folder)],
  ['site-book.json', readBook],
  ['admin.vault', (folder) => openVault(folder, { crypto, passphrase: filePassphrase })],
  ['uplinks.json', (folder) => readUplinks(folder)],
  ['mqtt-clients.json', readClients],
  ['relay-sites.json', readSites],
  ['tls.json', (folder) => readTls(folder) ?? true],
  ['agent.json', (_folder, path) => readRunRecord(path) ?? true],
  ['provision.json', (folder) => settleFolder(folder, { crypto })],
  ['muster.jsonc', readConfig],
  ['uplinks.json&claim', claimBeside],
  ['muster.jsonc&claim', claimBeside],
  ['device.json', readDevice],
  ['acts.json', readActs],
  ['pass-uses.json', readPassUses],
  ['passkeys.json', readPasskeys],
]);

export const readableNames: readonly string[] = [...fileReaders.keys()];

function readBook(folder: string): unknown {
  const book = SiteBook.open(folder);
  book.burnInvite('0123456789abcdef', new Uint8Array(32), 0);
  return book.revisionOf(known.siteKey);
}

function readClients(_folder: string, path: string): unknown {
  const book = new ClientBook({ crypto, random: new SeededRandom(1), path });
  book.load();
  for (const { name } of book.list()) book.admit(name, new Uint8Array(8));
  return true;
}

function readSites(folder: string): unknown {
  const list = new SiteList(folder);
  list.load();
  return list.sites.length;
}

/** Whatever stood there, what is set stands there then, and the next start reads it. */
function readConfig(folder: string): unknown {
  editConfig(folder, { 'node.name': 'Kitchen', 'site.channels': ['news'] });
  return true;
}

/** A claim comes to a folder in which something lies already. */
function claimBeside(folder: string): unknown {
  const members = { seed: nodeSeed, wire: provisionWire };
  writeRecord(join(folder, 'provision.json'), 'provision', { members });
  settleFolder(folder, { crypto });
  if (readNode(crypto, folder, known) === undefined) broken('claimed, and no node');
  return readUplinks(folder);
}

/** Its next bundle can be written. */
function readDevice(_folder: string, path: string): unknown {
  const { key, state } = Device.open(path, crypto, new SeededRandom(1));
  const author = { key, site: new Uint8Array(16), ticket: new Uint8Array(16) };
  const draft = {
    ...{ kind: BundleKind.message, tag: new Uint8Array(16), lane: Lane.normal, lifetimeS: 60 },
    ...({ hopLimit: 5, stamp: state.stamp, quality: 1, payload: new Uint8Array(8) } as const),
  };
  return composeBundle(crypto, author, { chain: state.chain, draft });
}

function readActs(_folder: string, path: string): unknown {
  const acts = new CarriedOut(new KeptLines({ path, kind: 'acts', logger }), clock);
  acts.start();
  const orderKey = new Uint8Array(25).fill(1);
  const isTaken = acts.take({ ...bundle, orderKey });
  if (isTaken && acts.take({ ...bundle, orderKey })) broken('an act is carried out twice');
  return isTaken;
}

function readPassUses(_folder: string, path: string): unknown {
  const uses = new PassUses(new KeptLines({ path, kind: 'pass-uses', logger }), clock);
  uses.start();
  uses.add('a');
  uses.stop();
  return uses.countOf('a');
}

function readPasskeys(_folder: string, path: string): unknown {
  const book = new PasskeyBook(new KeptLines({ path, kind: 'passkeys', logger }));
  for (const { id, publicKey, counter, transports, rpId, ticket, adminKey, name } of book.all) {
    const texts = [id, publicKey, rpId, ticket, adminKey, name, ...transports];
    if (!texts.every((text) => typeof text === 'string')) broken('a passkey of no text');
    if (!Number.isSafeInteger(counter) || counter < 0) broken('a passkey of no count');
  }
  return book.all.length;
}
