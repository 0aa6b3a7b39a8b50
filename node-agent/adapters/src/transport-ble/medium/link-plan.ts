/**
 * Whom to link with, and when: a function of what was heard and what stands, without effects. The
 * lower id dials at once, the higher leaves it a while, for the lower may not hear it. The first
 * link is with the strongest; the others are drawn, because the strongest alone make islands.
 * Whoever is heard and stands on another island is linked with soon, whatever links there are; and
 * now and then one more is tried, as nobody may know the islands (ADR 0025, 0033). Before step 4.
 */
import { compareBytes } from '@muster/core';
import { type Candidate, type CandidateAddress, isLeft } from './candidates.ts';
import { candidateLimits, dialTimes, linkLimits } from './limits.ts';

export interface LinkView {
  readonly nowMs: number;
  readonly ownId: Uint8Array;
  readonly candidates: Iterable<Candidate>;
  /** A connection stands, by whatever medium, and is not in doubt. */
  readonly isSound: (candidate: Candidate) => boolean;
  /** A connection with this address is being made or stands, by whomever. */
  readonly isConnected: (address: string) => boolean;
  /** Links of this medium, with those that are being made. */
  readonly links: number;
  /** Whether any adapter can take one more and may dial now. */
  readonly hasRoom: boolean;
  /** When the next dial of somebody on another island may be. */
  readonly joinMs: number;
  /** The node knows who is on its island; else nobody is apart. */
  readonly isIslandKnown: boolean;
  /** When the next wandering link is due. */
  readonly wanderMs: number;
}

/** `wanted`: one of the few links that each box looks for; `join`: it is on another island. */
export type DialReason = 'wanted' | 'join' | 'wander';

export interface DialChoice {
  readonly candidate: Candidate;
  readonly address: CandidateAddress;
  readonly reason: DialReason;
}

export interface LinkChoice {
  readonly dial: DialChoice | undefined;
  /** When something is due that is not due yet; Infinity: nothing. */
  readonly nextMs: number;
  /** Somebody is missing: worth listening all the time. */
  readonly isMissing: boolean;
}

interface Option {
  readonly candidate: Candidate;
  readonly address: CandidateAddress;
  /** When its back-off is over. */
  readonly restedMs: number;
  /** The same, with what the higher id leaves to the lower. */
  readonly dueMs: number;
  readonly isUrgent: boolean;
}

/** Failures in a row after which nobody is missed any more: it may be a repeated tag. */
const missedFailuresMax = 5;

export function chooseLink(view: LinkView): LinkChoice {
  const { nowMs, links, hasRoom, wanderMs } = view;
  const options: Option[] = [];
  let isMissing = false;
  for (const candidate of view.candidates) {
    if (view.isSound(candidate)) continue;
    const isUrgent = nowMs - candidate.lostMs < dialTimes.urgentMs;
    isMissing ||= isUrgent;
    const option = candidate.isDialling ? undefined : optionOf(view, candidate, isUrgent);
    if (option) options.push(option);
  }
  const wanted = options.filter(({ isUrgent }) => links < wantedOf(isUrgent));
  isMissing ||= wanted.some(({ candidate }) => candidate.failures < missedFailuresMax);
  const due = hasRoom ? best(wanted, view) : undefined;
  if (due) return { dial: { ...due, reason: 'wanted' }, nextMs: nowMs, isMissing };
  const beyond = options.filter((option) => !wanted.includes(option));
  const apart = hasRoom ? joiner(beyond, view) : undefined;
  if (apart) return { dial: { ...apart, reason: 'join' }, nextMs: nowMs, isMissing };
  const next = hasRoom && nowMs >= wanderMs ? wanderer(options, view) : undefined;
  if (next) return { dial: { ...next, reason: 'wander' }, nextMs: nowMs, isMissing };
  const waits = wanted.map(({ dueMs }) => dueMs).filter((dueMs) => dueMs > nowMs);
  if (options.length > 0) waits.push(Math.max(wanderMs, nowMs + dialTimes.backoffMsMin));
  // Islands come apart without a word; who is joined is looked at now and then.
  if (beyond.length > 0) waits.push(nowMs + dialTimes.joinLookMs);
  // Whoever is missing now is not for ever, and then it is quiet.
  if (isMissing) waits.push(nowMs + dialTimes.urgentMs / 2);
  return { dial: undefined, nextMs: Math.min(...waits), isMissing };
}

function wantedOf(isUrgent: boolean): number {
  return isUrgent ? linkLimits.wantedUrgent : linkLimits.wanted;
}

