/**
 * Grant: something that was issued to one key and travels to it through the mesh, as the payload of
 * a bundle under a tag that only follows from that key: a ticket for a phone, a renewed certificate
 * for a node. What it says is signed by itself; who wrote the bundle does not matter.
 */
import { domain } from '../bytes/domain.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { trustLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';

export const GrantKind = {
  /** A node certificate in wire form. */
  certificate: 1,
  /** A ticket in wire form. */
  ticket: 2,
  /** An admin certificate in wire form. */
  adminCertificate: 3,
  /** X.509 certificates in PEM for the node's own TLS key. */
  tlsCertificate: 4,
} as const;
/** One of GrantKind, or one of a later version. */
export type GrantKind = number;

export interface Grant {
  readonly kind: GrantKind;
  readonly content: Uint8Array;
}

const version = 1;

/** The tag under which grants to a key (32 bytes) travel, 16 bytes. */
export function grantTag(crypto: Crypto, site: Uint8Array, key: Uint8Array): Uint8Array {
  return crypto.blake2b(16, domain('grants'), site, key);
}

export function encodeGrant({ kind, content }: Grant): Uint8Array {
  return encodeCbor([version, kind, content]);
}

export function decodeGrant(payload: Uint8Array): Grant | undefined {
  const reader = new CborReader(payload);
  reader.array(3);
  reader.uint(version, version);
  const grant = { kind: reader.uint(255), content: reader.bytes(trustLimits.grantBytesMax, 1) };
  return reader.done() ? { ...grant, content: grant.content.slice() } : undefined;
}
