/**
 * What the cases of bundle.json and bundle-invalid.json are made with: one draft, one way to write.
 */
import {
  type Author,
  type AuthorChain,
  type Bundle,
  type BundleDraft,
  BundleKind,
  composeBundle,
  Lane,
  newChain,
  siteChannelTag,
} from '@muster/core';
import { type Actor, authorOf, crypto, guest, root, tickets } from './cast.ts';
import type { Vector } from './json.ts';

export interface BundleCase {
  readonly name: string;
  readonly why: string;
  readonly author: Actor;
  /** The author's ticket in wire form. */
  readonly ticket: Uint8Array;
  readonly bundle: Bundle;
  /** What the payload holds, decoded. */
  readonly content?: Vector;
}

/** A message of a guest in the site's channel `general`; what other cases differ from. */
export const plainDraft: BundleDraft = {
  kind: BundleKind.message,
  tag: siteChannelTag(crypto, root.key.publicKey, 'general'),
  lane: Lane.normal,
  lifetimeS: 6 * 3600,
  hopLimit: 5,
  stamp: { ms: 1_795_219_200_000, counter: 0 },
  quality: 1,
  payload: new Uint8Array(0),
};

export interface Written {
  readonly author?: Actor;
  readonly ticket?: Uint8Array;
  readonly chain?: AuthorChain;
}

/** A bundle of the guest unless said otherwise, with what `draft` changes. */
export function written(draft: Partial<BundleDraft>, by: Written = {}): Bundle {
  const author: Author = authorOf(by.author ?? guest, by.ticket ?? tickets.guest);
  const position = { chain: by.chain ?? newChain, draft: { ...plainDraft, ...draft } };
  return composeBundle(crypto, author, position).bundle;
}