function optionOf(view: LinkView, candidate: Candidate, isUrgent: boolean): Option | undefined {
  const address = addressToDial(view, candidate);
  if (address === undefined) return undefined;
  const leads = compareBytes(view.ownId, candidate.id) < 0;
  const graceMs = isUrgent ? dialTimes.graceUrgentMs : dialTimes.graceMs;
  const restedMs = Math.max(candidate.notBeforeMs, address.notBeforeMs);
  const dueMs = Math.max(candidate.missingSinceMs + (leads ? 0 : graceMs), restedMs);
  return { candidate, address, restedMs, dueMs, isUrgent };
}

/**
 * One that need not wait before one that must, one that is still said, then the least failed. Then
 * the newest, as addresses change; after a failure the eldest and the newest by turns, as anybody
 * can repeat a tag from a newer address.
 */
function addressToDial(view: LinkView, candidate: Candidate): CandidateAddress | undefined {
  const { addresses, failures } = candidate;
  const { nowMs, isConnected } = view;
  const direction = failures % 2 === 0 ? 1 : -1;
  const isPast = (of: CandidateAddress): number => Number(isLeft(of, candidate.heardMs));
  const waitMs = ({ notBeforeMs }: CandidateAddress): number => Math.max(nowMs, notBeforeMs);
  return addresses
    .filter(({ heardMs }) => nowMs - heardMs < candidateLimits.freshMs)
    .filter(({ text }) => !isConnected(text))
    .toSorted(
      (a, b) =>
        waitMs(a) - waitMs(b) ||
        isPast(a) - isPast(b) ||
        a.failures - b.failures ||
        direction * (b.firstMs - a.firstMs),
    )[0];
}

function best(options: readonly Option[], { nowMs, links }: LinkView): Option | undefined {
  const due = options.filter(({ dueMs }) => dueMs <= nowMs);
  return due.toSorted((a, b) => {
    if (a.isUrgent !== b.isUrgent) return a.isUrgent ? -1 : 1;
    // Ids that a stranger repeats must not have every turn.
    const [aFailures, bFailures] = [a.candidate.failures, b.candidate.failures];
    if (aFailures !== bFailures) return aFailures - bFailures;
    if (isLasting(a) !== isLasting(b)) return isLasting(a) ? -1 : 1;
    return links === 0 ? strength(b) - strength(a) : a.candidate.lot - b.candidate.lot;
  })[0];
}

/** On another island for so long that it is no news. The least failed, then an order of our own. */
function joiner(options: readonly Option[], { nowMs, joinMs }: LinkView): Option | undefined {
  if (nowMs < joinMs) return undefined;
  const due = options.filter(({ candidate, restedMs }) => {
    const { apartSinceMs, joinNotBeforeMs } = candidate;
    return Math.max(apartSinceMs + dialTimes.joinMsMin, joinNotBeforeMs, restedMs) <= nowMs;
  });
  return due.toSorted((a, b) => {
    const [one, other] = [a.candidate, b.candidate];
    const tries = one.joinTries - other.joinTries || one.failures - other.failures;
    return tries || Number(isLasting(b)) - Number(isLasting(a)) || one.lot - other.lot;
  })[0];
}

/**
 * The one tried longest ago; of those never tried the weakest, as who is far is likeliest to stand
 * on another island, or where islands are known whoever is apart and then who is newest here. It is
 * our turn, so it is not left to the lower id.
 */
function wanderer(options: readonly Option[], view: LinkView): Option | undefined {
  const rested = options.filter(({ restedMs }) => restedMs <= view.nowMs);
  return rested.toSorted((a, b) => {
    const [one, other] = [a.candidate, b.candidate];
    if (one.triedMs !== other.triedMs) return one.triedMs < other.triedMs ? -1 : 1;
    if (!view.isIslandKnown) return strength(a) - strength(b);
    const isJoined = ({ apartSinceMs }: Candidate): number => Number(apartSinceMs > view.nowMs);
    return isJoined(one) - isJoined(other) || other.missingSinceMs - one.missingSinceMs;
  })[0];
}

/** Heard again: a member who invents ids, each from ever fresh addresses, comes after it. */
function isLasting({ address }: Option): boolean {
  return address.heardMs > address.firstMs;
}

/** 127 is "not measured". */
function strength({ address }: Option): number {
  const heard = [...address.heardBy.values()].map(({ rssiDbm }) => rssiDbm);
  return Math.max(...heard.map((rssiDbm) => (rssiDbm > 20 ? -127 : rssiDbm)));
}
