/**
 * Looks into a bundle that a node handed over: strict decoding, site, tag, signature, and for a
 * private channel the key. Another site's bundle passes only where the site's policy lets it in.
 * Nothing is shown that did not pass here, and no role that the author's ticket does not prove.
 * Whatever fails yields a reason, never an exception.
 */
import {
  type BundleFields,
  BundleKind,
  type ChannelDescription,
  type ChannelMessage,
  type Crypto,
  crossingKinds,
  decodeBundle,
  decodeDescription,
  decodeMessage,
  decodeProfile,
  describes,
  equalBytes,
  mayEnter,
  ok,
  openPayload,
  orderKeyOf,
  type Pin,
  type Profile,
  type Result,
  refused,
  type SitePolicy,
  toHex,
  verifyBundle,
} from '@muster/core';
import type { Item } from '../connection/wire.ts';
import type { Proven, Standings } from './standings.ts';

export interface OpenParts {
  readonly crypto: Crypto;
  /** 16 and 32 bytes. */
  readonly site: Uint8Array;
  readonly siteKey: Uint8Array;
  readonly standings: Standings;
  /** The newest that is known and was verified. */
  policy(): SitePolicy | undefined;
}

/** Where the item was found. */
export interface OpenPlace {
  readonly tag: Uint8Array;
  /** Of a private channel; else empty. */
  readonly key: Uint8Array;
  /** Id of the site whose channel it is, 16 bytes. */
  readonly home: Uint8Array;
}

export type Content =
  | { readonly kind: 'message'; readonly message: ChannelMessage }
  | { readonly kind: 'description'; readonly description: ChannelDescription }
  | { readonly kind: 'profile'; readonly profile: Profile };

export interface OpenedItem {
  /** Bundle id in hex. */
  readonly id: string;
  readonly orderHex: string;
  /** Device key in hex. */
  readonly author: string;
  readonly fields: BundleFields;
  readonly item: Item;
  /** The author's site, when it is another one than ours. */
  readonly from: Pin | undefined;
  /** Checks the signature and looks into the payload: the costly part, so it comes last. */
  open(): Result<Content, 'signature-wrong' | 'unreadable'>;
  /** What the author's ticket proves; costly the first time. */
  standing(): Proven | undefined;
}

export function openItem(
  parts: OpenParts,
  item: Item,
  place: OpenPlace,
): Result<OpenedItem, 'malformed' | 'misplaced'> {
  const decoded = decodeBundle(parts.crypto, item.signed, item.signature);
  if (!decoded.ok) return refused('malformed');
  const { fields, id } = decoded.value;
  if (!equalBytes(fields.tag, place.tag)) return refused('misplaced');
  const isOwn = equalBytes(fields.site, parts.site);
  const from = isOwn ? undefined : admitted(parts, fields);
  if (!isOwn && !from) return refused('misplaced');
  return ok({
    id: toHex(id),
    orderHex: toHex(orderKeyOf(fields, id)),
    author: toHex(fields.author),
    fields,
    item,
    from,
    standing: () => parts.standings.of(fields, item.ticket, (from ?? parts).siteKey),
    open: () => {
      if (!verifyBundle(parts.crypto, decoded.value)) return refused('signature-wrong');
      const content = readPayload(parts, fields, place);
      return content ? ok(content) : refused('unreadable');
    },
  });
}

/** The pinned site of a foreign bundle that the policy lets in. */
function admitted(parts: OpenParts, fields: BundleFields): Pin | undefined {
  const policy = parts.policy();
  return policy && crossingKinds.has(fields.kind) ? mayEnter(policy, fields) : undefined;
}

function readPayload(
  parts: OpenParts,
  fields: BundleFields,
  place: OpenPlace,
): Content | undefined {
  const { crypto } = parts;
  const { site, author, tag, payload } = fields;
  switch (fields.kind) {
    case BundleKind.message: {
      const sealed = place.key.length > 0;
      const plain = sealed
        ? openPayload(crypto, payload, { site, tag, author, key: place.key })
        : payload;
      const message = plain && decodeMessage(plain);
      return message && { kind: 'message', message };
    }
    case BundleKind.channelDescription: {
      const description = decodeDescription(payload);
      // Only the site whose channel it is says what it is.
      if (!description || !equalBytes(site, place.home)) return undefined;
      if (!describes(crypto, description, { site, tag, author })) return undefined;
      return { kind: 'description', description };
    }
    case BundleKind.profile: {
      const profile = decodeProfile(crypto, payload, author);
      return profile && { kind: 'profile', profile };
    }
    default:
      return undefined;
  }
}
