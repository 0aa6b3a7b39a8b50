/**
 * Forged bundles, a small function a kind: each is well-formed and wrong in one thing. What they
 * are made of is a genuine bundle with its ticket.
 */
import {
  type BundleFields,
  bundleId,
  type CarriedBundle,
  decodeFields,
  encodeFields,
  type KeyPair,
  Role,
} from '@muster/core';
import {
  SampleAuthor,
  type SampleNode,
  type SampleSite,
  type SeededRandom,
} from '@muster/core/testing';

export const forgeryKinds = [
  'signature-wrong',
  'bit-flipped',
  'text-changed',
  'author-named',
  'channel-changed',
  'site-changed',
  'site-foreign',
  'ticket-other',
  'ticket-raised',
  'lifetime-longer',
] as const;
export type ForgeryKind = (typeof forgeryKinds)[number];

export interface Forgers {
  readonly random: SeededRandom;
  readonly site: SampleSite;
  /** A key that is nobody's. */
  readonly key: KeyPair;
  /** Somebody of another site. */
  readonly stranger: SampleAuthor;
  /** A genuine ticket of somebody else. */
  readonly otherTicket: Uint8Array;
  /** A node of the site, which may admit guests and nobody else. */
  readonly sample: SampleNode;
}

/** `genuine` with its ticket. */
export function forge(kind: ForgeryKind, genuine: CarriedBundle, by: Forgers): CarriedBundle {
  const { random, site, key, stranger, otherTicket, sample } = by;
  switch (kind) {
    case 'signature-wrong':
      return { ...genuine, signature: random.bytes(64) };
    case 'bit-flipped':
      return { ...genuine, signed: flipped(genuine.signed, random) };
    case 'text-changed':
      return altered(genuine, ({ payload }) => ({ payload: flipped(payload, random) }));
    case 'author-named':
      // In the other's name and under the other's ticket, signed by the forger.
      return altered(
        genuine,
        ({ seq }) => ({ seq: seq + 1, prev: random.bytes(32) }),
        (signed) => site.crypto.sign(bundleId(site.crypto, signed), key.secretKey),
      );
    case 'channel-changed':
      return altered(genuine, () => ({ tag: random.bytes(16) }));
    case 'site-changed':
      return altered(genuine, () => ({ site: random.bytes(16) }));
    case 'site-foreign':
      return stranger.write(`hello ${random.uint32()}`).carried;
    case 'ticket-other':
      return new SampleAuthor(site, key, otherTicket).write(`I am ${random.uint32()}`).carried;
    case 'ticket-raised':
      return site.author(Role.staff, sample).write(`I am ${random.uint32()}`).carried;
    case 'lifetime-longer':
      return altered(genuine, ({ lifetimeS }) => ({ lifetimeS: lifetimeS + 1 }));
  }
}

function altered(
  genuine: CarriedBundle,
  change: (fields: BundleFields) => Partial<BundleFields>,
  sign?: (signed: Uint8Array) => Uint8Array,
): CarriedBundle {
  const decoded = decodeFields(genuine.signed);
  if (!decoded.ok) throw new RangeError('a forgery is made of a genuine bundle');
  const signed = encodeFields({ ...decoded.value, ...change(decoded.value) });
  return { ...genuine, signed, signature: sign ? sign(signed) : genuine.signature };
}

/** One bit of one byte; of nothing a byte comes to be. */
function flipped(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  if (bytes.length === 0) return random.bytes(1);
  const changed = bytes.slice();
  changed[random.uint32() % bytes.length]! ^= 1 << (random.uint32() % 8);
  return changed;
}
