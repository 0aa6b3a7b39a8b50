/**
 * Messages that are a list of id prefixes (graft, offer, want, held), the answer to an offer, which
 * is one bit for each of them, and the announcement, which tells hops too (step 4 of a message's
 * way).
 */
import { bundleLimits } from '../../limits.ts';
import { messageLimits } from '../limits.ts';
import {
  decodePrefixes,
  encodePrefixes,
  type IdPrefix,
  prefixBytes,
  prefixOf,
} from './id-prefix.ts';
import { MessageType } from './message-type.ts';
import { MessageWriter } from './message-writer.ts';

export type IdListType =
  | typeof MessageType.graft
  | typeof MessageType.offer
  | typeof MessageType.want
  | typeof MessageType.held;

export function idsMaxOf(type: IdListType): number {
  return type === MessageType.offer ? messageLimits.offerIdsMax : messageLimits.idsMax;
}

export function encodeIdList(type: IdListType, prefixes: readonly IdPrefix[]): Uint8Array {
  const list = encodePrefixes(prefixes);
  return new MessageWriter(1 + list.length).byte(type).bytes(list).finish();
}

/** The prefixes of a whole message whose first byte is `type`. */
export function decodeIdList(type: IdListType, message: Uint8Array): IdPrefix[] | undefined {
  return decodePrefixes(message.subarray(1), idsMaxOf(type));
}

/** Bit i, lowest of the first byte first, says whether bundle i of the offer is wanted. */
export function encodeAnswer(wanted: readonly boolean[]): Uint8Array {
  const message = new Uint8Array(1 + Math.ceil(wanted.length / 8));
  message[0] = MessageType.answer;
  wanted.forEach((want, i) => {
    if (want) message[1 + (i >> 3)]! |= 1 << (i & 7);
  });
  return message;
}

/** The answer to an offer of `count` bundles; undefined when it has another length. */
export function decodeAnswer(message: Uint8Array, count: number): boolean[] | undefined {
  if (message.length !== 1 + Math.ceil(count / 8)) return undefined;
  const bit = (i: number): boolean => ((message[1 + (i >> 3)]! >> (i & 7)) & 1) === 1;
  for (let i = count; i < 8 * (message.length - 1); i++) if (bit(i)) return undefined;
  return Array.from({ length: count }, (_, i) => bit(i));
}

/** A bundle that the neighbour may not have, and how many links it has come so far. */
export interface Announced {
  readonly prefix: IdPrefix;
  readonly hops: number;
}

const announcedBytes = prefixBytes + 1;

export function encodeAnnounce(announced: readonly Announced[]): Uint8Array {
  const writer = new MessageWriter(1 + announced.length * announcedBytes);
  writer.byte(MessageType.announce);
  for (const { prefix, hops } of announced) writer.bytes(encodePrefixes([prefix])).byte(hops);
  return writer.finish();
}

export function decodeAnnounce(message: Uint8Array): Announced[] | undefined {
  const count = (message.length - 1) / announcedBytes;
  if (!Number.isInteger(count) || count < 1 || count > messageLimits.idsMax) return undefined;
  const announced: Announced[] = [];
  for (let at = 1; at < message.length; at += announcedBytes) {
    const hops = message[at + prefixBytes]!;
    if (hops > bundleLimits.hopLimitMax) return undefined;
    announced.push({ prefix: prefixOf(message, at), hops });
  }
  return announced;
}
