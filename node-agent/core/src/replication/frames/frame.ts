/**
 * Frames (step 4 of a message's way): one header byte, then bytes of one stream. Each lane has two
 * streams, one for what is live and one for backlog, so that a long message is never in the way of
 * one that may go before it. Header: stream number, and whether the frame is one whole message.
 */
import { type Lane, lanes } from '../../bundle/bundle.ts';
import { frameLimits } from '../limits.ts';

export const frameHeaderBytes = 1;
/** The body is exactly one message, without its length before it. */
export const singleFlag = 8;
const streamMask = 7;

/** Streams in the order in which they are served: live and backlog of the first lane, and so on. */
export const streamCount = 2 * lanes.length;

export function liveStream(lane: Lane): number {
  return 2 * lane;
}

export function backlogStream(lane: Lane): number {
  return 2 * lane + 1;
}

export function laneOfStream(stream: number): Lane {
  return (stream >> 1) as Lane;
}

export interface Frame {
  readonly stream: number;
  readonly single: boolean;
  readonly body: Uint8Array;
}

export function readFrame(frame: Uint8Array): Frame | undefined {
  const header = frame[0];
  if (header === undefined || header > (singleFlag | streamMask)) return undefined;
  const stream = header & streamMask;
  if (stream >= streamCount || frame.length <= frameHeaderBytes) return undefined;
  return { stream, single: (header & singleFlag) !== 0, body: frame.subarray(frameHeaderBytes) };
}

/** Longest frame that is sent over a link which takes `linkFrameBytesMax`. */
export function frameBytesFor(linkFrameBytesMax: number): number {
  return Math.min(linkFrameBytesMax, frameLimits.frameBytesMax);
}
