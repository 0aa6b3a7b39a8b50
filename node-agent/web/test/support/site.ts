/** A site for tests, made with the core's own functions: root, one node, and what they sign. */
import {
  type ChannelMessage,
  ClockQuality,
  type Crypto,
  composeBundle,
  encodeMessage,
  HybridClock,
  type KeyPair,
  Lane,
  NodeRole,
  newChain,
  orderKeyOf,
  Role,
  rootIssuer,
  Scope,
  signCertificate,
  signTicket,
  siteIdOf,
  ticketIdOf,
  toHex,
} from '@muster/core';
import type { Item } from '../../src/connection/wire.ts';
import { loadCrypto } from '../../src/platform/crypto-sumo.ts';
import type { TicketRecord } from '../../src/storage/records.ts';

export const crypto: Crypto = await loadCrypto();

export function keyPair(fill: number): KeyPair {
  return crypto.keyPairFromSeed(new Uint8Array(32).fill(fill));
}

export const root = keyPair(1);
export const node = keyPair(2);
export const site = siteIdOf(crypto, root.publicKey);

const certificate = signCertificate(
  crypto,
  { site, nodeKey: node.publicKey, role: NodeRole.node, capabilities: 0, epoch: 0, name: 'A1' },
  rootIssuer(root),
);

export function guestTicket(device: Uint8Array): TicketRecord {
  const ticket = { site, subject: device, role: Role.guest, serial: 0, epoch: 0 };
  const wire = signTicket(crypto, ticket, { key: node, certificate });
  return { wire, id: ticketIdOf(crypto, wire), role: 'guest' };
}

/** Of the own node, for itself. */
export function nodeTicket(): Uint8Array {
  const ticket = { site, subject: node.publicKey, role: Role.node, serial: 1, epoch: 0 };
  return signTicket(crypto, ticket, { key: node, certificate });
}

export interface Said {
  readonly tag: Uint8Array;
  readonly author: KeyPair;
  readonly name?: string;
  readonly text?: string;
  readonly ms: number;
  readonly kind?: number;
  readonly payload?: Uint8Array;
  readonly site?: Uint8Array;
  /** In wire form; a guest's of the own site unless given. */
  readonly ticket?: Uint8Array;
  readonly via?: ChannelMessage['via'];
  readonly scope?: Scope;
}

/** A bundle as a node hands it over. */
export function item(said: Said, more: Partial<Item> = {}): Item & { readonly orderHex: string } {
  const { tag, author, ms } = said;
  const stamp = new HybridClock().next(ms);
  const wire = said.ticket ?? guestTicket(author.publicKey).wire;
  const { name = 'Ada', text = 'hello', via } = said;
  const { bundle } = composeBundle(
    crypto,
    { key: author, site: said.site ?? site, ticket: ticketIdOf(crypto, wire) },
    {
      chain: newChain,
      draft: {
        kind: (said.kind ?? 1) as 1,
        tag,
        lane: Lane.normal,
        lifetimeS: 3600,
        hopLimit: 5,
        stamp,
        quality: ClockQuality.device,
        scope: said.scope ?? Scope.anywhere,
        payload: said.payload ?? encodeMessage({ name, text, ...(via && { via }) }),
      },
    },
  );
  return {
    signed: bundle.signed,
    signature: bundle.signature,
    role: 'guest',
    ticket: wire,
    ageMs: 0,
    hops: 0,
    nodes: 1,
    arrivedUnixMs: ms,
    orderHex: toHex(orderKeyOf(bundle.fields, bundle.id)),
    ...more,
  };
}
