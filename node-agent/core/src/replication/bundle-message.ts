/**
 * The form of the two messages that carry a bundle (step 4 of a message's way), shared by encoder
 * and decoder. First byte of a restored bundle: bundleBit | flags | hops; of a raw one: its type,
 * then flags | hops. All the rest is in docs/protocol/replication.md.
 */
import { bundleLimits } from '../limits.ts';

/** What travels beside the signed bytes and the signature. */
export interface Passage {
  /** The sender wants to know when it is on disk. */
  readonly wantHeld: boolean;
  /** Links crossed before this one. */
  readonly hops: number;
  readonly ageMs: number;
}

/** The bundle follows its author's last one on this stream: only what changed is sent. */
export const followsFlag = 0x40;
const wantHeldFlag = 0x10;
const hopsMask = 0x0f;
/** What the first byte of a bundle may hold besides: 0x20 is kept for later. */
export const passageMask = wantHeldFlag | hopsMask;

/** Second byte of a bundle that does not simply follow. */
export const DetailFlag = {
  newAuthor: 1,
  newHeader: 2,
  /** The header of the author's last bundle. */
  sameHeader: 4,
  /** Sequence number and predecessor as after the author's last bundle. */
  chained: 8,
  /** The stamp as a distance from the author's last bundle. */
  nearStamp: 16,
} as const;

/** A new author has no last bundle to relate to, and a header is either new or the same. */
export function detailsMakeSense(details: number): boolean {
  const { newAuthor, newHeader, sameHeader, chained, nearStamp } = DetailFlag;
  const related = details & (sameHeader | chained | nearStamp);
  if ((details & newAuthor) !== 0 && related !== 0) return false;
  return (details & (newHeader | sameHeader)) !== (newHeader | sameHeader);
}

/** Age travels in steps of 16 ms, rounded up: a byte for two seconds, and it never shrinks. */
export const ageStepMs = 16;
export const ageStepsMax = 2 ** 44;

export function ageSteps(ageMs: number): number {
  return Math.min(Math.max(0, Math.ceil(ageMs / ageStepMs)), ageStepsMax);
}

export function passageBits(passage: Passage): number {
  const hops = Math.max(0, Math.min(passage.hops, bundleLimits.hopLimitMax));
  return (passage.wantHeld ? wantHeldFlag : 0) | hops;
}

export function readPassage(bits: number, steps: number): Passage {
  return {
    wantHeld: (bits & wantHeldFlag) !== 0,
    hops: bits & hopsMask,
    ageMs: steps * ageStepMs,
  };
}
