/**
 * Ed25519 signatures that careless verifiers take, and on which verifiers differ. All must be
 * refused: two nodes that differ on one would never agree on what is in the mesh. Plain arithmetic
 * on public numbers and on keys of seeds that are published here; never use it for a real key.
 */
import { createHash } from 'node:crypto';
import { concat } from '@muster/core';
import type { Actor } from './cast.ts';
import { hex } from './raw-cbor.ts';

/** The order of the group, L (RFC 8032 section 5.1). */
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

function numberOf(littleEndian: Uint8Array): bigint {
  return littleEndian.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

function sha512(...parts: readonly Uint8Array[]): Uint8Array {
  return createHash('sha512')
    .update(concat(...parts))
    .digest();
}

/** The secret scalar of a seed (RFC 8032 section 5.1.5). */
function scalarOf(seed: Uint8Array): bigint {
  const half = sha512(seed).slice(0, 32);
  half[0]! &= 248;
  half[31] = (half[31]! & 127) | 64;
  return numberOf(half);
}

/** The neutral element of the group, of order 1. */
const neutral = littleEndian(1n);

/** The same signature with s + L for s: it fits the same equation. */
export function malleableTwin(signature: Uint8Array): Uint8Array {
  const s = numberOf(signature.subarray(32)) + order;
  return concat(signature.subarray(0, 32), littleEndian(s));
}

/** With the neutral element as key, R = neutral element and s = 0 fit the equation for anything. */
export const smallOrderKey = neutral;
export const smallOrderKeySignature = concat(neutral, new Uint8Array(32));

/** By the right author, with the neutral element as R: it fits the equation. */
export function smallOrderR(message: Uint8Array, { seed, key }: Actor): Uint8Array {
  const h = numberOf(sha512(neutral, key.publicKey, message));
  return concat(neutral, littleEndian((h * scalarOf(seed)) % order));
}

/** The public key of the stranger plus a point of order 8. */
export const mixedOrderKey = hex(
  '3507b749e273b9c3cd5114a4b98374850e8fc603165ed05d1b738f4d276e7372',
);

/**
 * By the stranger under the mixed key. It fits the equation multiplied by the cofactor 8, and not
 * the equation itself, which is the one that counts.
 */
export function mixedOrderSignature(
  message: Uint8Array,
  by: { readonly stranger: Actor; readonly nonce: Actor },
): Uint8Array {
  const r = by.nonce.key.publicKey;
  const h = numberOf(sha512(r, mixedOrderKey, message));
  if ((h % order) % 8n === 0n) throw new RangeError('this one fits: change the bundle');
  const s = (scalarOf(by.nonce.seed) + h * scalarOf(by.stranger.seed)) % order;
  return concat(r, littleEndian(s));
}
