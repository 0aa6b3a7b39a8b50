/**
 * A bundle's id: BLAKE2b-256(domain ‖ signed). Always recomputed from the bytes, never believed.
 * The signature is made over the id, so it covers the domain and every signed byte.
 */
import { domain } from '../bytes/domain.ts';
import type { Crypto } from '../ports/crypto.ts';
import type { Bundle } from './bundle.ts';

const bundleDomain = domain('bundle');

export function bundleId(crypto: Crypto, signed: Uint8Array): Uint8Array {
  return crypto.blake2b(32, bundleDomain, signed);
}

/** True when the author's key made this signature over this bundle. */
export function verifyBundle(crypto: Crypto, bundle: Bundle): boolean {
  return crypto.verify(bundle.signature, bundle.id, bundle.fields.author);
}
