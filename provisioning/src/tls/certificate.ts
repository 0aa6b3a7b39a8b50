/**
 * X.509 certificates of a site (RFC 5280): its authority, and servers under it; ECDSA P-256 with
 * SHA-256 (RFC 5758). Clocks on site may be wrong by decades, so all begin in 2000 and last long;
 * what ends one is that its site's authority is no longer trusted. To be imported only where one
 * is issued: the library takes time and memory that a start should not pay for.
 */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import type { Random } from '@muster/core';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { permittedNames, permittedRanges } from './name-constraints.ts';
import { validity } from './validity.ts';

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

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export async function createAuthority(random: Random, siteName: string): Promise<Authority> {
  // 64 characters are the most (RFC 5280, appendix A.1).
  const name = `${[...siteName].slice(0, 40).join('')} (Muster site)`;
  const keys = await createKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      ...{ keys, name: commonName(name), serialNumber: serialNumber(random), ...validity },
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        nameConstraints(),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { name, key: await keyText(keys.privateKey), certificate: certificateText(certificate) };
}

export async function createServerCertificate(
  random: Random,
  authority: Authority,
  names: ServerNames,
): Promise<CertifiedKey> {
  const keys = await createKeys();
  const { keyId } = new X509Certificate(authority.certificate).getExtension(
    SubjectKeyIdentifierExtension,
  )!;
  const altNames = [
    ...names.dns.map((value) => ({ type: 'dns' as const, value })),
    ...names.addresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const certificate = await X509CertificateGenerator.create(
    {
      ...{ publicKey: keys.publicKey, signingKey: await openKey(authority.key) },
      ...{ issuer: commonName(authority.name), subject: commonName(names.dns[0] ?? 'localhost') },
      ...{ serialNumber: serialNumber(random), ...validity },
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(altNames),
        new AuthorityKeyIdentifierExtension(keyId),
      ],
    },
    webcrypto,
  );
  return { key: await keyText(keys.privateKey), certificate: certificateText(certificate) };
}

/** The library has no class of its own for this one. */
function nameConstraints(): Extension {
  const bases = [
    ...permittedNames.map((dNSName) => new GeneralName({ dNSName })),
    ...permittedRanges.map((iPAddress) => new GeneralName({ iPAddress })),
  ];
  const permittedSubtrees = new GeneralSubtrees(bases.map((base) => new GeneralSubtree({ base })));
  const value = AsnConvert.serialize(new NameConstraints({ permittedSubtrees }));
  return new Extension(id_ce_nameConstraints, true, value);
}

/** In one fixed encoding: a plain text would be read for quotes, escapes and a leading `#`. */
function commonName(utf8String: string): Name {
  return new Name([{ CN: [{ utf8String }] }]);
}

/** 126 random bits in hex: positive, and never with a zero in front. */
function serialNumber(random: Random): string {
  const bytes = random.bytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

function createKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function openKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [bytes] = PemConverter.decode(pem);
  return webcrypto.subtle.importKey('pkcs8', bytes!, algorithm, false, ['sign']);
}

async function keyText(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey('pkcs8', key);
  return `${PemConverter.encode(bytes, PemConverter.PrivateKeyTag)}\n`;
}

function certificateText(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}
