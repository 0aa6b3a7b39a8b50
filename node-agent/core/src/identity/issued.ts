/**
 * Whatever is signed in the name of the site: by its root, or by an admin whose certificate comes
 * along. One form and one check for node certificates, policies, rules, trust lists and provision
 * documents. Wire form: CBOR [signed, signature] by the root, else [signed, signature, admin
 * certificate].
 */
import { equalBytes } from '../bytes/compare.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import type { Crypto, KeyPair } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';
import { verifyAdminCertificate } from './admin-certificate.ts';
import type { SiteTrust } from './site.ts';
import {
  type Statement,
  type StatementDomain,
  signStatement,
  verifyStatement,
} from './statement.ts';

/** Who signs in the name of the site. */
export interface Issuer {
  readonly key: KeyPair;
  /** Admin certificate in wire form; empty for the root itself. */
  readonly certificate: Uint8Array;
}

export interface Issued extends Statement {
  /** Empty when the root signed. */
  readonly adminCertificate: Uint8Array;
}

/** What the issuer's standing rests on: keys that must not be revoked, and until when it holds. */
export interface TrustChain {
  /** The admin key in it, 32 bytes, unless the root itself issued. */
  readonly admin?: Uint8Array;
  /** Node and device keys, 32 bytes each, the issuer's first. */
  readonly keys: readonly Uint8Array[];
  /** The last epoch in which all of it is valid. */
  readonly endsEpoch: number;
}

export type IssuedFault = 'malformed' | 'foreign' | 'forged';

/** The longest admin certificate. */
export const adminCertificateBytesMax = 256;

export function rootIssuer(root: KeyPair): Issuer {
  return { key: root, certificate: new Uint8Array(0) };
}

export function signIssued(
  crypto: Crypto,
  what: { readonly domain: StatementDomain; readonly signed: Uint8Array },
  issuer: Issuer,
): Uint8Array {
  const { signed, signature } = signStatement(crypto, what, issuer.key.secretKey);
  const { certificate } = issuer;
  return encodeCbor(
    certificate.length > 0 ? [signed, signature, certificate] : [signed, signature],
  );
}

export function decodeIssued(wire: Uint8Array, signedBytesMax = 512): Issued | undefined {
  const reader = new CborReader(wire);
  const length = reader.array(3, 2);
  const issued = {
    signed: reader.bytes(signedBytesMax, 1),
    signature: reader.bytes(64),
    adminCertificate: length === 3 ? reader.bytes(adminCertificateBytesMax, 1) : none,
  };
  return reader.done() ? issued : undefined;
}

const none = new Uint8Array(0);

/** By whose hand and under which right something is signed. */
export interface IssuedClaim {
  readonly domain: StatementDomain;
  readonly issued: Issued;
  /** Key named in the signed part, 32 bytes; where none is, whoever the admin certificate names. */
  readonly issuer?: Uint8Array;
  /** One bit of Power. */
  readonly power: number;
}

/**
 * Whether the issuer may sign such for the site, and did. What became of the chain since (epochs,
 * revocation) is for `chainFault`.
 */
export function verifyIssued(
  trust: SiteTrust,
  { domain, issued, issuer, power }: IssuedClaim,
): Result<TrustChain, IssuedFault> {
  const signer = signerOf(trust, issued, power);
  if (!signer.ok) return signer;
  const { key, chain } = signer.value;
  if (issuer && !equalBytes(issuer, key)) return refused('foreign');
  return verifyStatement(trust.crypto, { domain, statement: issued }, key)
    ? ok(chain)
    : refused('forged');
}

function signerOf(
  trust: SiteTrust,
  { adminCertificate }: Issued,
  power: number,
): Result<{ readonly key: Uint8Array; readonly chain: TrustChain }, IssuedFault> {
  if (adminCertificate.length === 0) {
    return ok({ key: trust.siteKey, chain: { keys: [], endsEpoch: Number.MAX_SAFE_INTEGER } });
  }
  const admin = verifyAdminCertificate(trust, adminCertificate);
  if (!admin.ok) return admin;
  const key = admin.value.adminKey.slice();
  if ((admin.value.powers & power) === 0) return refused('forged');
  return ok({ key, chain: { admin: key, keys: [], endsEpoch: admin.value.epoch } });
}

/**
 * Why a chain that was signed rightly does not hold now, or undefined. With `grace` it may have
 * ended so many epochs ago.
 */
export function chainFault(
  { epoch, revoked }: Pick<SiteTrust, 'epoch' | 'revoked'>,
  { admin, keys, endsEpoch }: TrustChain,
  grace = 0,
): 'expired' | 'revoked' | undefined {
  if (revoked) {
    if (admin && revoked.hasAdmin(admin)) return 'revoked';
    for (const key of keys) if (revoked.has(key)) return 'revoked';
  }
  return endsEpoch + grace < epoch ? 'expired' : undefined;
}
