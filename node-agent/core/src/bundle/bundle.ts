/**
 * The bundle: the unit of store-and-forward (RFC 9171's term), signed, content-addressed,
 * immutable. Types only; encoding, decoding, id and signature have a file each. What was signed is
 * carried as opaque bytes and never encoded again.
 */
import type { ClockQuality } from '../ports/clock.ts';

export const bundleVersion = 1;

/** What goes first. Lower is sooner. */
export const Lane = { urgent: 0, normal: 1, bulk: 2 } as const;
export type Lane = (typeof Lane)[keyof typeof Lane];
export const lanes: readonly Lane[] = [Lane.urgent, Lane.normal, Lane.bulk];

/**
 * What the payload is. Numbers 16 to 31 are kept for conversations, 32 to 47 for receipts. A node
 * carries kinds that it does not know: a fleet on cards stays mixed for years.
 */
export const BundleKind = {
  message: 1,
  channelDescription: 2,
  profile: 3,
  sitePolicy: 4,
  manifest: 5,
  nodeReport: 6,
  adminAct: 7,
  grant: 8,
} as const;
/** One of BundleKind, or one of a later version: 0 to 255. */
export type BundleKind = number;

/** How far it may go: `site` never crosses an uplink, whatever the site's policy says. */
export const Scope = { anywhere: 0, site: 1 } as const;
export type Scope = (typeof Scope)[keyof typeof Scope];

/** Hybrid logical clock reading (Kulkarni et al., 2014). */
export interface Stamp {
  /** Milliseconds since 1970 as claimed, 0 to 2^48 - 1. */
  readonly ms: number;
  /** Orders events of one millisecond, 0 to 2^24 - 1. */
  readonly counter: number;
}

/**
 * The signed part. Lengths in bytes: site 16, tag 16, author 32, ticket 16, prev 32 (0 at seq 0).
 */
export interface BundleFields {
  readonly version: typeof bundleVersion;
  readonly site: Uint8Array;
  readonly kind: BundleKind;
  /** Channel or conversation tag. */
  readonly tag: Uint8Array;
  /** Ed25519 public key of the device (or node) that wrote it. */
  readonly author: Uint8Array;
  /** Id of the ticket under which it was written. */
  readonly ticket: Uint8Array;
  /** Author sequence number: 0, 1, 2 ... over all channels, at most 2^48 - 1. */
  readonly seq: number;
  /** Id of the author's bundle seq - 1; empty when seq is 0. */
  readonly prev: Uint8Array;
  readonly lane: Lane;
  readonly lifetimeS: number;
  readonly hopLimit: number;
  readonly scope: Scope;
  readonly stamp: Stamp;
  readonly quality: ClockQuality;
  readonly payload: Uint8Array;
}

/** A bundle that decoded strictly. `fields` are views into `signed`. Not yet verified. */
export interface Bundle {
  /** BLAKE2b-256(domain ‖ signed), 32 bytes; always recomputed, never believed. */
  readonly id: Uint8Array;
  readonly signed: Uint8Array;
  /** Ed25519, 64 bytes. */
  readonly signature: Uint8Array;
  readonly fields: BundleFields;
}

/** A bundle on its way, with the mutable unsigned part. */
export interface CarriedBundle {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** Milliseconds of age so far, summed over its holders. */
  readonly ageMs: number;
  /** Links crossed so far. */
  readonly hops: number;
  /** The wire form of its ticket; empty when the receiver is known to have it. */
  readonly ticket: Uint8Array;
}
