/** Who acts in claim.json beside the cast: admins, a blank node, and what their claims end with. */
import {
  type ClaimCode,
  type ClaimCodeKind,
  claimFingerprint,
  type Issuer,
  NodeRole,
  type ProvisionDocument,
  powersAll,
  rootIssuer,
  signAdminCertificate,
  signCertificate,
} from '@muster/core';
import { crypto, lastEpoch, none, root, site } from './cast.ts';

function named(name: string, seedByte: number) {
  const seed = new Uint8Array(32).fill(seedByte);
  return { name, seed, key: crypto.keyPairFromSeed(seed) };
}

export const admin = named('admin', 0x21);
export const secondAdmin = named('second admin', 0x22);
export const blank = named('blank node', 0x23);
export const siteKey = root.key.publicKey;
export const siteName = 'harbour';

function issuerOf({ key, name }: typeof admin): Issuer {
  const fields = { site, adminKey: key.publicKey, powers: powersAll, epoch: lastEpoch, name };
  return { key, certificate: signAdminCertificate(crypto, fields, root.key) };
}

export const byAdmin = issuerOf(admin);
export const bySecondAdmin = issuerOf(secondAdmin);

/** Who signs the papers that a code of this kind leads to. */
export function issuerFor(kind: ClaimCodeKind): Issuer {
  return kind === 'admin' ? rootIssuer(root.key) : byAdmin;
}

export function codeFor(kind: ClaimCodeKind): ClaimCode {
  const key = kind === 'label' ? blank.key : issuerFor(kind).key;
  return {
    kind,
    secret: new Uint8Array(16).fill(0x5a),
    fingerprint: claimFingerprint(crypto, key.publicKey),
    site: kind === 'label' ? none : site,
    expiresUnixS: kind === 'label' ? 0 : 1_800_000_000,
    addresses: ['192.168.178.100:8080'],
  };
}

/** A node certificate for a key, with the role and name of `settings` below. */
export function certificateFor(nodeKey: Uint8Array, by = byAdmin): Uint8Array {
  const role = NodeRole.gateway;
  const fields = { site, nodeKey, role, capabilities: 0, epoch: lastEpoch, name: 'north gate' };
  return signCertificate(crypto, fields, by);
}

export const provision: ProvisionDocument = {
  ...{ site, siteKey, siteName, nodeKey: blank.key.publicKey },
  certificate: certificateFor(blank.key.publicKey),
  settings: {
    ...{ role: 'gateway', name: 'north gate', channels: ['general', 'Bühne'] },
    bootstrap: ['/ip4/192.168.178.100/tcp/7321'],
    wifi: { ssid: 'harbour ⚓', password: "nine men's", country: 'DE', mode: 'join' },
    uplinks: [{ kind: 'relay', address: '/dns4/relay.example/tcp/7320', name: 'far' }],
    hostNames: ['gate.local'],
  },
  documents: [Uint8Array.of(1, 2, 3)],
  tlsAuthority: new TextEncoder().encode('-----BEGIN CERTIFICATE-----\n'),
};

export const leastProvision: ProvisionDocument = {
  ...{ site, siteKey, siteName: '', nodeKey: blank.key.publicKey },
  certificate: provision.certificate,
  settings: { role: 'gateway', name: 'north gate', channels: [], bootstrap: [], uplinks: [] },
  documents: [],
};
