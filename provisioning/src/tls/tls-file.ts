/**
 * `tls.json`: the TLS key of this machine and what the site's authority certified it with; one file
 * for MQTT and https. Of before there is `mqtt-tls.json`, which is read and never written again.
 */
import { join } from 'node:path';
import type { FileCalls } from '../durable-file.ts';
import { type FileRecord, readRecord, writeRecord } from '../record.ts';
import type { CertifiedKey, ServerNames } from './certificate.ts';
import { pemBlocks } from './pem.ts';

export interface TlsFile {
  /** PKCS #8, PEM. */
  readonly key: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** What the certificates name; JSON of ServerNames. Before there are any: what was asked for. */
  readonly names: string;
  /** Lasts for good: for devices whose clock may be wrong. PEM, empty while it is asked for. */
  readonly certificate: string;
  /** What browsers take; empty where the issuer's clock was not set. */
  readonly webCertificate: string;
  /** Milliseconds since 1970; 0 where there is none. */
  readonly webEndsUnixMs: number;
}

/** What is served with. */
export interface ServedTls extends CertifiedKey {
  /** For https: PEM of the same key; the other one where there is none for browsers. */
  readonly webCertificate: string;
  /** When the one for browsers ends, milliseconds since 1970; 0 where there is none. */
  readonly webEndsUnixMs: number;
}

/** Undefined while nothing is certified. */
export function readTls(folder: string): ServedTls | undefined {
  const asked = readTlsFile(folder);
  const file = asked?.certificate ? asked : readOldFile(folder);
  if (!file) return undefined;
  const { key, certificate, webEndsUnixMs } = file;
  return { key, certificate, webCertificate: file.webCertificate || certificate, webEndsUnixMs };
}

export function readTlsFile(folder: string): TlsFile | undefined {
  const record = readRecord(join(folder, 'tls.json'), 'tls');
  return (
    record && {
      ...common(record),
      publicKey: record.bytes('publicKey'),
      webCertificate: record.text('webCertificate'),
      webEndsUnixMs: record.integer('webEndsUnixMs'),
    }
  );
}

export function writeTlsFile(folder: string, file: TlsFile, calls?: FileCalls): void {
  writeRecord(join(folder, 'tls.json'), 'tls', { members: { ...file }, calls });
}

export function namesText({ dns, addresses }: ServerNames): string {
  return JSON.stringify({ dns, addresses });
}

/** The certificates among the PEM blocks of a text, each as PEM. */
export function certificatesIn(text: string): readonly string[] {
  return pemBlocks(text).flatMap((block) => (block.label === 'CERTIFICATE' ? [block.text] : []));
}

function readOldFile(folder: string) {
  const record = readRecord(join(folder, 'mqtt-tls.json'), 'mqtt-tls');
  return record && { ...common(record), webCertificate: '', webEndsUnixMs: 0 };
}

function common(record: FileRecord): Pick<TlsFile, 'key' | 'names' | 'certificate'> {
  const [key, names] = [record.text('key'), record.text('names')];
  return { key, names, certificate: record.text('certificate') };
}
