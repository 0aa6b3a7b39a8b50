/**
 * Every bound of the relay link (step 6 of a message's way) with its reason and what happens at it.
 * Those marked *protocol* must be the same on both ends; docs/protocol/relay.md names them.
 */
import { bundleLimits } from '@muster/core';

const kib = 1024;

/** *Protocol.* Whatever is beyond one of these is malformed and ends the session. */
export const messageLimits = {
  /** The largest bundle with its ticket and the fields beside it. */
  messageBytesMax: bundleLimits.signedBytesMax + bundleLimits.ticketBytesMax + kib,
  /**
   * Frames of one message: a frame of one byte costs a hundred times that in memory. The largest
   * message in frames of 32 bytes, less than any medium carries, has fewer.
   */
  partsMax: 2_048,
  certificateBytesMax: bundleLimits.ticketBytesMax,
  /** A policy travels inside one bundle on the site's side, so it is never longer. */
  policyBytesMax: bundleLimits.payloadBytesMax,
  /** Ids in one offer; the answer is one byte for each. */
  offerIdsMax: 64,
  /** Ids in one want: as many as a manifest names. */
  wantIdsMax: 256,
  /** Sites that one gateway follows on one relay, and their tags together (17 KiB). */
  followSitesMax: 64,
  followTagsMax: 1_024,
  /** What the relay gives a reader to find its place again; only the relay looks inside. */
  tokenBytesMax: 64,
  /** Why a bundle was not taken, one word. */
  reasonBytesMax: 32,
} as const;

export const windowLimits = {
  /** *Protocol.* Bundles of one lane that are offered and not settled, in each direction. */
  unsettledPerLaneMax: 128,
  /** Bundles that wait to be offered; beyond it the caller is asked to come again. */
  queuedMax: 1_024,
  /** Messages that wait for the link; a peer that does not read is cut at it. */
  queuedMessagesMax: 4_096,
} as const;

/** What the other side may ask; an honest one never comes near. */
export const questionLimits = {
  /** Questions by weight (see QuestionBudget); beyond them the session ends. */
  weightPerMinute: 3_000,
  weightBurst: 1_000,
  /** Of wants that are passed on, so that strangers' cannot make the next one end the session. */
  passedOnPerMinute: 1_000,
  passedOnBurst: 300,
  /** Ids offered; beyond them the answer is delayed, which is how the receiver sets the pace. */
  offeredIdsPerMinute: 120_000,
  offeredIdsBurst: 10_000,
  /**
   * Bundles or tickets with a wrong signature in one session; at it the next bundle ends it. Both
   * ends check before they pass on, and each costs a check, the dearest thing to ask for.
   */
  forgedMax: 8,
} as const;

export const sessionLimits = {
  /** From the link to the welcome; then the link is closed. */
  greetingMsMax: 10_000,
  /** A relay that leaves a question unanswered for this long is as good as gone. */
  answerMsMax: 60_000,
  /** The caller is told of a new place this often at most: it writes it to disk. */
  markMs: 10_000,
} as const;

export const manifestLimits = {
  /** After the last message of a burst ... */
  quietMs: 30_000,
  /** ... and at the latest this long after its first, so that steady traffic has manifests too. */
  everyMs: 60_000,
  lifetimeS: 3_600,
  /** Channels with a manifest to write; a policy has no more rules. At it the oldest goes. */
  tagsMax: 256,
  /** What is named and not here may be on its way: it is asked for after this. */
  graceMs: 30_000,
  /** An id is asked for once in this time on one relay. */
  wantAgainMs: 10 * 60_000,
  /** Ids that are missing, over all manifests; at it the oldest is forgotten. */
  missingMax: 4_096,
} as const;
