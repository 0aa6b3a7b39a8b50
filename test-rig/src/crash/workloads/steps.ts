/**
 * What changes the files that we write ourselves, one change after the other, each by the code that
 * owns the file: keys, claims and resets of a box; vault, book and chain of an admin; clients,
 * uplinks, sites and lists of a gateway and a relay.
 */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { Device, KeptLines } from '@muster/agent/parsers';
import {
  firstRules,
  NodeRole,
  type ProvisionSettings,
  rootIssuer,
  signProvision,
  signSiteRules,
  signTrustList,
  siteIdOf,
  utf8,
} from '@muster/core';
import { createMemoryLogger, SeededRandom } from '@muster/core/testing';
import { ClientBook, readRelayKey } from '@muster/gateway';
import { readUplinks, SiteList, writeUplinks } from '@muster/gateway/parsers';
import {
  certifyNode,
  changePassphrase,
  commitProvision,
  createSite,
  editConfig,
  factoryReset,
  issueAdmin,
  openUnclaimed,
  protectSite,
  readNode,
  readSite,
  readTrustDocuments,
  readWifi,
  SiteBook,
  settleFolder,
  writeSite,
} from '@muster/provisioning';

/** Folders in the recorded one, one for each kind of machine. */
export const places = ['box', 'admin', 'gateway'] as const;
export type Place = (typeof places)[number];

export interface Step {
  readonly place: Place;
  /** It is done wholly or not at all, however many files it concerns. */
  readonly isWhole?: boolean;
  run(folder: string): void | Promise<void>;
}

const crypto = createSodiumCrypto();
const random = (): SeededRandom => new SeededRandom(5);
const passphrase = 'correct horse battery';
/** What a guess costs is of no matter here. */
const cost = { opsLimit: 1, memBytes: 8192 };
const configTemplate = '{\n  // Of the template.\n  "node": {},\n}\n';
const site = createSite(crypto, new SeededRandom(8), 'Camp');

