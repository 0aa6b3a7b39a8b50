/** Admins of the vectors' site: who they are, and others who are not what they say. */
import {
  type AdminCertificate,
  type Issuer,
  Power,
  powersAll,
  signAdminCertificate,
} from '@muster/core';
import { type Actor, actor, crypto, epoch, lastEpoch, root, site } from './cast.ts';
import type { Vector } from './json.ts';

export interface AdminActor extends Actor {
  readonly fields: AdminCertificate;
  readonly issuer: Issuer;
}

function adminOf(of: Actor, changes: Partial<AdminCertificate> = {}, by = root): AdminActor {
  const fields: AdminCertificate = {
    site,
    adminKey: of.key.publicKey,
    powers: powersAll,
    epoch: lastEpoch,
    name: of.name,
    ...changes,
  };
  const certificate = signAdminCertificate(crypto, fields, by.key);
  return { ...of, fields, issuer: { key: of.key, certificate } };
}

export const admin = adminOf(actor('admin', 0x21));
export const secondAdmin = adminOf(actor('second admin', 0x22), {
  powers: Power.revoke | Power.rules,
  name: 'Zoë ✓',
});

const other = actor('other admin', 0x23);
/** Without any power. */
export const powerless = adminOf(other, { powers: 0 }).issuer;
export const endedAdmin = adminOf(other, { epoch: epoch - 1 }).issuer;
/** Certified by itself. */
export const madeUp = adminOf(other, {}, other).issuer;

export const adminKeys: Vector = [admin, secondAdmin].map(({ name, seed, key }) => {
  return { name, seed, publicKey: key.publicKey };
});
