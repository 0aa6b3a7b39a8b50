/**
 * Step 1 of a message's way: an author makes and signs a bundle. The author's chain (next sequence
 * number, hash of the last bundle) must be stored together with the bundle before it is sent: two
 * bundles under one number freeze the author everywhere.
 */
import type { ClockQuality } from '../ports/clock.ts';
import type { Crypto, KeyPair } from '../ports/crypto.ts';
import {
  type Bundle,
  type BundleKind,
  bundleVersion,
  type Lane,
  Scope,
  type Stamp,
} from './bundle.ts';
import { decodeFields } from './decode.ts';
import { encodeFields } from './encode.ts';
import { bundleId } from './id.ts';

export interface Author {
  readonly key: KeyPair;
  /** 16 bytes. */
  readonly site: Uint8Array;
  /** Id of the ticket under which it writes, 16 bytes. */
  readonly ticket: Uint8Array;
}

/** Where an author stands: the sequence number to use next, and the id of the bundle before it. */
export interface AuthorChain {
  readonly seq: number;
  /** Empty at seq 0, else 32 bytes. */
  readonly prev: Uint8Array;
}

export const newChain: AuthorChain = { seq: 0, prev: new Uint8Array(0) };

export interface BundleDraft {
  readonly kind: BundleKind;
  readonly tag: Uint8Array;
  readonly lane: Lane;
  readonly lifetimeS: number;
  readonly hopLimit: number;
  /** Scope.anywhere unless given. */
  readonly scope?: Scope;
  readonly stamp: Stamp;
  readonly quality: ClockQuality;
  readonly payload: Uint8Array;
}

/**
 * Throws a RangeError for a draft that breaks the format: nothing is signed that nobody accepts.
 */
export function composeBundle(
  crypto: Crypto,
  author: Author,
  position: { readonly chain: AuthorChain; readonly draft: BundleDraft },
): { readonly bundle: Bundle; readonly chain: AuthorChain } {
  const { chain, draft } = position;
  const fields = {
    scope: Scope.anywhere,
    ...draft,
    version: bundleVersion,
    site: author.site,
    author: author.key.publicKey,
    ticket: author.ticket,
    seq: chain.seq,
    prev: chain.prev,
  } as const;
  const signed = encodeFields(fields);
  const checked = decodeFields(signed);
  if (!checked.ok) throw new RangeError(`this draft makes a bundle that is ${checked.reason}`);
  const id = bundleId(crypto, signed);
  const signature = crypto.sign(id, author.key.secretKey);
  return { bundle: { id, signed, signature, fields }, chain: { seq: chain.seq + 1, prev: id } };
}

/**
 * The chain to go on with when others have seen more of this author than it remembers (a restored
 * phone): past everything seen, with a predecessor that says so by being all zero. `seqMaxSeen` is
 * -1 when nothing was seen.
 */
export function skipChain(seqMaxSeen: number): AuthorChain {
  if (seqMaxSeen < 0) return newChain;
  return { seq: seqMaxSeen + 1, prev: new Uint8Array(32) };
}
