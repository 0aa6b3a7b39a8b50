/**
 * Every bound of claiming over HTTP, each with its reason: a blank node and a desk talk to whoever
 * is in reach. An "address" is one IPv4 address or one IPv6 /64.
 */
import { claimLimits } from '@muster/core';

export const claimHttpLimits = {
  /** One message of a claim, as the claim itself bounds it. */
  messageBytesMax: claimLimits.messageBytesMax,
  /** Claims awaited at a desk: a dozen printed invites and some more. */
  openMax: 64,
  /** Sessions at once; at it one that has been idle for `idleMs` goes, else the new one waits. */
  sessionsMax: 8,
  /** An honest other end asks again each second or two. */
  idleMs: 5_000,
  /** A session nobody asked for this long is forgotten: a power cut, or a person who left. */
  sessionMsMax: 10 * 60_000,
  /** New sessions an hour and address: a person tries a few times, a guesser gets nowhere. */
  sessionRate: { perMinute: 64 / 60, burst: 64 },
  /** Addresses whose rate is remembered; at it the one longest unused is forgotten. */
  addressesMax: 1_024,
  /** So long an answer may take before the other end is told to ask again; below every proxy's. */
  answerMsMax: 10_000,
  /** What the other end is told to wait before it asks again. */
  retryAfterS: 1,
  /** One request to another node, from connecting to the last byte. */
  requestMsMax: 10_000,
  /** `claim.next` and `unclaimed.next` wait this long; less than a control answer may take. */
  nextMsMax: 30_000,
  /** A desk that a program opened is closed when it did not ask for this long: it has died. */
  forgottenMs: 120_000,
  /** Messages that wait for a program; one a session, so this is what sessions allow. */
  queuedMax: 8,
  /** Claimants named to a second one. */
  claimantsMax: 8,
} as const;
