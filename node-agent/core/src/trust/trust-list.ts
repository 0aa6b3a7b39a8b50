/**
 * Trust list: what one admin (or the root) has revoked, and the site's epoch as this admin knows
 * it. Every issuer has one list of their own, told apart by its revision; the site revokes what any
 * list in force revokes, and its epoch is the highest of them. So two admins on two sides of a cut
 * never undo each other. Step 2 of a message's way rests on it.
 */
import { equalBytes } from '../bytes/compare.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { decodeAdminCertificate, Power } from '../identity/admin-certificate.ts';
import { epochMax } from '../identity/epoch.ts';
import {
  decodeIssued,
  type Issuer,
  signIssued,
  type TrustChain,
  verifyIssued,
} from '../identity/issued.ts';
import type { SiteTrust } from '../identity/site.ts';
import { trustLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';

/** Why a key was revoked; shown to people, decides nothing. */
export const RevocationReason = { unspecified: 0, lost: 1, replaced: 2, abuse: 3 } as const;
export type RevocationReason = (typeof RevocationReason)[keyof typeof RevocationReason];

export interface Revocation {
  /** Device, node or admin key, 32 bytes. Only the root and the key itself may revoke an admin. */
  readonly key: Uint8Array;
  readonly reason: RevocationReason;
  /** What the admin called it. */
  readonly label: string;
}

export interface TrustList {
  /** 16 bytes. */
  readonly site: Uint8Array;
  /** Root or admin key that signs it, 32 bytes. */
  readonly issuer: Uint8Array;
  /** From 1, counts its changes; the highest holds, of two equal ones the greater bytes. */
  readonly revision: number;
  /** The site's epoch, at least; none after the end of the issuer's own certificate. */
  readonly epoch: number;
  readonly revoked: readonly Revocation[];
}

/** A list that was signed rightly, whatever became of its issuer since. */
export interface GenuineList extends TrustList {
  readonly chain: TrustChain;
}

export type TrustListFault = 'malformed' | 'foreign' | 'forged';

const version = 1;

/** The list in wire form; a RangeError for one that nobody would accept. */
export function signTrustList(
  crypto: Crypto,
  list: Omit<TrustList, 'issuer'>,
  issuer: Issuer,
): Uint8Array {
  const revoked = list.revoked.map(({ key, reason, label }) => [key, reason, label]);
  const { site, revision, epoch } = list;
  const signed = encodeCbor([version, site, issuer.key.publicKey, revision, epoch, revoked]);
  const ends = decodeAdminCertificate(issuer.certificate)?.epoch ?? epochMax;
  if (signed.length > trustLimits.listBytesMax || !decodeSigned(signed) || epoch > ends) {
    throw new RangeError('this trust list is too long, or names an epoch too late');
  }
  return signIssued(crypto, { domain: 'trust-list', signed }, issuer);
}

/** The fields, unverified; undefined when malformed. */
export function decodeTrustList(wire: Uint8Array): TrustList | undefined {
  const issued = decodeIssued(wire, trustLimits.listBytesMax);
  return issued && decodeSigned(issued.signed);
}

/** That it was signed by the root, or by an admin who may revoke. */
export function verifyTrustList(
  trust: SiteTrust,
  wire: Uint8Array,
): Result<GenuineList, TrustListFault> {
  const issued = decodeIssued(wire, trustLimits.listBytesMax);
  const list = issued && decodeSigned(issued.signed);
  if (!issued || !list) return refused('malformed');
  if (!equalBytes(list.site, trust.site)) return refused('foreign');
  const claim = { domain: 'trust-list', issued, issuer: list.issuer, power: Power.revoke } as const;
  const verified = verifyIssued(trust, claim);
  if (!verified.ok) return verified;
  // Or an admin could end everybody's rights but not its own say.
  if (list.epoch > verified.value.endsEpoch) return refused('forged');
  return ok({ ...list, chain: verified.value });
}

/** Whether an admin revokes the very key that signs; the root's cannot end that way. */
export function revokesItself({ issuer, revoked, chain }: GenuineList): boolean {
  return chain.admin !== undefined && revoked.some(({ key }) => equalBytes(key, issuer));
}

function decodeSigned(signed: Uint8Array): TrustList | undefined {
  const reader = new CborReader(signed);
  reader.array(6);
  reader.uint(version, version);
  const site = reader.bytes(16).slice();
  const issuer = reader.bytes(32).slice();
  const revision = reader.uint(Number.MAX_SAFE_INTEGER, 1);
  const epoch = reader.uint(epochMax);
  const revoked: Revocation[] = [];
  const count = reader.array(trustLimits.revokedPerListMax, 0);
  for (let i = 0; i < count && !reader.failed; i++) {
    reader.array(3);
    revoked.push({
      key: reader.bytes(32).slice(),
      reason: reader.uint(RevocationReason.abuse) as RevocationReason,
      label: reader.text(trustLimits.labelBytesMax),
    });
  }
  return reader.done() ? { site, issuer, revision, epoch, revoked } : undefined;
}
