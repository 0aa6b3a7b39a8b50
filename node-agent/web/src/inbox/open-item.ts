/**
 * Looks into a bundle that a node handed over: strict decoding, site, tag, signature, and for a
 * private channel the key. Nothing is shown that did not pass here. Whatever fails yields a reason,
 * never an exception; the role alone is the node's word.
 */
import {
  type BundleFields,
  BundleKind,
  type ChannelDescription,
  type ChannelMessage,
  type Crypto,
  decodeBundle,
  decodeDescription,
  decodeMessage,
  decodeProfile,
  describes,
  equalBytes,
  ok,
  openPayload,
  orderKeyOf,
  type Profile,
  type Result,
  refused,
  toHex,
  verifyBundle,
} from '@muster/core';
import type { Item } from '../connection/wire.ts';

export interface OpenParts {
  readonly crypto: Crypto;
  readonly site: Uint8Array;
}

/** Where the item was found: its tag, and the key of a private channel (else empty). */
export interface OpenPlace {
  readonly tag: Uint8Array;
  readonly key: Uint8Array;
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
  /** Checks the signature and looks into the payload: the costly part, so it comes last. */
  open(): Result<Content, 'signature-wrong' | 'unreadable'>;
}

export function openItem(
  parts: OpenParts,
  item: Item,
  place: OpenPlace,
): Result<OpenedItem, 'malformed' | 'misplaced'> {
  const decoded = decodeBundle(parts.crypto, item.signed, item.signature);
  if (!decoded.ok) return refused('malformed');
  const { fields, id } = decoded.value;
  if (!equalBytes(fields.site, parts.site) || !equalBytes(fields.tag, place.tag)) {
    return refused('misplaced');
  }
  return ok({
    id: toHex(id),
    orderHex: toHex(orderKeyOf(fields, id)),
    author: toHex(fields.author),
    fields,
    item,
    open: () => {
      if (!verifyBundle(parts.crypto, decoded.value)) return refused('signature-wrong');
      const content = readPayload(parts, fields, place);
      return content ? ok(content) : refused('unreadable');
    },
  });
}

function readPayload(
  parts: OpenParts,
  fields: BundleFields,
  place: OpenPlace,
): Content | undefined {
  const { crypto, site } = parts;
  const { author, tag, payload } = fields;
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
      if (!description || !describes(crypto, description, { site, tag, author })) return undefined;
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
