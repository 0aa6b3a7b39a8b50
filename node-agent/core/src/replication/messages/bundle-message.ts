/**
 * The form of the two messages that carry a bundle (step 4 of a message's way), shared by encoder
 * and decoder. First byte of a restored bundle: bundleBit | flags | hops; of a raw one: its type,
 * then flags | hops. All the rest is in docs/protocol/replication.md.
 */
import { bundleLimits } from '../../limits.ts';
import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';
import { type NodeNumber, numberBytes, numberOf } from './node-links.ts';

/** What travels beside the signed bytes and the signature. */
export interface Passage {
  /** The sender wants to know when it is on disk. */
  readonly wantHeld: boolean;
  /** Links crossed before this one. */
  readonly hops: number;
  readonly ageMs: number;
  /** The node at which it entered the mesh, if it follows the shortest ways from there; or 0. */
  readonly mark: NodeNumber;
}

/** The bundle follows its author's last one on this stream: only what changed is sent. */
export const followsFlag = 0x40;
const markedFlag = 0x20;
const wantHeldFlag = 0x10;
const hopsMask = 0x0f;
/** What the first byte of a bundle may hold besides. */
export const passageMask = markedFlag | wantHeldFlag | hopsMask;

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

/**
 * The byte of flags, the links crossed, and the mark if there is one: what crossed no link yet
 * entered at the sender, so that need not be said.
 */
export function writePassage(writer: MessageWriter, flags: number, passage: Passage): void {
  const hops = Math.max(0, Math.min(passage.hops, bundleLimits.hopLimitMax));
  const marked = passage.mark === 0 ? 0 : markedFlag;
  writer.byte(flags | marked | (passage.wantHeld ? wantHeldFlag : 0) | hops);
  if (marked !== 0 && hops > 0) writer.bytes(numberBytes(passage.mark));
}

/** After a first byte of these `bits`, from the neighbour `sender`. A mark of 0 is none. */
export function readMark(reader: MessageReader, bits: number, sender: NodeNumber): NodeNumber {
  if ((bits & markedFlag) === 0) return 0;
  return (bits & hopsMask) === 0 ? sender : numberOf(reader.bytes(4));
}

export function readPassage(bits: number, mark: NodeNumber, steps: number): Passage {
  return {
    wantHeld: (bits & wantHeldFlag) !== 0,
    hops: bits & hopsMask,
    ageMs: steps * ageStepMs,
    mark,
  };
}
