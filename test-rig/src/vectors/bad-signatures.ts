/** Ed25519 signatures that careless verifiers take. Arithmetic on numbers, not cryptography. */
import { concat, type KeyPair } from '@muster/core';

/** The order of the group, L (RFC 8032 section 5.1). */
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The same signature with s + L for s: it fits the same equation. */
export function malleableTwin(signature: Uint8Array): Uint8Array {
  let rest = order;
  for (let i = 0; i < 32; i++) rest += BigInt(signature[32 + i]!) << BigInt(8 * i);
  const s = Uint8Array.from({ length: 32 }, (_, i) => Number((rest >> BigInt(8 * i)) & 255n));
  return concat(signature.subarray(0, 32), s);
}

/** The neutral element as public key; R = neutral element and s = 0 then fit every message. */
export function smallOrderKey(): { readonly key: KeyPair; readonly signature: Uint8Array } {
  const neutral = new Uint8Array(32);
  neutral[0] = 1;
  const key = { publicKey: neutral, secretKey: new Uint8Array(64) };
  return { key, signature: concat(neutral, new Uint8Array(32)) };
}
