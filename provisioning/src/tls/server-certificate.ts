/**
 * The TLS certificate of a gateway, kept in its data folder and made anew when the machine's names
 * change or its end comes near. It is made where the site's root key lies, under an authority whose
 * key (`site-ca.key`) lies beside it and whose certificate (`site-ca.pem`) is handed out.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '@muster/core';
import { writeDurably } from '../durable-file.ts';
import { readRecord, writeRecord } from '../record.ts';
import type { Authority, CertifiedKey, ServerNames } from './certificate.ts';
import { isVouchedAddress } from './name-constraints.ts';
import { validity } from './validity.ts';

export interface ServerCertificateOptions {
  readonly random: Random;
  readonly siteName: string;
  /** The machine's host name; its first label is used, as `<label>.local`. */
  readonly hostName: string;
  /** IP addresses of the machine; public ones are left out, for the authority may not name them. */
  readonly addresses: readonly string[];
  /** Milliseconds since 1970, as the machine believes. */
  readonly unixMs: number;
}

const year = 365 * 86_400_000;
const serverFile = 'mqtt-tls.json';

/** Undefined where there is neither a certificate nor a root key to make one with. */
export async function ensureServerCertificate(
  folder: string,
  options: ServerCertificateOptions,
): Promise<CertifiedKey | undefined> {
  const names = serverNames(options);
  const wanted = JSON.stringify(names);
  const path = join(folder, serverFile);
  const record = readRecord(path, 'mqtt-tls');
  const kept = record && { key: record.text('key'), certificate: record.text('certificate') };
  const isFresh = options.unixMs < validity.notAfter.getTime() - year;
  if (kept && record.text('names') === wanted && isFresh) return kept;
  const authority = await openAuthority(folder, options);
  // One that lacks a new address still serves under its name.
  if (!authority) return kept;
  const { createServerCertificate } = await import('./certificate.ts');
  const made = await createServerCertificate(options.random, authority, names);
  writeRecord(path, 'mqtt-tls', { members: { names: wanted, ...made } });
  return made;
}

function serverNames({ hostName, addresses }: ServerCertificateOptions): ServerNames {
  const label = /^[a-z0-9-]{1,63}/.exec(hostName.toLowerCase())?.[0];
  const dns = [...(label ? [`${label}.local`] : []), 'localhost'];
  const own = new Set(['127.0.0.1', '::1', ...addresses].filter(isVouchedAddress));
  return { dns, addresses: [...own].sort() };
}

async function openAuthority(
  folder: string,
  options: ServerCertificateOptions,
): Promise<Authority | undefined> {
  const keyFile = join(folder, 'site-ca.key');
  const certificateFile = join(folder, 'site-ca.pem');
  const record = readRecord(keyFile, 'site-ca-key');
  if (record) {
    const [name, key] = [record.text('name'), record.text('key')];
    const authority = { name, key, certificate: record.text('certificate') };
    // A power cut fell between the two files, or someone lost one.
    if (!isText(certificateFile, authority.certificate))
      writeCertificate(certificateFile, authority);
    return authority;
  }
  if (!existsSync(join(folder, 'site.key'))) return undefined;
  const { createAuthority } = await import('./certificate.ts');
  const authority = await createAuthority(options.random, options.siteName);
  writeRecord(keyFile, 'site-ca-key', { members: { ...authority } });
  writeCertificate(certificateFile, authority);
  return authority;
}

function isText(path: string, text: string): boolean {
  return existsSync(path) && readFileSync(path, 'utf8') === text;
}

function writeCertificate(path: string, { certificate }: CertifiedKey): void {
  writeDurably(path, certificate, { mode: 0o644 });
}
