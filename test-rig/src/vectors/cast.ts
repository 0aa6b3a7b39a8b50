/**
 * Who acts in the vectors: one site with its keys, certificates and tickets, and a second site for
 * what is foreign. Every key comes from a seed of one repeated byte, so that anyone can make it.
 */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import {
  type Author,
  type Issuer,
  type KeyPair,
  NodeRole,
  Role,
  rootIssuer,
  type SiteTrust,
  signCertificate,
  signTicket,
  siteIdOf,
  type Ticket,
  ticketIdOf,
} from '@muster/core';
import type { Vector } from './json.ts';

export const crypto = createSodiumCrypto();
export const none = new Uint8Array(0);

export interface Actor {
  readonly name: string;
  readonly seed: Uint8Array;
  readonly key: KeyPair;
}

export function actor(name: string, seedByte: number): Actor {
  const seed = new Uint8Array(32).fill(seedByte);
  return { name, seed, key: crypto.keyPairFromSeed(seed) };
}

export const root = actor('root', 0x01);
export const node = actor('node', 0x02);
export const secondNode = actor('second node', 0x03);
export const guest = actor('guest', 0x11);
export const user = actor('user', 0x12);
export const staff = actor('staff', 0x13);
export const person = actor('person', 0x14);
export const otherGuest = actor('other guest', 0x15);
export const stranger = actor('stranger', 0x66);
export const foreignRoot = actor('foreign root', 0x67);

const everyone = [root, node, secondNode, guest, user, staff, person, otherGuest, stranger];

/** The site's epoch now; certificates and tickets of the cast end with `lastEpoch`. */
export const epoch = 3;
export const lastEpoch = 8;
export const site = siteIdOf(crypto, root.key.publicKey);
export const foreignSite = siteIdOf(crypto, foreignRoot.key.publicKey);
export const trust: SiteTrust = { crypto, siteKey: root.key.publicKey, site, epoch };

const certificateOf = (of: Actor): Uint8Array =>
  signCertificate(
    crypto,
    {
      site,
      nodeKey: of.key.publicKey,
      role: NodeRole.node,
      capabilities: 0,
      epoch: lastEpoch,
      name: of.name,
    },
    rootIssuer(root.key),
  );
export const certificate = certificateOf(node);
export const secondCertificate = certificateOf(secondNode);

export const byRoot = { key: root.key, certificate: none };
export const byNode = { key: node.key, certificate };

export function ticketFor(
  subject: Actor,
  role: Role,
  more: Partial<Ticket> & { readonly by?: Issuer } = {},
): Uint8Array {
  const { by = role === Role.guest ? byNode : byRoot, ...changes } = more;
  const fields = {
    site,
    subject: subject.key.publicKey,
    role,
    serial: 1,
    epoch: lastEpoch,
    ...changes,
  };
  return signTicket(crypto, fields, by);
}

export const tickets = {
  guest: ticketFor(guest, Role.guest),
  user: ticketFor(user, Role.user),
  staff: ticketFor(staff, Role.staff),
  node: ticketFor(node, Role.node, { by: byNode }),
};

/** An actor as the author of bundles under a ticket in wire form. */
export function authorOf(of: Actor, ticket: Uint8Array): Author {
  return { key: of.key, site, ticket: ticketIdOf(crypto, ticket) };
}

/** The head of every file: who has which key, and what a receiver knows of the site. */
export const castVector: Readonly<Record<'keys' | 'trust', Vector>> = {
  keys: everyone.map(({ name, seed, key }) => ({ name, seed, publicKey: key.publicKey })),
  trust: { siteKey: root.key.publicKey, site, epoch },
};
