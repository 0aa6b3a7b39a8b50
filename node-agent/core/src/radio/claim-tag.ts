/**
 * Claim tags, 10 bytes: what a blank node says on air. Whoever knows its claim id (from its label's
 * code, or because somebody who scanned it asks for it) finds the very box among several; to all
 * others it says that some blank box is there, and two tags of one box have nothing in common.
 * Nonce (5) ‖ the first 5 bytes of BLAKE2b-128(domain ‖ claim id ‖ nonce).
 */
import { equalBytes } from '../bytes/compare.ts';
import { concat } from '../bytes/concat.ts';
import { domain } from '../bytes/domain.ts';
import type { Crypto } from '../ports/crypto.ts';
import { radioNonceBytes, radioTagBytes } from './radio-tag.ts';

const claimTagDomain = domain('claim-tag');

/** `claimId`: 8 bytes, claimIdOf the code's secret; `nonce`: 5 random bytes, fresh each time. */
export function claimTagOf(crypto: Crypto, claimId: Uint8Array, nonce: Uint8Array): Uint8Array {
  if (nonce.length !== radioNonceBytes) throw new RangeError('a claim tag has a nonce of 5 bytes');
  const hash = crypto.blake2b(16, claimTagDomain, claimId, nonce);
  return concat(nonce, hash.subarray(0, radioTagBytes - radioNonceBytes));
}

/** Whether the box with this claim id says it; false for any other bytes. */
export function isClaimTagOf(crypto: Crypto, claimId: Uint8Array, tag: Uint8Array): boolean {
  if (tag.length !== radioTagBytes) return false;
  return equalBytes(claimTagOf(crypto, claimId, tag.subarray(0, radioNonceBytes)), tag);
}