const settings: ProvisionSettings = {
  ...{ role: 'gateway', name: 'Gate', channels: ['general', 'kitchen'], hostNames: ['gate.local'] },
  bootstrap: ['/ip4/10.0.0.7/tcp/7310'],
  wifi: { ssid: 'Camp', password: 'long enough', country: 'DE', mode: 'access-point' },
  uplinks: [{ kind: 'relay', address: 'relay.example:7320', name: 'Our relay' }],
};
/** Enough of one for files; no X.509 is read there. */
const tlsAuthority = utf8(
  ['CERTIFICATE', 'PRIVATE KEY']
    .map((label) => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`)
    .join(''),
);

/** Finishes what was cut off, as every start does. */
export function settle(folder: string): void {
  settleFolder(folder, { crypto, configTemplate });
}

const unclaimed = (folder: string) =>
  openUnclaimed(folder, { crypto, random: random(), name: 'blank' });

function claim(folder: string): void {
  if (readSite(folder)) return;
  commitProvision(folder, documentFor(unclaimed(folder).key.publicKey), { crypto });
  settle(folder);
}

function documentFor(nodeKey: Uint8Array): Uint8Array {
  const { root, siteKey, name: siteName } = site;
  const key = crypto.keyPairFromSeed(new SeededRandom(9).bytes(32));
  const certificate = issueAdmin(crypto, { root, adminKey: key.publicKey, name: 'Ada' });
  const admin = { key, certificate };
  const id = siteIdOf(crypto, siteKey);
  const node = { nodeKey, name: settings.name, role: NodeRole[settings.role], epoch: 1 };
  const rules = signSiteRules(crypto, { ...firstRules(id), revision: 1 }, admin);
  const list = signTrustList(
    crypto,
    { site: id, revision: 1, epoch: 0, revoked: [] },
    rootIssuer(root),
  );
  const document = {
    ...{ site: id, siteKey, siteName, nodeKey, settings, tlsAuthority },
    certificate: certifyNode(crypto, { siteKey, issuer: admin }, node),
    documents: [rules, list],
  };
  return signProvision(crypto, document, admin);
}

function clients(folder: string): ClientBook {
  const book = new ClientBook({ crypto, random: random(), path: `${folder}/mqtt-clients.json` });
  book.load();
  return book;
}

function sites(folder: string): SiteList {
  const list = new SiteList(folder);
  list.load();
  return list;
}

const logger = createMemoryLogger();
const lines = (folder: string): KeptLines =>
  new KeptLines({ path: `${folder}/acts-carried-out.json`, kind: 'acts-carried-out', logger });
const device = (folder: string): Device => Device.open(`${folder}/cli.key`, crypto, random());

function box(run: Step['run'], isWhole = true): Step {
  return { place: 'box', isWhole, run };
}

function admin(run: Step['run']): Step {
  return { place: 'admin', run };
}

function gateway(run: Step['run']): Step {
  return { place: 'gateway', run };
}

/** Written through by a chain of the command line. */
function chainTo(seq: number): Step {
  return admin((folder) => device(folder).save({ chain: { seq, prev: new Uint8Array(32) } }));
}

function mqttClient(name: string): Step {
  return gateway((folder) => {
    if (!clients(folder).member(name)) clients(folder).add(name, { read: ['a/#'], write: ['b'] });
  });
}

/** Each may be done again from its beginning after a cut, where a life ends with it. */
export const steps: readonly Step[] = [
  box((folder) => void unclaimed(folder)),
  box(claim),
  box((folder) => editConfig(folder, { 'node.name': 'Blue', 'http.port': 80 }, { configTemplate })),
  admin((folder) => writeSite(folder, site, site.root)),
  admin((folder) => void device(folder)),
  chainTo(1),
  chainTo(2),
  admin(async (folder) => {
    const options = { crypto, random: random(), adminName: 'Ada', passphrase, cost };
    await protectSite(folder, { ...options, site: readSite(folder)! });
  }),
  admin((folder) => void SiteBook.open(folder).nextSerial()),
  chainTo(3),
  admin((folder) => SiteBook.open(folder).noteRevision(site.siteKey, 4)),
  gateway((folder) => void readRelayKey(folder, crypto, random())),
  mqttClient('lamp'),
  mqttClient('door'),
  gateway((folder) => void clients(folder).revoke('lamp')),
  gateway((folder) => sites(folder).admit({ siteKey: site.siteKey, name: 'Camp', bytesMax: 9 })),
  gateway((folder) => void lines(folder).write(['one', 'two'])),
  gateway((folder) =>
    writeUplinks(folder, [
      { name: 'up', kind: 'relay', address: 'relay.example:7320', paused: false, relayKey: '' },
    ]),
  ),
  gateway((folder) => void lines(folder).write(['two', 'three'])),
  gateway((folder) => void sites(folder).remove(site.siteKey)),
  chainTo(4),
  admin((folder) => {
    const change = { from: passphrase, to: 'another passphrase' };
    changePassphrase(folder, { crypto, random: random(), cost, ...change });
  }),
  box((folder) => factoryReset(folder, { keepConfig: true })),
  box((folder) => void unclaimed(folder)),
  box(claim),
  box((folder) => factoryReset(folder, { keepConfig: false, invite: 'MUSTER-NODE:1:ABC' })),
];

/** Reads everything as a start does; throws for a file that is half. */
export function readAll(folder: (place: Place) => string): string[] {
  const before = logger.entries.length;
  const owner = readSite(folder('box'));
  if (owner) readNode(crypto, folder('box'), owner);
  readWifi(folder('box'));
  readTrustDocuments(folder('box'));
  readUplinks(folder('box'));
  SiteBook.open(folder('admin'));
  device(folder('admin'));
  clients(folder('gateway'));
  sites(folder('gateway'));
  lines(folder('gateway')).read();
  readUplinks(folder('gateway'));
  readRelayKey(folder('gateway'), crypto, random());
  return logger.entries.slice(before).map(({ event }) => `the log says: ${event}`);
}
