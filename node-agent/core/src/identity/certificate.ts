/**
 * Node certificate: the site says that this key is one of its nodes. Two nodes link only when each
 * shows a valid one (hello, step 4). Fields, CBOR array: version, site, node key, node role,
 * capabilities, epoch, name, issuer: the site's root, or an admin with the power to certify nodes.
 */
import { equalBytes } from '../bytes/compare.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { nameLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';
import { Power } from './admin-certificate.ts';
import { epochMax } from './epoch.ts';
import {
  chainFault,
  decodeIssued,
  type Issuer,
  signIssued,
  type TrustChain,
  verifyIssued,
} from './issued.ts';
import type { SiteTrust } from './site.ts';

export const NodeRole = { node: 0, gateway: 1, relay: 2 } as const;
export type NodeRole = (typeof NodeRole)[keyof typeof NodeRole];

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

export type CertificateFault =
  | 'malformed'
  | 'foreign'
  | 'not-yours'
  | 'expired'
  | 'revoked'
  | 'forged';

/** A certificate that the site did issue, whatever became of it since. */
export interface GenuineCertificate extends Certificate {
  /** The node's own key is in it. */
  readonly chain: TrustChain;
}

const version = 1;

/** The certificate in wire form. */
export function signCertificate(
  crypto: Crypto,
  certificate: Omit<Certificate, 'issuer'>,
  issuer: Issuer,
): Uint8Array {
  const signed = encodeCbor([
    version,
    certificate.site,
    certificate.nodeKey,
    certificate.role,
    certificate.capabilities,
    certificate.epoch,
    certificate.name,
    issuer.key.publicKey,
  ]);
  return signIssued(crypto, { domain: 'certificate', signed }, issuer);
}

/** The fields, unverified; undefined when malformed. */
export function decodeCertificate(wire: Uint8Array): Certificate | undefined {
  const issued = decodeIssued(wire);
  return issued && decodeSigned(issued.signed);
}

function decodeSigned(signed: Uint8Array): Certificate | undefined {
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
): Result<GenuineCertificate, CertificateFault> {
  const genuine = verifyCertificate(trust, wire, nodeKey);
  if (!genuine.ok) return genuine;
  const fault = chainFault(trust, genuine.value.chain);
  return fault ? refused(fault) : genuine;
}

/** That the site issued it, whatever became of it since. */
export function verifyCertificate(
  trust: SiteTrust,
  wire: Uint8Array,
  nodeKey?: Uint8Array,
): Result<GenuineCertificate, Exclude<CertificateFault, 'expired' | 'revoked'>> {
  const issued = decodeIssued(wire);
  const certificate = issued && decodeSigned(issued.signed);
  if (!issued || !certificate) return refused('malformed');
  if (!equalBytes(certificate.site, trust.site)) return refused('foreign');
  if (nodeKey && !equalBytes(certificate.nodeKey, nodeKey)) return refused('not-yours');
  const verified = verifyIssued(trust, {
    ...({ domain: 'certificate', issued, issuer: certificate.issuer } as const),
    power: Power.nodes,
  });
  if (!verified.ok) return verified;
  const chain = {
    ...verified.value,
    keys: [certificate.nodeKey.slice()],
    endsEpoch: Math.min(certificate.epoch, verified.value.endsEpoch),
  };
  return ok({ ...certificate, chain });
}
