/**
 * Private channels: one shared key from a QR code or link, for confidentiality only. Who wrote is
 * proven by the bundle's signature, never by holding the key. Sealed form: nonce (24) ‖
 * XChaCha20-Poly1305 box; site, tag and author are bound in, so a box fits no other bundle's place.
 */
import { concat } from '../bytes/concat.ts';
import { domain } from '../bytes/domain.ts';
import type { Crypto } from '../ports/crypto.ts';
import type { Random } from '../ports/random.ts';

export const channelKeyBytes = 32;
const nonceBytes = 24;
const tagBytes = 16;
/** How much longer a sealed payload is than its plaintext. */
export const sealOverheadBytes = nonceBytes + tagBytes;

export interface SealPlace {
  readonly site: Uint8Array;
  readonly tag: Uint8Array;
  readonly author: Uint8Array;
  /** The channel key, 32 bytes. */
  readonly key: Uint8Array;
}

export function sealPayload(
  crypto: Crypto,
  random: Random,
  what: { readonly plain: Uint8Array; readonly place: SealPlace },
): Uint8Array {
  const nonce = random.bytes(nonceBytes);
  const box = crypto.seal(what.plain, associatedData(what.place), nonce, what.place.key);
  return concat(nonce, box);
}

/** The plaintext, or undefined when it was not sealed with this key for this place. */
export function openPayload(
  crypto: Crypto,
  sealed: Uint8Array,
  place: SealPlace,
): Uint8Array | undefined {
  if (sealed.length < sealOverheadBytes) return undefined;
  const nonce = sealed.subarray(0, nonceBytes);
  return crypto.open(sealed.subarray(nonceBytes), associatedData(place), nonce, place.key);
}

function associatedData(place: SealPlace): Uint8Array {
  return concat(domain('channel-seal'), place.site, place.tag, place.author);
}
