/**
 * The site whose papers and bundles the targets of core begin with: root, admins, nodes, authors of
 * every role, and all their secret keys, so that a changed input can be signed again. Always the
 * same one: an input kept today must mean the same tomorrow.
 */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { BundleKind, type CarriedBundle, Lane, Role, Scope, toHex } from '@muster/core';
import { SampleSite, SeededRandom } from '@muster/core/testing';

export const crypto = createSodiumCrypto();
const random = new SeededRandom(5);
export const site = new SampleSite(crypto, random);
export const foreignSite = new SampleSite(crypto, random);
export const admin = site.admin('Grace');
export const node = site.node('north');
export const otherNode = site.node('south', { by: admin.issuer });
export const guest = site.guest(node);
export const user = site.author(Role.user);
export const staff = site.author(Role.staff);

const keys = [
  ...[site.key, foreignSite.key, admin.key, node.key, otherNode.key],
  ...[guest.key, user.key, staff.key],
];
const secrets = new Map(keys.map((key) => [toHex(key.publicKey), key.secretKey]));

/** The secret key (64 bytes) of one of the cast, by its public key. */
export function secretOf(publicKey: Uint8Array): Uint8Array | undefined {
  return secrets.get(toHex(publicKey));
}

/** Of every kind, lane and role, and of the sizes that limits are about. */
export const validBundles: readonly CarriedBundle[] = writeBundles();

function writeBundles(): readonly CarriedBundle[] {
  const kinds = Object.values(BundleKind).map((kind) => user.write('kind', { kind }));
  const long = { payload: new Uint8Array(2048).fill(7) };
  return [
    ...kinds,
    guest.write('hello'),
    guest.write('hello again', { lane: Lane.bulk, lifetimeS: 1, hopLimit: 0 }),
    staff.write('now', { lane: Lane.urgent, scope: Scope.site }),
    staff.write('', { payload: new Uint8Array(0), hopLimit: 15 }),
    staff.write('long', long),
    user.write('', { stamp: { ms: 2 ** 48 - 1, counter: 2 ** 24 - 1 }, quality: 2 }),
    admin.act({}),
  ].map((written) => written.carried);
}
