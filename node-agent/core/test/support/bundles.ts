/** Bundles for tests: one draft that every test changes to its needs, and drafts at random. */
import fc from 'fast-check';
import {
  type Author,
  type AuthorChain,
  type Bundle,
  type BundleDraft,
  BundleKind,
  bundleLimits,
  ClockQuality,
  composeBundle,
  encodeMessage,
  Lane,
  newChain,
  siteChannelTag,
  skipChain,
  timeLimits,
} from '../../src/index.ts';
import { crypto } from './crypto.ts';
import { guestAuthor, root } from './site.ts';

export const draft: BundleDraft = {
  kind: BundleKind.message,
  tag: siteChannelTag(crypto, root.publicKey, 'general'),
  lane: Lane.normal,
  lifetimeS: 3600,
  hopLimit: 5,
  stamp: { ms: 1_790_000_000_000, counter: 3 },
  quality: ClockQuality.device,
  payload: encodeMessage({ name: 'Ada', text: 'Is anybody at the north gate?' }),
};

export function bundleOf(
  changes: Partial<BundleDraft> = {},
  from: { readonly author?: Author; readonly chain?: AuthorChain } = {},
): Bundle {
  const position = { chain: from.chain ?? newChain, draft: { ...draft, ...changes } };
  return composeBundle(crypto, from.author ?? guestAuthor, position).bundle;
}

const fixed = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const plain = { noNullPrototype: true } as const;

export const anyStamp = fc.record(
  {
    ms: fc.oneof(
      fc.nat(2 ** 31 - 1),
      fc.maxSafeNat().map((n) => n % (timeLimits.stampMsMax + 1)),
    ),
    counter: fc.nat(timeLimits.stampCounterMax),
  },
  plain,
);

export const anyDraft = fc.record(
  {
    kind: fc.nat(255),
    tag: fixed(16),
    lane: fc.constantFrom(Lane.urgent, Lane.normal, Lane.bulk),
    lifetimeS: fc.integer({ min: 1, max: bundleLimits.lifetimeSMax }),
    hopLimit: fc.nat(bundleLimits.hopLimitMax),
    stamp: anyStamp,
    quality: fc.constantFrom(ClockQuality.unknown, ClockQuality.device, ClockQuality.synced),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(300, bundleLimits.payloadBytesMax).map((length) => new Uint8Array(length)),
    ),
  },
  plain,
);

export const anyChain = fc.oneof(
  fc.constant(newChain),
  fc.integer({ min: -1, max: 1000 }).map(skipChain),
  fc.record({ seq: fc.integer({ min: 1, max: bundleLimits.seqMax }), prev: fixed(32) }, plain),
);
