/**
 * A site's id: the hash of its first root key. A later change of the root key (planned) changes
 * neither the id nor the tags of the site's own channels, which are named by that first key.
 */
import { domain } from '../bytes/domain.ts';
import type { Crypto } from '../ports/crypto.ts';

/** BLAKE2b-128(domain ‖ root public key), 16 bytes. */
export function siteIdOf(crypto: Crypto, siteKey: Uint8Array): Uint8Array {
  return crypto.blake2b(16, domain('site'), siteKey);
}

/** Keys that the site's trust lists revoke. */
export interface RevokedKeys {
  /** A node, device or person key. */
  has(key: Uint8Array): boolean;
  /** An admin key, as an issuer: only the root's list and its own count. */
  hasAdmin(key: Uint8Array): boolean;
}

/** What a node or phone must know to judge certificates and tickets of its site. */
export interface SiteTrust {
  readonly crypto: Crypto;
  /** Ed25519 public key of the site root, 32 bytes. */
  readonly siteKey: Uint8Array;
  /** 16 bytes; siteIdOf(siteKey). */
  readonly site: Uint8Array;
  /** The site's epoch now; what ended in an earlier epoch is not valid. */
  readonly epoch: number;
  /** None where it is not given: of another site, or before any list was heard of. */
  readonly revoked?: RevokedKeys;
}
