/**
 * A signed statement: opaque bytes and an Ed25519 signature over domain ‖ bytes. Certificates,
 * tickets, device certificates, site cards, policies, rules and trust lists share this outer form:
 * CBOR [signed, signature], and for what an admin signed a third item (issued.ts).
 */
import { concat } from '../bytes/concat.ts';
import { domain } from '../bytes/domain.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import type { Crypto } from '../ports/crypto.ts';

export interface Statement {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** Certificates and the like; what may be longer says so. */
const signedBytesMaxUsual = 512;

export type StatementDomain =
  | 'admin-certificate'
  | 'certificate'
  | 'ticket'
  | 'device'
  | 'site-card'
  | 'site-policy'
  | 'site-rules'
  | 'trust-list'
  | 'provision'
  | 'guest-pass';

export function signStatement(
  crypto: Crypto,
  what: { readonly domain: StatementDomain; readonly signed: Uint8Array },
  secretKey: Uint8Array,
): Statement {
  const signature = crypto.sign(concat(domain(what.domain), what.signed), secretKey);
  return { signed: what.signed, signature };
}

export function verifyStatement(
  crypto: Crypto,
  what: { readonly domain: StatementDomain; readonly statement: Statement },
  publicKey: Uint8Array,
): boolean {
  const { signed, signature } = what.statement;
  return crypto.verify(signature, concat(domain(what.domain), signed), publicKey);
}

export function encodeStatement(statement: Statement): Uint8Array {
  return encodeCbor([statement.signed, statement.signature]);
}

export function decodeStatement(
  wire: Uint8Array,
  signedBytesMax = signedBytesMaxUsual,
): Statement | undefined {
  const reader = new CborReader(wire);
  reader.array(2);
  const statement = { signed: reader.bytes(signedBytesMax, 1), signature: reader.bytes(64) };
  return reader.done() ? statement : undefined;
}
