/** Signed statements of federation.json with any items inside, also such as no encoder writes. */
import { concat, domain, encodeCbor } from '@muster/core';
import { type Actor, crypto } from './cast.ts';

export type Item = Parameters<typeof encodeCbor>[0];

/** The statement in wire form, signed by this actor for this purpose. */
export function signedBy(
  by: Actor,
  purpose: 'site-card' | 'site-policy',
  items: readonly Item[],
): Uint8Array {
  const signed = encodeCbor([...items]);
  const signature = crypto.sign(concat(domain(purpose), signed), by.key.secretKey);
  return encodeCbor([signed, signature]);
}
