/** A site with an admin, and a provision document of it for a blank node. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import {
  firstRules,
  type Issuer,
  type KeyPair,
  NodeRole,
  type ProvisionSettings,
  rootIssuer,
  signProvision,
  signSiteRules,
  signTrustList,
  siteIdOf,
  utf8,
} from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { certifyNode, issueAdmin } from '@muster/provisioning';

export const crypto = createSodiumCrypto();
/** For tests alone: what a guess costs is of no matter here. */
export const cost = { opsLimit: 1, memBytes: 8192 };
export const passphrase = 'correct horse battery';

/** In memory where there is such a thing: what is lost in a cut is modelled, not awaited. */
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A folder whose subfolders are fresh ground; gone after the test. */
export function groundOf(t: TestContext): () => string {
  const top = mkdtempSync(join(memory, 'muster-provisioning-'));
  t.after(() => rmSync(top, { recursive: true }));
  let count = 0;
  return () => {
    const folder = join(top, String(count++));
    mkdirSync(folder);
    return folder;
  };
}

/** Name and content of every file. */
export function filesOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  );
}

export interface SampleSite {
  readonly root: KeyPair;
  readonly name: string;
  readonly siteKey: Uint8Array;
  readonly admin: Issuer;
}

export function sampleSite(seed = 1): SampleSite {
  const random = new SeededRandom(seed);
  const root = crypto.keyPairFromSeed(random.bytes(32));
  const key = crypto.keyPairFromSeed(random.bytes(32));
  const certificate = issueAdmin(crypto, { root, adminKey: key.publicKey, name: 'Ada' });
  return { root, name: 'Camp', siteKey: root.publicKey, admin: { key, certificate } };
}

export const sampleSettings: ProvisionSettings = {
  role: 'gateway',
  name: 'Gate',
  channels: ['general', 'kitchen'],
  bootstrap: ['/ip4/10.0.0.7/tcp/7310'],
  wifi: { ssid: 'Camp', password: 'long enough', country: 'DE', mode: 'access-point' },
  uplinks: [{ kind: 'relay', address: 'relay.example:7320', name: 'Our relay' }],
  hostNames: ['gate.local'],
};

export function provisionFor(
  site: SampleSite,
  nodeKey: Uint8Array,
  more: { readonly settings?: ProvisionSettings; readonly tlsAuthority?: Uint8Array } = {},
): Uint8Array {
  const { siteKey, name: siteName, admin } = site;
  const { settings = sampleSettings, tlsAuthority } = more;
  const id = siteIdOf(crypto, siteKey);
  const role = NodeRole[settings.role];
  const node = { nodeKey, name: settings.name, role, epoch: 1 };
  const rules = signSiteRules(crypto, { ...firstRules(id), revision: 1 }, admin);
  const list = { site: id, revision: 1, epoch: 0, revoked: [] };
  const document = {
    ...{ site: id, siteKey, siteName, nodeKey, settings },
    certificate: certifyNode(crypto, { siteKey, issuer: admin }, node),
    documents: [rules, signTrustList(crypto, list, rootIssuer(site.root))],
    ...(tlsAuthority && { tlsAuthority }),
  };
  return signProvision(crypto, document, admin);
}

/** Enough of one for files; no X.509 is read there. */
export const sampleAuthority = utf8(
  ['CERTIFICATE', 'PRIVATE KEY']
    .map((label) => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`)
    .join(''),
);
