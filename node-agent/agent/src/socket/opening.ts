/**
 * How a client opens its session: it proves its device key by signing a fresh challenge, and shows
 * the tickets it has. The best valid one counts; a device without any becomes a guest out of this
 * node's own budget, where the site's rules let it. Judges only; the session carries it out.
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
import { type GuestDoor, type GuestFault, guestFaultTexts } from '../admin/guest-door.ts';
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

export type OpeningFault = 'signature-wrong' | 'revoked' | 'guests-full' | GuestFault;

export const openingFaultTexts: Readonly<Record<OpeningFault, string>> = {
  ...guestFaultTexts,
  'signature-wrong': 'The challenge was not signed by this device key.',
  revoked: 'This device was revoked by an admin of the site.',
  'guests-full': 'This node admits no more guests now; try again in a minute, or another node.',
};

/** What the device key signs: domain ‖ site ‖ node key ‖ nonce. */
export function challengeBytes(identity: Identity, nonce: Uint8Array): Uint8Array {
  return concat(domain('session'), identity.site, identity.nodeKey, nonce);
}

export interface OpeningJudges {
  readonly crypto: Crypto;
  readonly node: Pick<NodeApi, 'checkTicket' | 'admitGuest' | 'trust'>;
  readonly door: Pick<GuestDoor, 'judge'>;
}

export function judgeOpening(
  request: SessionRequest,
  challenge: { readonly identity: Identity; readonly nonce: Uint8Array },
  by: OpeningJudges,
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
  if (by.node.trust().revoked.has(device)) return refused('revoked');
  const guest = by.door.judge(request.pass);
  if (!guest.ok) return guest;
  const admitted = admitGuest(device, by.node);
  if (admitted.ok) guest.value();
  return admitted;
}

/** A ticket out of this node's guest budget; whether the rules let it is judged before. */
export function admitGuest(
  device: Uint8Array,
  node: OpeningJudges['node'],
): Result<Admission, 'guests-full'> {
  const admitted = node.admitGuest(device);
  if (!admitted.ok) return admitted;
  const role = node.checkTicket(admitted.value, device);
  return role.ok
    ? ok({ device, ticket: admitted.value, role: role.value })
    : refused('guests-full');
}
