/**
 * The site's TLS authority: as one text of PEM blocks, in which it travels and lies in a vault, and
 * in a folder: `site-ca.pem`, which is handed out to everybody, and `site-ca.key` where server
 * certificates are issued. The site's root vouches for it, so that nobody slips in another one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Crypto,
  concat,
  domain,
  encodeCbor,
  fromUtf8,
  type KeyPair,
  type Random,
  siteIdOf,
  utf8,
} from '@muster/core';
import { type FileCalls, writeDurably } from '../durable-file.ts';
import { readRecord, writeRecord } from '../record.ts';
import { pemBlocks, toPem } from './pem.ts';

/** What is known of an authority; issuing takes the key. */
export interface TlsAuthority {
  /** X.509, PEM. */
  readonly certificate: string;
  /** Signature of the site's root over it, 64 bytes; missing in those of before. */
  readonly voucher?: Uint8Array;
  /** PKCS #8, PEM. */
  readonly key?: string;
}

const voucherLabel = 'MUSTER SITE AUTHORITY';
const version = 1;

/** Makes the authority of a site, vouched for by its root; PEM blocks with the private key. */
export async function createTlsAuthority(
  crypto: Crypto,
  random: Random,
  site: { readonly root: KeyPair; readonly name: string },
): Promise<Uint8Array> {
  const { createAuthority } = await import('./certificate.ts');
  const { key, certificate } = await createAuthority(random, site.name);
  return encodeTlsAuthority({
    key,
    certificate,
    voucher: vouchForTlsAuthority(crypto, site.root, certificate),
  });
}

export function encodeTlsAuthority({ certificate, voucher, key = '' }: TlsAuthority): Uint8Array {
  return utf8(`${certificate}${voucher ? toPem(voucherLabel, voucher) : ''}${key}`);
}

/** Undefined when there is no certificate in it. Of several certificates the last one counts. */
export function decodeTlsAuthority(bytes: Uint8Array): TlsAuthority | undefined {
  const blocks = pemBlocks(fromUtf8(bytes) ?? '');
  const certificate = blocks.findLast(({ label }) => label === 'CERTIFICATE');
  const voucher = blocks.find(({ label, bytes: { length } }) => {
    return label === voucherLabel && length === 64;
  });
  const key = blocks.find(({ label }) => label === 'PRIVATE KEY');
  return (
    certificate && {
      certificate: certificate.text,
      ...(voucher && { voucher: voucher.bytes }),
      ...(key && { key: key.text }),
    }
  );
}

/** What a new node is given: whoever issues gets the private key too, and nobody else. */
export function tlsAuthorityFor(
  role: 'node' | 'gateway' | 'relay',
  authority: Uint8Array | undefined,
): Uint8Array | undefined {
  const known = authority && decodeTlsAuthority(authority);
  if (!known || role === 'gateway') return known && encodeTlsAuthority(known);
  const { key: _kept, ...shown } = known;
  return encodeTlsAuthority(shown);
}

/** The root's word that this is the TLS authority of its site. */
export function vouchForTlsAuthority(
  crypto: Crypto,
  root: KeyPair,
  certificate: string,
): Uint8Array {
  return crypto.sign(vouched(crypto, root.publicKey, certificate), root.secretKey);
}

export function isTlsAuthorityVouched(
  crypto: Crypto,
  siteKey: Uint8Array,
  authority: TlsAuthority,
): boolean {
  const { voucher, certificate } = authority;
  return !!voucher && crypto.verify(voucher, vouched(crypto, siteKey, certificate), siteKey);
}

function vouched(crypto: Crypto, siteKey: Uint8Array, certificate: string): Uint8Array {
  const [block] = pemBlocks(certificate);
  const hash = crypto.blake2b(32, domain('tls-authority-id'), block?.bytes ?? new Uint8Array(0));
  const signed = encodeCbor([version, siteIdOf(crypto, siteKey), hash]);
  return concat(domain('tls-authority'), signed);
}

/** Whether server certificates can be issued from this folder. */
export function hasTlsAuthority(folder: string): boolean {
  return existsSync(join(folder, 'site-ca.key'));
}

/** PEM blocks with the private key; undefined where it does not lie. */
export function readTlsAuthority(folder: string): Uint8Array | undefined {
  const record = readRecord(join(folder, 'site-ca.key'), 'site-ca-key');
  if (!record) return undefined;
  const voucher = record.has('voucher') ? record.bytes('voucher', 64) : undefined;
  const [key, certificate] = [record.text('key'), record.text('certificate')];
  return encodeTlsAuthority({ key, certificate, ...(voucher && { voucher }) });
}

/** The certificate that is handed out; PEM, undefined where there is none. */
export function readAuthorityCertificate(folder: string): string | undefined {
  const path = join(folder, 'site-ca.pem');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Puts an authority (PEM blocks) into a folder; the private key only where there is one in it. */
export function installTlsAuthority(
  folder: string,
  authority: Uint8Array,
  calls?: FileCalls,
): void {
  const { certificate, key, voucher } = decodeTlsAuthority(authority) ?? {};
  if (certificate === undefined) return;
  if (key !== undefined) {
    const members = { key, certificate, ...(voucher && { voucher }) };
    writeRecord(join(folder, 'site-ca.key'), 'site-ca-key', { members, calls });
  }
  if (readAuthorityCertificate(folder) === certificate) return;
  writeDurably(join(folder, 'site-ca.pem'), certificate, { mode: 0o644, calls });
}
