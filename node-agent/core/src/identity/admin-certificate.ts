/**
 * Admin certificate: the site's root says that this key may act for the site, within its powers and
 * up to its epoch. It travels with whatever that key signed, so that a node which never heard of
 * the admin can judge it alone. An admin makes no further admins: only the root does.
 */
import { equalBytes } from '../bytes/compare.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { nameLimits } from '../limits.ts';
import type { Crypto, KeyPair } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';
import { epochMax } from './epoch.ts';
import type { SiteTrust } from './site.ts';
import { decodeStatement, encodeStatement, signStatement, verifyStatement } from './statement.ts';

/** What an admin may do; a set of bits. */
export const Power = {
  /** Certify nodes and hand out provision documents. */
  nodes: 1,
  /** Tickets of people up to staff, and guest passes. */
  people: 2,
  /** Trust lists: revoke nodes and people, advance the epoch. */
  revoke: 4,
  /** Site rules, the site policy, commands to nodes. */
  rules: 8,
} as const;
export const powersAll = 15;

export interface AdminCertificate {
  /** 16 bytes. */
  readonly site: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly adminKey: Uint8Array;
  /** Set of bits of Power. */
  readonly powers: number;
  /** The last site epoch in which it is valid. */
  readonly epoch: number;
  /** A label. */
  readonly name: string;
}

export type AdminFault = 'malformed' | 'foreign' | 'expired' | 'revoked' | 'forged';

const version = 1;

/** The certificate in wire form, at most 198 bytes. */
export function signAdminCertificate(
  crypto: Crypto,
  certificate: AdminCertificate,
  root: KeyPair,
): Uint8Array {
  const { site, adminKey, powers, epoch, name } = certificate;
  const signed = encodeCbor([version, site, adminKey, powers, epoch, name]);
  const what = { domain: 'admin-certificate', signed } as const;
  return encodeStatement(signStatement(crypto, what, root.secretKey));
}

/** The fields, unverified; undefined when malformed. */
export function decodeAdminCertificate(wire: Uint8Array): AdminCertificate | undefined {
  const statement = decodeStatement(wire);
  return statement && decodeSigned(statement.signed);
}

function decodeSigned(signed: Uint8Array): AdminCertificate | undefined {
  const reader = new CborReader(signed);
  reader.array(6);
  reader.uint(version, version);
  const certificate: AdminCertificate = {
    site: reader.bytes(16),
    adminKey: reader.bytes(32),
    powers: reader.uint(epochMax),
    epoch: reader.uint(epochMax),
    name: reader.text(nameLimits.nameBytesMax),
  };
  return reader.done() ? certificate : undefined;
}

/** Judges it in wire form, cheapest check first. */
export function checkAdminCertificate(
  trust: SiteTrust,
  wire: Uint8Array,
): Result<AdminCertificate, AdminFault> {
  const genuine = verifyAdminCertificate(trust, wire);
  if (!genuine.ok) return genuine;
  if (trust.revoked?.hasAdmin(genuine.value.adminKey)) return refused('revoked');
  return genuine.value.epoch < trust.epoch ? refused('expired') : genuine;
}

/** That the root signed it for this site, whatever became of it since. */
export function verifyAdminCertificate(
  trust: SiteTrust,
  wire: Uint8Array,
): Result<AdminCertificate, Exclude<AdminFault, 'expired' | 'revoked'>> {
  const statement = decodeStatement(wire);
  const certificate = statement && decodeSigned(statement.signed);
  if (!statement || !certificate) return refused('malformed');
  if (!equalBytes(certificate.site, trust.site)) return refused('foreign');
  const what = { domain: 'admin-certificate', statement } as const;
  return verifyStatement(trust.crypto, what, trust.siteKey) ? ok(certificate) : refused('forged');
}
