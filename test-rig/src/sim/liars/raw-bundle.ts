/**
 * A bundle as one frame, told raw (docs/protocol/replication.md, message 11): what a liar slips in
 * between the frames of its node. A raw bundle changes nothing in the link's dictionary.
 */
import { type CarriedBundle, concat, type Lane } from '@muster/core';

const rawBundle = 11;
const singleFlag = 8;
const ageStepMs = 16;
/** Longest frame that is sent; what is longer would take several. */
const frameBytesMax = 4_096;

/** Undefined when it is too long for one frame. */
export function rawFrame(bundle: CarriedBundle, lane: Lane): Uint8Array | undefined {
  const { signed, signature, ageMs, hops, ticket } = bundle;
  const head = Uint8Array.of(liveStream(lane) | singleFlag, rawBundle, hops & 15);
  const age = varint(Math.ceil(ageMs / ageStepMs));
  const frame = concat(head, age, varint(ticket.length), ticket, signature, signed);
  return frame.length <= frameBytesMax ? frame : undefined;
}

export function liveStream(lane: Lane): number {
  return 2 * lane;
}

/** Unsigned LEB128. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...bytes, rest]);
}
