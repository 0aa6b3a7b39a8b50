/**
 * How a client opens its session: it proves its device key by signing a fresh challenge, and shows
 * the tickets it has. The best valid one counts; a device without any is admitted as a guest out of
 * this node's own budget. Judges only; the session carries it out.
 */
import {
  type Crypto,
  concat,
  domain,
  type NodeApi,
  ok,
  type Result,
  type Role,
  refused,
} from '@muster/core';
import type { SessionRequest } from './client-message.ts';

export interface Identity {
  /** 16 bytes. */
  readonly site: Uint8Array;
  /** Ed25519, 32 bytes each. */
  readonly siteKey: Uint8Array;
  readonly nodeKey: Uint8Array;
}

export interface Admission {
  readonly device: Uint8Array;
  /** Wire form. */
  readonly ticket: Uint8Array;
  readonly role: Role;
}

export type OpeningFault = 'signature-wrong' | 'guests-full';

/** What the device key signs: domain ‖ site ‖ node key ‖ nonce. */
export function challengeBytes(identity: Identity, nonce: Uint8Array): Uint8Array {
  return concat(domain('session'), identity.site, identity.nodeKey, nonce);
}

export function judgeOpening(
  request: SessionRequest,
  challenge: { readonly identity: Identity; readonly nonce: Uint8Array },
  by: { readonly crypto: Crypto; readonly node: Pick<NodeApi, 'checkTicket' | 'admitGuest'> },
): Result<Admission, OpeningFault> {
  const { device, signature } = request;
  const signed = challengeBytes(challenge.identity, challenge.nonce);
  if (!by.crypto.verify(signature, signed, device)) return refused('signature-wrong');
  let best: Admission | undefined;
  for (const ticket of request.tickets) {
    const role = by.node.checkTicket(ticket, device);
    if (role.ok && role.value > (best?.role ?? -1)) best = { device, ticket, role: role.value };
  }
  if (best) return ok(best);
  const admitted = by.node.admitGuest(device);
  if (!admitted.ok) return admitted;
  const role = by.node.checkTicket(admitted.value, device);
  return role.ok
    ? ok({ device, ticket: admitted.value, role: role.value })
    : refused('guests-full');
}
