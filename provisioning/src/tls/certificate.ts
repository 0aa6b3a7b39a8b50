/**
 * X.509 certificates of a site (RFC 5280): its authority, and servers under it; ECDSA P-256 with
 * SHA-256 (RFC 5758). To be imported only where one is issued or taken in: the library takes time
 * and memory that a start should not pay for.
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
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { createTlsKey, ecdsa, openTlsKey } from './keys.ts';
import { permittedNames, permittedRanges } from './name-constraints.ts';
import { canonicalAddress } from './server-names.ts';
import { validity } from './validity.ts';

export interface CertifiedKey {
  /** PKCS #8, PEM. */
  readonly key: string;
  /** X.509, PEM. */
  readonly certificate: string;
}

export interface ServerNames {
  /** Such as `box-1.local`. */
  readonly dns: readonly string[];
  /** Inside the ranges of the name constraints. */
  readonly addresses: readonly string[];
}

/** What is to be certified: names, for the key of a server, while it holds. */
export interface ServerRequest {
  readonly names: ServerNames;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export async function createAuthority(random: Random, siteName: string): Promise<CertifiedKey> {
  // 64 characters are the most (RFC 5280, appendix A.1).
  const name = `${[...siteName].slice(0, 40).join('')} (Muster site)`;
  const { key, publicKey } = await createTlsKey();
  const keys = { privateKey: await openTlsKey(key), publicKey: await publicKeyOf(publicKey) };
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
  return { key, certificate: certificateText(certificate) };
}

/** A server certificate under the authority; PEM. */
export async function issueServerCertificate(
  random: Random,
  authority: CertifiedKey,
  request: ServerRequest,
): Promise<string> {
  const { names, notBefore, notAfter } = request;
  const issuer = new X509Certificate(authority.certificate);
  const { keyId } = issuer.getExtension(SubjectKeyIdentifierExtension)!;
  const altNames = [
    ...names.dns.map((value) => ({ type: 'dns' as const, value })),
    ...names.addresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const certificate = await X509CertificateGenerator.create(
    {
      publicKey: await publicKeyOf(request.publicKey),
      signingKey: await openTlsKey(authority.key),
      ...{ issuer: issuer.subjectName, subject: commonName(names.dns[0] ?? 'localhost') },
      ...{ serialNumber: serialNumber(random), notBefore, notAfter },
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
  return certificateText(certificate);
}

/** What a server certificate (PEM) says; undefined when the authority (PEM) did not sign it. */
export async function readServerCertificate(
  pem: string,
  authority: string,
): Promise<ServerRequest | undefined> {
  try {
    const certificate = new X509Certificate(pem);
    const issuer = await new X509Certificate(authority).publicKey.export(webcrypto);
    const how = { publicKey: issuer, signatureOnly: true };
    if (!(await certificate.verify(how, webcrypto))) return undefined;
    const { items = [] } = certificate.getExtension(SubjectAlternativeNameExtension)?.names ?? {};
    const named = (type: string) => items.filter((item) => item.type === type);
    return {
      names: {
        dns: named('dns').map(({ value }) => value),
        addresses: named('ip').map(({ value }) => canonicalAddress(value)),
      },
      publicKey: new Uint8Array(certificate.publicKey.rawData),
      ...{ notBefore: certificate.notBefore, notAfter: certificate.notAfter },
    };
  } catch {
    return undefined;
  }
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

function publicKeyOf(spki: Uint8Array): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('spki', spki as Uint8Array<ArrayBuffer>, ecdsa, true, [
    'verify',
  ]);
}

function certificateText(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}
