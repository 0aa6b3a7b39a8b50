/**
 * The key of a TLS server: ECDSA on P-256, made on the machine that serves with it, and proven to
 * whoever is to certify it. Without the X.509 library, so that a node without an authority never
 * loads it for this.
 */
import { webcrypto } from 'node:crypto';
import { pemBlocks, toPem } from './pem.ts';

export const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export interface TlsKey {
  /** PKCS #8, PEM. */
  readonly key: string;
  /** SubjectPublicKeyInfo (RFC 5480), DER. */
  readonly publicKey: Uint8Array;
}

export async function createTlsKey(): Promise<TlsKey> {
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
  const [secret, spki] = await Promise.all([
    webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
    webcrypto.subtle.exportKey('spki', keys.publicKey),
  ]);
  return { key: toPem('PRIVATE KEY', new Uint8Array(secret)), publicKey: new Uint8Array(spki) };
}

/** For signing alone; from PEM. */
export function openTlsKey(pem: string): Promise<webcrypto.CryptoKey> {
  const bytes = pemBlocks(pem)[0]?.bytes ?? new Uint8Array(0);
  return webcrypto.subtle.importKey('pkcs8', bytes as Uint8Array<ArrayBuffer>, ecdsa, false, [
    'sign',
  ]);
}

/** Signature of 64 bytes (IEEE P1363). */
export async function signWithTlsKey(pem: string, message: Uint8Array): Promise<Uint8Array> {
  const key = await openTlsKey(pem);
  return new Uint8Array(
    await webcrypto.subtle.sign(ecdsa, key, message as Uint8Array<ArrayBuffer>),
  );
}

/** False too where the key is none. */
export async function verifyWithTlsKey(
  publicKey: Uint8Array,
  signature: Uint8Array,
  message: Uint8Array,
): Promise<boolean> {
  const { subtle } = webcrypto;
  try {
    const spki = publicKey as Uint8Array<ArrayBuffer>;
    const key = await subtle.importKey('spki', spki, ecdsa, false, ['verify']);
    return await subtle.verify(
      ecdsa,
      key,
      signature as Uint8Array<ArrayBuffer>,
      message as Uint8Array<ArrayBuffer>,
    );
  } catch {
    return false;
  }
}
