/** The site, keys and passphrase of the files that the file target begins with; always the same. */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import {
  type KeyPair,
  NodeRole,
  type ProvisionSettings,
  signProvision,
  siteIdOf,
} from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { certifyNode, createSite, issueAdmin } from '@muster/provisioning';

export const crypto = createSodiumCrypto();
const random = new SeededRandom(6);
const made = createSite(crypto, random, 'Camp');
export const site = { ...made, key: made.root };
export const filePassphrase = 'correct horse battery';
/** What a guess costs is of no matter here, and it has to be quick. */
export const fileCost = { opsLimit: 1, memBytes: 8192 };
export const nodeSeed = random.bytes(32);
export const adminKey = crypto.keyPairFromSeed(random.bytes(32));

export const adminCertificate = issueAdmin(crypto, {
  root: site.root,
  adminKey: adminKey.publicKey,
  name: 'Ada',
});

const settings: ProvisionSettings = {
  role: 'gateway',
  name: 'Gate',
  channels: ['general'],
  bootstrap: ['/ip4/10.0.0.7/tcp/7310'],
  uplinks: [{ kind: 'relay', address: 'relay.example:7320', name: 'Our relay' }],
};

export function nodeCertificate(key: KeyPair): Uint8Array {
  const by = { siteKey: site.siteKey, issuer: { key: adminKey, certificate: adminCertificate } };
  return certifyNode(crypto, by, {
    ...{ nodeKey: key.publicKey, name: 'Gate', role: NodeRole.gateway, epoch: 1 },
  });
}

/** The document that makes the key of `nodeSeed` a gateway of the site. */
export function provisionDocument(): Uint8Array {
  const key = crypto.keyPairFromSeed(nodeSeed);
  const issuer = { key: adminKey, certificate: adminCertificate };
  const id = siteIdOf(crypto, site.siteKey);
  const document = {
    ...{ site: id, siteKey: site.siteKey, siteName: site.name, nodeKey: key.publicKey },
    ...{ settings, documents: [], certificate: nodeCertificate(key) },
  };
  return signProvision(crypto, document, issuer);
}
