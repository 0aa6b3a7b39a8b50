/**
 * X.509 certificates of a site (RFC 5280): its authority, and servers under it; ECDSA P-256 with
 * SHA-256 (RFC 5758). Clocks on site may be wrong by decades, so all begin in 2000 and last long;
 * what ends one is that its site's authority is no longer trusted.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from 'node:crypto';
import type { Random } from '@muster/core';
import { DerTag, der, derBitString, derOid, derSequence } from './der.ts';
import { addressBytes, NameTag, nameConstraints } from './name-constraints.ts';

export interface CertifiedKey {
  /** PKCS #8, PEM. */
  readonly key: string;
  /** X.509, PEM. */
  readonly certificate: string;
}

export interface Authority extends CertifiedKey {
  /** Its common name, as it stands in what it issues. */
  readonly name: string;
}

export interface ServerNames {
  /** Such as `box-1.local`. */
  readonly dns: readonly string[];
  /** Inside the ranges of the name constraints. */
  readonly addresses: readonly string[];
}

/** The end of every certificate, milliseconds since 1970. */
export const notAfterMs = Date.parse('2099-12-31T00:00:00Z');

const Oid = {
  commonName: '2.5.4.3',
  ecdsaSha256: '1.2.840.10045.4.3.2',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

const signatureAlgorithm = derSequence(derOid(Oid.ecdsaSha256));
const isAuthority = derSequence(der(DerTag.boolean, Buffer.from([0xff])), integer([0]));
/** keyCertSign and cRLSign; digitalSignature. */
const authorityUsage = derBitString(Buffer.from([0x06]), 1);
const serverUsage = derBitString(Buffer.from([0x80]), 7);
const generalNameKeyIdTag = 0x80;

interface Blank {
  readonly random: Random;
  readonly issuer: string;
  readonly subject: string;
  /** PKCS #8, PEM; the subject's own where it signs itself. */
  readonly signingKey: string;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Buffer;
  readonly extensions: readonly Buffer[];
}

export function createAuthority(random: Random, siteName: string): Authority {
  const { key, publicKey } = createKey();
  // 64 characters are the most (RFC 5280, appendix A.1).
  const name = `${[...siteName].slice(0, 40).join('')} (Muster site)`;
  const extensions = [
    extension(Oid.basicConstraints, isAuthority, 'critical'),
    extension(Oid.keyUsage, authorityUsage, 'critical'),
    extension(Oid.nameConstraints, nameConstraints(), 'critical'),
    extension(Oid.subjectKeyId, der(DerTag.octetString, keyIdOf(publicKey))),
  ];
  const blank = { random, issuer: name, subject: name, signingKey: key, publicKey, extensions };
  return { name, key, certificate: issue(blank) };
}

export function createServerCertificate(
  random: Random,
  authority: Authority,
  names: ServerNames,
): CertifiedKey {
  const { key, publicKey } = createKey();
  const issuerKey = createPublicKey(authority.certificate).export({ type: 'spki', format: 'der' });
  const altNames = [
    ...names.dns.map((name) => der(NameTag.dnsName, Buffer.from(name))),
    ...names.addresses.map((text) => der(NameTag.ipAddress, Buffer.from(addressBytes(text)!))),
  ];
  const extensions = [
    extension(Oid.basicConstraints, derSequence(), 'critical'),
    extension(Oid.keyUsage, serverUsage, 'critical'),
    extension(Oid.extendedKeyUsage, derSequence(derOid(Oid.serverAuth))),
    extension(Oid.subjectAltName, derSequence(...altNames)),
    extension(Oid.authorityKeyId, derSequence(der(generalNameKeyIdTag, keyIdOf(issuerKey)))),
  ];
  const certificate = issue({
    ...{ random, publicKey, extensions, signingKey: authority.key },
    issuer: authority.name,
    subject: names.dns[0] ?? 'localhost',
  });
  return { key, certificate };
}

function createKey(): { readonly key: string; readonly publicKey: Buffer } {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  });
  return { key: pair.privateKey, publicKey: pair.publicKey };
}

/** Certificate and TBSCertificate (RFC 5280, 4.1). */
function issue(blank: Blank): string {
  const version3 = der(0xa0, integer([2]));
  // 126 random bits: positive, and never with a zero in front.
  const serial = blank.random.bytes(16);
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  const validity = derSequence(
    der(DerTag.utcTime, Buffer.from('000101000000Z')),
    der(DerTag.generalizedTime, Buffer.from('20991231000000Z')),
  );
  const toBeSigned = derSequence(
    ...[version3, integer(serial), signatureAlgorithm, nameOf(blank.issuer), validity],
    ...[nameOf(blank.subject), blank.publicKey, der(0xa3, derSequence(...blank.extensions))],
  );
  const signature = sign('sha256', toBeSigned, createPrivateKey(blank.signingKey));
  const bytes = derSequence(toBeSigned, signatureAlgorithm, derBitString(signature));
  const lines = bytes.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function integer(bytes: Uint8Array | readonly number[]): Buffer {
  return der(DerTag.integer, Uint8Array.from(bytes));
}

function nameOf(commonName: string): Buffer {
  const text = der(DerTag.utf8String, Buffer.from(commonName));
  return derSequence(der(DerTag.set, derSequence(derOid(Oid.commonName), text)));
}

function extension(oid: string, value: Buffer, critical?: 'critical'): Buffer {
  const flag = critical ? [der(DerTag.boolean, Buffer.from([0xff]))] : [];
  return derSequence(derOid(oid), ...flag, der(DerTag.octetString, value));
}

/** RFC 7093, 2: any short hash of the key will do. */
function keyIdOf(publicKey: Uint8Array): Buffer {
  return createHash('sha256').update(publicKey).digest().subarray(0, 20);
}
