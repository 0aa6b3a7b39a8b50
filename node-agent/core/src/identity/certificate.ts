/**
 * Node certificate: the site says that this key is one of its nodes. Two nodes link only when each
 * shows a valid one (hello, step 4). Fields, CBOR array: version, site, node key, node role,
 * capabilities, epoch, name, issuer. Today the issuer is the site root; operational admin keys
 * come with provisioning.
 */
import { equalBytes } from '../bytes/compare.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { nameLimits } from '../limits.ts';
import type { Crypto, KeyPair } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';
import type { SiteTrust } from './site.ts';
import { decodeStatement, encodeStatement, signStatement, verifyStatement } from './statement.ts';

export const NodeRole = { node: 0, gateway: 1, relay: 2 } as const;
export type NodeRole = (typeof NodeRole)[keyof typeof NodeRole];

export const epochMax = 2 ** 32 - 1;

export interface Certificate {
  /** 16 bytes. */
  readonly site: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly nodeKey: Uint8Array;
  readonly role: NodeRole;
  /** Bit set, all zero in version 1. */
  readonly capabilities: number;
  /** The last site epoch in which it is valid. */
  readonly epoch: number;
  /** A label given by the admin. */
  readonly name: string;
  /** Ed25519 key that signed it, 32 bytes. */
  readonly issuer: Uint8Array;
}

export type CertificateFault = 'malformed' | 'foreign' | 'not-yours' | 'expired' | 'forged';

const version = 1;

/** The certificate in wire form. */
export function signCertificate(
  crypto: Crypto,
  certificate: Omit<Certificate, 'issuer'>,
  issuer: KeyPair,
): Uint8Array {
  const signed = encodeCbor([
    version,
    certificate.site,
    certificate.nodeKey,
    certificate.role,
    certificate.capabilities,
    certificate.epoch,
    certificate.name,
    issuer.publicKey,
  ]);
  const what = { domain: 'certificate', signed } as const;
  return encodeStatement(signStatement(crypto, what, issuer.secretKey));
}

export function decodeCertificate(signed: Uint8Array): Certificate | undefined {
  const reader = new CborReader(signed);
  reader.array(8);
  reader.uint(version, version);
  const certificate: Certificate = {
    site: reader.bytes(16),
    nodeKey: reader.bytes(32),
    role: reader.uint(2) as NodeRole,
    capabilities: reader.uint(epochMax),
    epoch: reader.uint(epochMax),
    name: reader.text(nameLimits.nameBytesMax),
    issuer: reader.bytes(32),
  };
  return reader.done() ? certificate : undefined;
}

/** Judges a certificate in wire form, cheapest check first; with `nodeKey`, as one for that key. */
export function checkCertificate(
  trust: SiteTrust,
  wire: Uint8Array,
  nodeKey?: Uint8Array,
): Result<Certificate, CertificateFault> {
  const statement = decodeStatement(wire);
  const certificate = statement && decodeCertificate(statement.signed);
  if (!statement || !certificate) return refused('malformed');
  if (!equalBytes(certificate.site, trust.site)) return refused('foreign');
  if (!equalBytes(certificate.issuer, trust.siteKey)) return refused('foreign');
  if (nodeKey && !equalBytes(certificate.nodeKey, nodeKey)) return refused('not-yours');
  if (certificate.epoch < trust.epoch) return refused('expired');
  const what = { domain: 'certificate', statement } as const;
  if (!verifyStatement(trust.crypto, what, trust.siteKey)) return refused('forged');
  return ok(certificate);
}
