/**
 * Bounds and times of the medium, each with its reason, and what happens there. Figures of air and
 * battery are of BlueZ's defaults: an advertisement each 1.28 s, scanning without pauses.
 */

export const linkLimits = {
  /** Links of one adapter: what common controllers hold. At it callers are refused. */
  perAdapterMax: 7,
  /**
   * Links that a box looks for by itself; callers come on top. Two drawn at random by each box
   * already join whoever can hear each other into one island (Dubhashi, Johansson, Häggström,
   * Panconesi and Sozio, "Irrigating ad hoc networks in constant time", SPAA 2005), three also
   * when boxes fail; the fourth is the strongest, which is not drawn.
   */
  wanted: 4,
  /** The same while neighbours are missing that were linked a moment ago, by whatever medium. */
  wantedUrgent: 6,
  /** Beyond so many the quietest goes in time: one place stays for who calls or is called. */
  settledMax: 6,
  /** A younger link is not closed to make room. */
  settledMs: 60_000,
  /** How fast it is forgotten that a link was used, when the quietest is looked for. */
  useHalfMs: 10 * 60_000,
} as const;

export const callerLimits = {
  /**
   * Callers of one adapter who have not proven a node key yet. One more is refused, or has the
   * place of one whose address says no tag, if its own does. The others of the seven places are
   * ours to dial out with, however many strangers call.
   */
  unprovenMax: 3,
  /**
   * After so long a caller whose key was not heard on air must be a member: greeting 6 s, Noise
   * 20 s, link 8 s, hello 10 s, and no link without it.
   */
  provenMs: 45_000,
  /** Greeting and Noise of a caller whose address says no tag: ten slow round trips. */
  strangerMsMax: 8_000,
  /** Whoever said a tag and proved nothing so often in a row puts nobody out any more. */
  heardFailuresMax: 3,
  /** Who proved nothing is not taken again for so long, doubling; unless it is heard with a tag. */
  waitMsMin: 2_000,
  waitMsMax: 60_000,
  /** Who did not try for so long begins anew: the air may have been to blame. */
  forgiveMs: 3 * 60_000,
  /** Addresses that proved nothing; at it the one that failed longest ago is forgotten. */
  failedMax: 256,
  /** So long after somebody was refused for want of a place we listen who it may have been. */
  crowdedMs: 10_000,
} as const;

export const candidateLimits = {
  /** Nodes of the site that were heard; at it the one unheard for longest is forgotten. */
  candidatesMax: 256,
  /** Under one id: the new address and the old one, and some of whoever repeats its tag. */
  addressesMax: 4,
  /** An address unheard for so long while another one says the same id has been left. */
  leftMs: 15_000,
  /** Not heard for so long: not dialled. A sparse scan comes round eight times. */
  freshMs: 2 * 60_000,
  /** Not heard for so long: forgotten. */
  forgetMs: 15 * 60_000,
  /** Foreign advertisers that are counted, for people to see; over it the number stays. */
  foreignMax: 256,
  /** A foreign one counts for so long. */
  foreignMs: 60_000,
} as const;

