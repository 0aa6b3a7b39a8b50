/**
 * The TLS certificate of a member without the site's authority: it makes its key, asks through the
 * mesh, a gateway (or whoever has the authority) answers, and it takes the answer in. The private
 * key never leaves the machine; an answer counts only when the site's root vouches for its
 * authority, for whoever served under a foreign one would hand that out to phones as the site's.
 */
import { type Crypto, equalBytes, ok, type Random, type Result, refused, utf8 } from '@muster/core';
import type { FileCalls } from '../durable-file.ts';
import { tlsLimits } from '../limits.ts';
import {
  decodeTlsAuthority,
  installTlsAuthority,
  isTlsAuthorityVouched,
  readAuthorityCertificate,
  readTlsAuthority,
} from './authority-file.ts';
import type { ServerNames, ServerRequest } from './certificate.ts';
import { answerText, certifyServer } from './certify.ts';
import { createTlsKey } from './keys.ts';
import { encodeTlsRequest, readTlsRequest } from './request.ts';
import { isFresh } from './server-certificate.ts';
import { namesFault } from './server-names.ts';
import { certificatesIn, namesText, readTlsFile, writeTlsFile } from './tls-file.ts';

export type TlsRequestFault =
  | 'no-authority'
  | 'malformed'
  | 'not-yours'
  | 'name-forbidden'
  | 'name-not-own';

export type TlsAnswerFault =
  | 'not-asked'
  | 'malformed'
  | 'authority-unknown'
  | 'forged'
  | 'not-yours'
  | 'names-differ';

/**
 * What to publish, so that somebody certifies this machine; undefined while what it has names all
 * of that and lasts. The key is made at the first call.
 */
export async function tlsRequest(
  folder: string,
  asked: {
    readonly names: ServerNames;
    readonly nodeKey: Uint8Array;
    readonly unixMs: number;
    readonly calls?: FileCalls;
  },
): Promise<Uint8Array | undefined> {
  const file = readTlsFile(folder);
  const { names, nodeKey, unixMs, calls } = asked;
  if (isFresh(file, namesText(names), unixMs)) return undefined;
  const key = file ?? (await createTlsKey());
  if (!file) {
    const empty = { certificate: '', webCertificate: '', webEndsUnixMs: 0 };
    writeTlsFile(folder, { ...key, names: namesText(names), ...empty }, calls);
  }
  return encodeTlsRequest(key, { nodeKey, names });
}

/** The answer as PEM, for whoever published the request with this node key. */
export async function answerTlsRequest(
  folder: string,
  asked: {
    readonly request: Uint8Array;
    /** Whose word the request is, 32 bytes. */
    readonly nodeKey: Uint8Array;
    /** What that node goes by; it gets nothing else certified. */
    readonly own: ServerNames;
    readonly random: Random;
    readonly unixMs: number;
  },
): Promise<Result<string, TlsRequestFault>> {
  const bytes = readTlsAuthority(folder);
  const authority = bytes && decodeTlsAuthority(bytes);
  if (!authority?.key) return refused('no-authority');
  const request = await readTlsRequest(asked.request);
  if (!request) return refused('malformed');
  if (!equalBytes(request.nodeKey, asked.nodeKey)) return refused('not-yours');
  const fault = namesFault(request.names, asked.own);
  if (fault) return refused(fault);
  const certified = await certifyServer({ ...authority, key: authority.key }, request, asked);
  return ok(answerText(certified, authority));
}

/** Takes an answer in; the certificates are on disk when it returns. */
export async function acceptTlsCertificate(
  folder: string,
  given: {
    readonly pem: string;
    readonly crypto: Crypto;
    /** The site's root key, 32 bytes. */
    readonly siteKey: Uint8Array;
    readonly calls?: FileCalls;
  },
): Promise<Result<void, TlsAnswerFault>> {
  const { pem, crypto, siteKey, calls } = given;
  const file = readTlsFile(folder);
  if (!file) return refused('not-asked');
  if (pem.length > tlsLimits.answerBytesMax) return refused('malformed');
  const authority = decodeTlsAuthority(utf8(pem));
  const [certificate, web, ...more] = certificatesIn(pem).slice(0, -1);
  if (!authority || certificate === undefined || more.length > 0) return refused('malformed');
  const isKnown = readAuthorityCertificate(folder) === authority.certificate;
  if (!isKnown && !isTlsAuthorityVouched(crypto, siteKey, authority))
    return refused('authority-unknown');
  const { readServerCertificate } = await import('./certificate.ts');
  let webEndsUnixMs = 0;
  let names = '';
  for (const one of web === undefined ? [certificate] : [certificate, web]) {
    const read: ServerRequest | undefined = await readServerCertificate(one, authority.certificate);
    if (!read) return refused('forged');
    if (!equalBytes(read.publicKey, file.publicKey)) return refused('not-yours');
    if (names !== '' && namesText(read.names) !== names) return refused('names-differ');
    names = namesText(read.names);
    if (one === web) webEndsUnixMs = read.notAfter.getTime();
  }
  const { certificate: ca } = authority;
  installTlsAuthority(folder, utf8(ca), calls);
  const taken = { certificate, webCertificate: web ?? '', webEndsUnixMs };
  writeTlsFile(folder, { ...file, names, ...taken }, calls);
  return ok(undefined);
}
