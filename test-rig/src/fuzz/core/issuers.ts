/**
 * Who issued an accepted paper, with the secret key, so that it can be issued once more and
 * compared. Nobody outside the cast can have issued it: that would be a forgery.
 */
import type { Issuer } from '@muster/core';
import { parseCbor } from '../mutate/cbor-tree.ts';
import { broken } from '../target.ts';
import { secretOf, site } from './cast.ts';

const none: Uint8Array = new Uint8Array(0);

export function issuerOf(publicKey: Uint8Array, certificate = none): Issuer {
  const secretKey = secretOf(publicKey) ?? broken('accepted, and signed by nobody of the cast');
  return { key: { publicKey, secretKey }, certificate };
}

/** The certificate that came along with a statement, as it stands there; empty where none did. */
export function certificateIn(wire: Uint8Array): Uint8Array {
  const third = parseCbor(wire)?.[0]?.items[2];
  return third ? wire.slice(wire.length - Number(third.argument)) : none;
}

/** The admin whose certificate came along; the root where none did. */
export function issuerIn(wire: Uint8Array): Issuer {
  const certificate = certificateIn(wire);
  if (certificate.length === 0) return site.root;
  const [statement] = parseCbor(certificate) ?? [];
  const fields = statement?.items[0]?.items[0]?.items;
  return issuerOf(fields?.[2]?.content ?? none, certificate);
}
