/**
 * Looks into a bundle that a node shows, for the command line: signature, place, site, and what the
 * author's ticket proves. Another site's message counts only where the site's policy lets it in,
 * and only a node speaks for MQTT clients. Whatever fails is undefined, never an exception.
 */
import {
  type BundleFields,
  BundleKind,
  type ChannelMessage,
  type Crypto,
  decodeBundle,
  decodeMessage,
  equalBytes,
  mayEnter,
  openPayload,
  type Pin,
  Role,
  type SitePolicy,
  type Standing,
  siteIdOf,
  standingOf,
  ticketIdOf,
  verifyBundle,
} from '@muster/core';
import type { ShownBundle } from './node-session.ts';

export interface Reading {
  readonly crypto: Crypto;
  /** 16 and 32 bytes. */
  readonly site: Uint8Array;
  readonly siteKey: Uint8Array;
  /** Verified. */
  readonly policy: SitePolicy | undefined;
  /** The channel's tag, and the key of a private one (else empty). */
  readonly tag: Uint8Array;
  readonly key: Uint8Array;
}

export interface OpenedMessage {
  readonly id: Uint8Array;
  readonly fields: BundleFields;
  readonly name: string;
  readonly text: string;
  /** The author's site, when it is another one. */
  readonly from: Pin | undefined;
  /** From staff up it is proven; user or guest may be the node's word. */
  readonly role: Role;
  /** The MQTT client and the node that signed for it, by its certificate. */
  readonly via: { readonly client: string; readonly node: string } | undefined;
}

export function openMessage(reading: Reading, item: ShownBundle): OpenedMessage | undefined {
  const { crypto, site, policy, tag } = reading;
  const decoded = decodeBundle(crypto, item.signed, item.signature);
  if (!decoded.ok) return undefined;
  const { id, fields } = decoded.value;
  if (fields.kind !== BundleKind.message || !equalBytes(fields.tag, tag)) return undefined;
  const isOwn = equalBytes(fields.site, site);
  const from = isOwn || !policy ? undefined : mayEnter(policy, fields);
  if ((!isOwn && !from) || !verifyBundle(crypto, decoded.value)) return undefined;
  const message = messageIn(reading, fields);
  if (!message) return undefined;
  const standing = standingIn(crypto, (from ?? reading).siteKey, { fields, ticket: item.ticket });
  // Users come without a ticket: the node's word is enough for a role that grants no badge.
  const unproven = item.role === 'user' ? Role.user : Role.guest;
  const role = standing?.role ?? unproven;
  const { name, text, via } = message;
  const speaks = via && role === Role.node;
  return {
    id,
    fields,
    name,
    text,
    from,
    role,
    via: speaks ? { client: via.client, node: standing?.nodeName ?? '' } : undefined,
  };
}

function messageIn(
  { crypto, tag, key }: Reading,
  fields: BundleFields,
): ChannelMessage | undefined {
  const { site, author, payload } = fields;
  const plain = key.length > 0 ? openPayload(crypto, payload, { site, tag, author, key }) : payload;
  return plain && decodeMessage(plain);
}

function standingIn(
  crypto: Crypto,
  siteKey: Uint8Array,
  shown: { readonly fields: BundleFields; readonly ticket: Uint8Array },
): Standing | undefined {
  const { fields, ticket } = shown;
  if (!equalBytes(ticketIdOf(crypto, ticket), fields.ticket)) return undefined;
  // The command line hears of no epochs yet; the node that holds the bundle does.
  const trust = { crypto, siteKey, site: siteIdOf(crypto, siteKey), epoch: 0 };
  return standingOf(trust, ticket, fields.author);
}
