/** Valid files of a data folder, as the product's own writers write them: seeds only. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CarriedOut, Device, KeptLines, PasskeyBook, PassUses } from '@muster/agent/parsers';
import { toBase64url } from '@muster/core';
import { createMemoryLogger, FakeClock, SeededRandom } from '@muster/core/testing';
import { SiteList, writeUplinks } from '@muster/gateway/parsers';
import {
  createVault,
  openUnclaimed,
  SiteBook,
  writeNode,
  writeRecord,
  writeSite,
} from '@muster/provisioning';
import {
  adminCertificate,
  adminKey,
  crypto,
  fileCost,
  filePassphrase,
  nodeCertificate,
  nodeSeed,
  provisionDocument,
  site,
} from './file-cast.ts';
import { inputOf } from './seeds.ts';
import { tlsSeeds } from './tls-seeds.ts';

/** Written by every version alike; the vault's salt and nonce come from the seed. */
export function fileSeeds(): readonly Uint8Array[] {
  const folder = mkdtempSync(join(tmpdir(), 'muster-fuzz-seeds-'));
  try {
    for (const write of [writeKeys, writeBook, writeGateway, writeKept, writeOthers]) write(folder);
    const written = readdirSync(folder).map(
      (name) => [name, readFileSync(join(folder, name), 'utf8')] as const,
    );
    const uplinks = written.find(([name]) => name === 'uplinks.json')![1];
    const beside = ['uplinks.json&claim', uplinks] as const;
    return [...written, beside, ...plainFiles].map(([name, text]) => inputOf(name, text));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const clients = {
  muster: 'mqtt-clients',
  version: 1,
  clients: [
    {
      name: 'sensor',
      read: ['rooms/#'],
      write: ['rooms/kitchen/+'],
      salt: toBase64url(new Uint8Array(16)),
      hash: toBase64url(new Uint8Array(32)),
    },
  ],
};

const plainFiles: readonly (readonly [string, string])[] = [
  ['mqtt-clients.json', JSON.stringify(clients)],
  ['agent.json', '{"pid":1,"startMark":"","url":"http://127.0.0.1:8080"}'],
  ['muster.jsonc', '// Ours\n{ "node": { "name": "Old" }, "http": { "port": 80, }, }\n'],
  ['muster.jsonc', ''],
  ['muster.jsonc&claim', '{ "mesh": { "bootstrap": [] } }'],
];

function writeKeys(folder: string): void {
  const random = new SeededRandom(8);
  // First: a folder with a site is no blank one.
  openUnclaimed(folder, { crypto, random, name: 'box' });
  writeSite(folder, site, site.root);
  const key = crypto.keyPairFromSeed(nodeSeed);
  writeNode(folder, { name: 'Gate', key, certificate: nodeCertificate(key) });
  const content = {
    siteName: site.name,
    siteKey: site.siteKey,
    rootSeed: site.root.secretKey.slice(0, 32),
    adminSeed: adminKey.secretKey.slice(0, 32),
    adminCertificate,
  };
  createVault(folder, { content, crypto, random, passphrase: filePassphrase, cost: fileCost });
  Device.open(join(folder, 'device.json'), crypto, random);
}

function writeBook(folder: string): void {
  const book = SiteBook.open(folder);
  const common = { key: new Uint8Array(32).fill(3), endsEpoch: 2, issuedUnixMs: 5 };
  book.noteNodes([{ ...common, name: 'north', role: 'node' }]);
  book.notePerson({ ...common, name: 'Grace', role: 'staff', serial: book.nextSerial() });
  book.noteAdmin({ ...common, name: 'Ada', powers: 7 });
  const invite = { kind: 'invite', name: 'south', state: 'open', createdUnixMs: 6 } as const;
  book.addInvites([{ ...invite, id: '0123456789abcdef', code: 'CODE', claimants: [] }]);
  book.noteRevision(site.siteKey, 3);
}

function writeGateway(folder: string): void {
  const common = { address: 'relay.example:7320', paused: false };
  const mqtt = { username: 'u', password: 'a-secret-of-the-broker', ca: '', prefix: 'muster' };
  writeUplinks(folder, [
    { ...common, name: 'ours', kind: 'relay', relayKey: '' },
    { ...common, ...mqtt, name: 'up', kind: 'mqtt', channels: { general: 'both' } },
  ]);
  new SiteList(folder).admit({ siteKey: site.siteKey, name: 'Camp', bytesMax: 1_000_000 });
}

function writeKept(folder: string): void {
  const logger = createMemoryLogger();
  const kept = (name: string) =>
    new KeptLines({ path: join(folder, `${name}.json`), kind: name, logger });
  const acts = new CarriedOut(kept('acts'), new FakeClock());
  const bundle = { id: new Uint8Array(32).fill(2), author: new Uint8Array(32) };
  acts.start();
  acts.take({ ...bundle, orderKey: new Uint8Array(25).fill(1) });
  const uses = new PassUses(kept('pass-uses'), new FakeClock());
  uses.add('AQEB');
  uses.stop();
  new PasskeyBook(kept('passkeys')).put({
    ...{ id: 'AQ', publicKey: 'Ag', counter: 1, transports: ['internal'], rpId: 'box.local' },
    ...{ ticket: 'Aw', adminKey: 'BA', name: 'phone' },
  });
}

function writeOthers(folder: string): void {
  const at = (name: string): string => join(folder, name);
  const wifi = { ssid: 'Camp', password: 'a-wifi-password', country: 'DE', mode: 'join' };
  writeRecord(at('wifi.json'), 'wifi', { members: wifi });
  const documents = [toBase64url(adminCertificate)];
  writeRecord(at('trust-documents.json'), 'trust-documents', { members: { documents } });
  const tls = { key: 'KEY', publicKey: new Uint8Array(3), names: '{"dns":[],"addresses":[]}' };
  const certificates = { certificate: tlsSeeds.authority, webCertificate: '', webEndsUnixMs: 0 };
  writeRecord(at('tls.json'), 'tls', { members: { ...tls, ...certificates } });
  const provision = { seed: nodeSeed, wire: provisionDocument() };
  writeRecord(at('provision.json'), 'provision', { members: provision });
}
