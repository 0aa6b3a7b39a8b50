/**
 * Whom to link with, and when: a function of what was heard and what stands, without effects. The
 * lower id dials at once, the higher leaves it a while, for the lower may not hear it. The first
 * link is with the strongest; the others are drawn, because the strongest alone make islands; and
 * now and then one more is tried, so that islands meet (ADR 0025). Before step 4.
 */
import { compareBytes } from '@muster/core';
import type { Candidate, CandidateAddress } from './candidates.ts';
import { candidateLimits, dialTimes, linkLimits } from './limits.ts';

export interface LinkView {
  readonly nowMs: number;
  readonly ownId: Uint8Array;
  readonly candidates: Iterable<Candidate>;
  /** A connection stands, by whatever medium, and is not in doubt. */
  readonly isSound: (candidate: Candidate) => boolean;
  /** Links of this medium, with those that are being made. */
  readonly links: number;
  /** Whether any adapter can take one more and may dial now. */
  readonly hasRoom: boolean;
  /** When the next wandering link is due. */
  readonly wanderMs: number;
}

export interface LinkChoice {
  readonly dial:
    | {
        readonly candidate: Candidate;
        readonly address: CandidateAddress;
        readonly isWander: boolean;
      }
    | undefined;
  /** When something is due that is not due yet; Infinity: nothing. */
  readonly nextMs: number;
  /** Somebody is missing: worth listening all the time. */
  readonly isMissing: boolean;
}

interface Option {
  readonly candidate: Candidate;
  readonly address: CandidateAddress;
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
  const due = hasRoom ? best(wanted.filter(isDue), links) : undefined;
  if (due) return { dial: { ...due, isWander: false }, nextMs: nowMs, isMissing };
  if (hasRoom && nowMs >= wanderMs) {
    const next = wanderer(options, nowMs);
    if (next) return { dial: { ...next, isWander: true }, nextMs: nowMs, isMissing };
  }
  const waits = wanted.map(({ dueMs }) => dueMs).filter((dueMs) => dueMs > nowMs);
  if (options.length > 0) waits.push(Math.max(wanderMs, nowMs + dialTimes.backoffMsMin));
  return { dial: undefined, nextMs: Math.min(...waits), isMissing };

  function isDue({ dueMs }: Option): boolean {
    return dueMs <= nowMs;
  }
}

function wantedOf(isUrgent: boolean): number {
  return isUrgent ? linkLimits.wantedUrgent : linkLimits.wanted;
}

function optionOf(view: LinkView, candidate: Candidate, isUrgent: boolean): Option | undefined {
  const { nowMs, ownId } = view;
  const address = addressToDial(candidate, nowMs);
  if (address === undefined) return undefined;
  const leads = compareBytes(ownId, candidate.id) < 0;
  const graceMs = isUrgent ? dialTimes.graceUrgentMs : dialTimes.graceMs;
  const fromMs = candidate.missingSinceMs + (leads ? 0 : graceMs);
  const dueMs = Math.max(fromMs, candidate.notBeforeMs, address.notBeforeMs);
  return { candidate, address, dueMs, isUrgent };
}

/** One that may be dialled now before one that must wait, then the least failed, then the newest. */
function addressToDial(candidate: Candidate, nowMs: number): CandidateAddress | undefined {
  const waitMs = ({ notBeforeMs }: CandidateAddress): number => Math.max(nowMs, notBeforeMs);
  return candidate.addresses
    .filter(({ heardMs }) => nowMs - heardMs < candidateLimits.freshMs)
    .toSorted(
      (a, b) => waitMs(a) - waitMs(b) || a.failures - b.failures || b.firstMs - a.firstMs,
    )[0];
}

function best(options: readonly Option[], links: number): Option | undefined {
  return options.toSorted((a, b) => {
    if (a.isUrgent !== b.isUrgent) return a.isUrgent ? -1 : 1;
    return links === 0 ? strength(b) - strength(a) : a.candidate.lot - b.candidate.lot;
  })[0];
}

/** The one tried longest ago; those never tried in the order of their lots. */
function wanderer(options: readonly Option[], nowMs: number): Option | undefined {
  return options
    .filter(
      ({ candidate, address }) => candidate.notBeforeMs <= nowMs && address.notBeforeMs <= nowMs,
    )
    .toSorted(({ candidate: a }, { candidate: b }) => {
      if (a.triedMs === b.triedMs) return a.lot - b.lot;
      return a.triedMs < b.triedMs ? -1 : 1;
    })[0];
}

/** 127 is "not measured". */
function strength({ address }: Option): number {
  const heard = [...address.heardBy.values()].map(({ rssiDbm }) => rssiDbm);
  return Math.max(...heard.map((rssiDbm) => (rssiDbm > 20 ? -127 : rssiDbm)));
}