export const dialTimes = {
  /** The higher id leaves dialling to the lower for so long, which may not hear it. */
  graceMs: 8_000,
  /** The same when a link was lost a moment ago: both heard each other. */
  graceUrgentMs: 1_500,
  /** So long somebody who was linked is missed urgently. */
  urgentMs: 60_000,
  /** A link that lived so long was a good one: back-off starts anew. */
  stableMs: 20_000,
  /** Between the good end of a stream and that the transport says so. */
  leavingMs: 3_000,
  /** Nobody answered: evenly from 0 to a doubling bound (Brooker, 2015). */
  backoffMsMin: 1_000,
  backoffMsMax: 60_000,
  /**
   * The air cut a link that had not lived so long: it was there, so not more than this is waited.
   * A link costs a kilobyte of air, and at the edge of reach it carries something each time.
   */
  shakyMsMax: 8_000,
  /** Answered, and was not who its tag said: that address waits so long, doubling. */
  strangerMsMin: 30_000,
  strangerMsMax: 30 * 60_000,
  /** A dial is left for a newer address so often at most: addresses last half a minute at least. */
  movedMsMin: 30_000,
  /** Connecting and greeting together; the handshake has its own bound above. */
  openMsMax: 15_000,
  /**
   * A wait that each box draws when it hears somebody of another island, and between two such
   * dials: of many who hear it few dial. Words of a new link need some 2 s through a crowd.
   */
  joinMsMin: 2_000,
  joinMsMax: 6_000,
  /** How often is looked whether somebody who is heard is on our island. */
  joinLookMs: 2_000,
  /**
   * One id again so soon, doubling: a repeated tag of somebody far away, or a graph that lies, has
   * each box dial it ten times or so in the first hour, and two to four in each after it.
   */
  joinAgainMsMin: 4_000,
  joinAgainMsMax: 30 * 60_000,
  /** All such dials of one box, whatever for: this many at once, and 24 an hour. */
  joinBurst: 6,
  joinEveryMs: 150_000,
  /**
   * A box with a free place tries one more neighbour so often, give or take half; rarer and rarer
   * while nobody new comes, because each try costs some kilobytes of everybody's air.
   */
  wanderMsMin: 60_000,
  /** The same while the node knows who is on its island. */
  wanderKnownMsMin: 5 * 60_000,
  wanderGrowthMax: 5,
  /** Failures of one neighbour before others have their turn. */
  triesInTurn: 6,
} as const;

export const scanTimes = {
  /**
   * While nobody is missing: 2 s in 15 hear one advertisement of each box at least, in 13 % of the
   * time. Crowds that pass each other find each other within one round, so it is short.
   */
  sparseOnMs: 2_000,
  sparseOffMs: 13_000,
  /** A scan that could not begin is tried again. */
  retryMs: 5_000,
} as const;

export const rotationTimes = {
  /** Where addresses never change, a tag lives at most this long (issue 6), and half at least. */
  tagLifeMsMax: 15 * 60_000,
  /**
   * Of its life, by how much an address may lapse later than it should: the kernel's timers are
   * late by up to a 55th, 16.4 s of 900 (bluez/address-life.ts).
   */
  lapseShare: 1 / 48,
  /**
   * Silence beyond that before the next tag, drawn evenly, so that the moment keeps less of a
   * phase: above what BlueZ adds (2.5 s), and 3 % of the time at most.
   */
  silenceMsMin: 3_000,
  silenceMsMax: 25_000,
  /** Of a short life it is this part at most. */
  silenceShare: 1 / 30,
  /**
   * The same where all addresses live equally long, so that the silence alone must break the beat:
   * after twelve hours the moment of a change is known to 3 minutes of 16, not to 45 s. More would
   * keep boxes apart that come into reach; those who miss somebody do not wait.
   */
  evenSilenceMsMax: 90_000,
  evenSilenceShare: 1 / 10,
  /** An advertisement that could not begin is tried again, doubling. */
  retryMsMin: 2_000,
  retryMsMax: 60_000,
} as const;

export const tellTimes = {
  /** Whoever shows who is near hears of changes once in so long. */
  gatherMs: 500,
  /** Whether somebody has gone is looked at so often. */
  sweepMs: 15_000,
} as const;

/** Claims by Bluetooth: a blank box that waits for them, and a member that looks for it. */
export const claimTimes = {
  /** Blank boxes that are remembered; at it the one heard longest ago is forgotten. */
  blanksMax: 64,
  /** A box heard so lately is dialled at once. */
  freshMs: 60_000,
  /** A box that was not is listened for so long. */
  seekMs: 15_000,
  /** Callers of a blank box at once; one more is refused. */
  callersMax: 3,
  /** Who says nothing for so long after the greeting gives the place to others. */
  silentMs: 10_000,
} as const;
