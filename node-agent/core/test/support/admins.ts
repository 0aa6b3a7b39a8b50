/** Admins of a small site for tests, and what they sign. Belongs to no step. */
import { Power, powersAll, signAdminCertificate } from '../../src/identity/admin-certificate.ts';
import { epochMax } from '../../src/identity/epoch.ts';
import { type Issuer, rootIssuer } from '../../src/identity/issued.ts';
import { siteIdOf } from '../../src/identity/site.ts';
import type { KeyPair } from '../../src/ports/crypto.ts';
import { GuestAdmission, type SiteRules, signSiteRules } from '../../src/trust/site-rules.ts';
import { signTrustList, type TrustList } from '../../src/trust/trust-list.ts';
import { crypto, keyPair } from './crypto.ts';

export const root = keyPair(1);
export const site = siteIdOf(crypto, root.publicKey);
export const byRoot = rootIssuer(root);

export function adminOf(
  key: KeyPair,
  { epoch = epochMax as number, powers = powersAll as number, by = root } = {},
): Issuer {
  const fields = { site, adminKey: key.publicKey, powers, epoch, name: 'an admin' };
  return { key, certificate: signAdminCertificate(crypto, fields, by) };
}

export const ada = adminOf(keyPair(21));
export const bob = adminOf(keyPair(22));
export const withoutPower = (power: number, key = keyPair(23)) =>
  adminOf(key, { powers: powersAll & ~power });
export { Power };

/** A list in wire form: keys by the byte that their seed is made of, or as they are. */
export function listBy(
  issuer: Issuer,
  revision: number,
  {
    revoked = [] as readonly Uint8Array[],
    ...changes
  }: Partial<Omit<TrustList, 'revoked'> & { revoked: readonly Uint8Array[] }> = {},
): Uint8Array {
  const revocations = revoked.map((key) => ({ key, reason: 1 as const, label: 'somebody' }));
  const list = { site, revision, epoch: 0, revoked: revocations, ...changes };
  return signTrustList(crypto, list, issuer);
}

export function rulesBy(
  issuer: Issuer,
  revision: number,
  changes: Partial<SiteRules> = {},
): Uint8Array {
  const rules = {
    site,
    revision,
    guests: GuestAdmission.open,
    guestBundlesPerMinute: 600,
    guestTicketsPerMinute: 60,
    announcement: '',
    ...changes,
  };
  return signSiteRules(crypto, rules, issuer);
}
