/**
 * Radio tags, 10 bytes: what a member says on air so that members of its site know who it is, and
 * nobody else learns more than that some box is there. Nonce (5) ‖ 40 masked bits: id (24), kind
 * (2), check (14). No time is in it, so it works with any clock. A tag proves nobody's identity:
 * whoever heard one can repeat it, and the link's handshake decides (docs/protocol/ble.md).
 */
import { concat } from '../bytes/concat.ts';
import { domain } from '../bytes/domain.ts';
import type { Crypto } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';

export const radioTagBytes = 10;
export const radioNonceBytes = 5;
export const radioIdBytes = 3;

/** A node, or anything else that carries the site's tag, such as a key fob or a phone. */
export type RadioKind = 'node' | 'carrier';

export interface RadioTag {
  /** radioIdOf the node key, 3 bytes; of a carrier whatever the site gave it. */
  readonly id: Uint8Array;
  readonly kind: RadioKind;
}

/** `foreign`: of another site, damaged, invented, or of a kind that is not known yet. */
export type RadioTagFault = 'malformed' | 'foreign';

const kinds: readonly RadioKind[] = ['node', 'carrier'];
const maskedBytes = radioTagBytes - radioNonceBytes;
const tagDomain = domain('radio-tag');
const nodeNumberBytes = 4;
const idDomain = domain('radio-id');
const maskDomain = domain('radio-mask');
const checkDomain = domain('radio-check');

/** What members of a site read each other's tags with, 32 bytes, from the site's root key. */
export function radioKeyOf(crypto: Crypto, siteKey: Uint8Array): Uint8Array {
  return crypto.blake2b(32, tagDomain, siteKey);
}

/**
 * By which a node is known on air, 3 bytes: two of 1,000 nodes share one with odds of 1 in 34. Of
 * the key only the first 4 bytes count, by which nodes name each other in what they say of links.
 */
export function radioIdOf(crypto: Crypto, siteKey: Uint8Array, nodeKey: Uint8Array): Uint8Array {
  const number = nodeKey.subarray(0, nodeNumberBytes);
  return crypto.blake2b(16, idDomain, siteKey, number).slice(0, radioIdBytes);
}

/** The tag, 10 bytes. `nonce`: 5 random bytes, fresh for every tag. */
export function sealRadioTag(
  crypto: Crypto,
  radioKey: Uint8Array,
  tag: RadioTag,
  nonce: Uint8Array,
): Uint8Array {
  if (nonce.length !== radioNonceBytes || tag.id.length !== radioIdBytes) {
    throw new RangeError('a radio tag has a nonce of 5 and an id of 3 bytes');
  }
  const kind = kinds.indexOf(tag.kind);
  const check = checkOf(crypto, radioKey, { nonce, id: tag.id, kind });
  const plain = concat(tag.id, Uint8Array.of((kind << 6) | (check >> 8), check & 0xff));
  return concat(nonce, masked(crypto, radioKey, nonce, plain));
}

/** Who says this tag. A random one is taken for ours once in 16,384. */
export function openRadioTag(
  crypto: Crypto,
  radioKey: Uint8Array,
  tag: Uint8Array,
): Result<RadioTag, RadioTagFault> {
  if (tag.length !== radioTagBytes) return refused('malformed');
  const nonce = tag.subarray(0, radioNonceBytes);
  const plain = masked(crypto, radioKey, nonce, tag.subarray(radioNonceBytes));
  const id = plain.slice(0, radioIdBytes);
  const tail = (plain[radioIdBytes]! << 8) | plain[radioIdBytes + 1]!;
  const kind = tail >> 14;
  const name = kinds[kind];
  const isOurs = (tail & 0x3fff) === checkOf(crypto, radioKey, { nonce, id, kind });
  return isOurs && name !== undefined ? ok({ id, kind: name }) : refused('foreign');
}

/** Applying it twice gives back what went in. */
function masked(
  crypto: Crypto,
  radioKey: Uint8Array,
  nonce: Uint8Array,
  bytes: Uint8Array,
): Uint8Array {
  const mask = crypto.blake2b(16, maskDomain, radioKey, nonce);
  const result = new Uint8Array(maskedBytes);
  for (let i = 0; i < maskedBytes; i++) result[i] = bytes[i]! ^ mask[i]!;
  return result;
}

interface Checked {
  readonly nonce: Uint8Array;
  readonly id: Uint8Array;
  readonly kind: number;
}

/** 14 bits that nobody without the key can tell from random ones. */
function checkOf(crypto: Crypto, radioKey: Uint8Array, { nonce, id, kind }: Checked): number {
  const hash = crypto.blake2b(16, checkDomain, radioKey, nonce, id, Uint8Array.of(kind));
  return (hash[0]! << 6) | (hash[1]! >> 2);
}
