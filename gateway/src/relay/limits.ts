/**
 * Every bound of a relay with its reason and what happens at it (step 6 of a message's way). A
 * relay stands on the internet and serves sites that do not know each other, so each is bounded
 * by itself.
 */
import { federationLimits } from '@muster/core';

const mib = 1024 * 1024;

export const relayLimits = {
  /** Admitted sites and those that they pinned; each has a store of its own, open all the time. */
  sitesMax: 256,
  /** Content kept of one admitted site unless its admission says otherwise; the oldest goes. */
  siteBytesMax: 256 * mib,
  /** Of a site that is here only because an admitted one pinned it. */
  pinnedSiteBytesMax: 8 * mib,
  /** Gateways of one site at once; further ones are told that the relay is busy. */
  sessionsPerSiteMax: 8,
  /** Policies that come sooner after one another are looked at together: it costs all sessions. */
  refreshMs: 1_000,
  /** Links that have not shown a certificate yet; further ones are closed. */
  greetingsMax: 64,
} as const;

export const budgetLimits = {
  /** What one site may put; beyond it, it is asked to come again later. As the core judges. */
  bundlesPerMinute: federationLimits.originBundlesPerMinute,
  bundlesBurst: federationLimits.originBundlesBurst,
  bytesPerMinute: 64 * mib,
  bytesBurst: 64 * mib,
} as const;

export const feedLimits = {
  /** Of one followed site and lane: offered to the reader and not settled. */
  unsettledMax: 64,
  /** Rows looked at in one turn, so that a long way past other channels holds nobody up. */
  rowsPerTurn: 1_024,
  rowsPerRead: 64,
  /** A reader that cannot take a bundle now is offered it again after this. */
  laterMs: 5_000,
  /** Marks of a feed are gathered for this long; a reader that is cut off sees so much again. */
  markMs: 1_000,
  /** Ids that a gateway is known to have, because it put them; the oldest is offered back. */
  knownIdsMax: 4_096,
} as const;

export const wantLimits = {
  /** Ids that readers wait for, of all sites; at it the oldest is forgotten. */
  wantedMax: 16_384,
  wantersPerIdMax: 8,
  /** The author's site is asked for an id once in this time. */
  askAgainMs: 60_000,
} as const;
