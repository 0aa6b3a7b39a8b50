/**
 * Bytes to messages of the relay link, strictly: one form, every length bounded before anything is
 * built, undefined for whatever is not one. Step 6 of a message's way. It never throws.
 */
import { bundleLimits, CborReader, type Lane } from '@muster/core';
import { messageLimits } from './limits.ts';
import {
  byeReasons,
  type FollowedSite,
  MessageType,
  type Outcome,
  type RelayMessage,
} from './message.ts';

const numberMax = Number.MAX_SAFE_INTEGER;
const idBytes = 32;
const tagBytes = 16;

/** Fields behind the type, by type. */
const fieldCounts: Readonly<Record<RelayMessage['type'], number>> = {
  [MessageType.hello]: 4,
  [MessageType.welcome]: 3,
  [MessageType.bye]: 1,
  [MessageType.policy]: 1,
  [MessageType.offer]: 3,
  [MessageType.states]: 2,
  [MessageType.bundle]: 6,
  [MessageType.withdrawn]: 1,
  [MessageType.settled]: 3,
  [MessageType.follow]: 1,
  [MessageType.flowing]: 2,
  [MessageType.mark]: 2,
  [MessageType.want]: 2,
  [MessageType.ping]: 1,
  [MessageType.pong]: 1,
};

/** Byte strings of the result are views into `bytes`. */
export function decodeMessage(bytes: Uint8Array): RelayMessage | undefined {
  const reader = new CborReader(bytes);
  const length = reader.array(255, 2);
  const type = reader.uint(MessageType.pong) as RelayMessage['type'];
  if (reader.failed) return undefined;
  // A later version may add fields to its hello, which is how each side learns of the other's.
  const later = type === MessageType.hello && length - 1 > fieldCounts[type];
  if (length - 1 !== fieldCounts[type] && !later) return undefined;
  const message = readFields(reader, type);
  if (!message || !plausible(message)) return undefined;
  return later ? laterHello(reader, message) : reader.done() ? message : undefined;
}

/** Only the offer of a later version excuses fields that this one does not know. */
function laterHello(reader: CborReader, message: RelayMessage): RelayMessage | undefined {
  const fits = message.type === MessageType.hello && message.versionMax > 1 && !reader.failed;
  return fits ? message : undefined;
}

function readFields(reader: CborReader, type: RelayMessage['type']): RelayMessage | undefined {
  switch (type) {
    case MessageType.hello:
      return {
        type,
        versionMin: reader.uint(255, 1),
        versionMax: reader.uint(255, 1),
        siteKey: reader.bytes(32),
        certificate: reader.bytes(messageLimits.certificateBytesMax, 1),
      };
    case MessageType.welcome:
      return {
        type,
        version: reader.uint(255, 1),
        bytesUsed: reader.uint(numberMax),
        bytesMax: reader.uint(numberMax),
      };
    case MessageType.bye:
      return { type, reason: byeReasons[reader.uint(255)] ?? 'unknown' };
    case MessageType.policy:
      return { type, wire: reader.bytes(messageLimits.policyBytesMax, 1) };
    case MessageType.follow:
      return { type, sites: readSites(reader) };
    case MessageType.flowing:
      return { type, site: reader.bytes(16), tags: readTags(reader) };
    case MessageType.mark:
      return { type, site: reader.bytes(16), token: reader.bytes(messageLimits.tokenBytesMax, 0) };
    case MessageType.want:
      return { type, site: reader.bytes(16), ids: readIds(reader, messageLimits.wantIdsMax) };
    case MessageType.ping:
    case MessageType.pong:
      return { type, number: reader.uint(numberMax) };
    default:
      return readBundleFields(reader, type);
  }
}

/** The messages by which one side brings the other a bundle. */
function readBundleFields(
  reader: CborReader,
  type: RelayMessage['type'],
): RelayMessage | undefined {
  const number = reader.uint(numberMax);
  switch (type) {
    case MessageType.offer: {
      const lane = reader.uint(2) as Lane;
      return { type, first: number, lane, ids: readIds(reader, messageLimits.offerIdsMax) };
    }
    case MessageType.states:
      return { type, first: number, states: reader.bytes(messageLimits.offerIdsMax, 1) };
    case MessageType.bundle: {
      const ageMs = reader.uint(numberMax);
      const hops = reader.uint(bundleLimits.hopLimitMax);
      const ticket = reader.bytes(bundleLimits.ticketBytesMax, 0);
      const signature = reader.bytes(64);
      const signed = reader.bytes(bundleLimits.signedBytesMax, 1);
      return { type, number, bundle: { signed, signature, ageMs, hops, ticket } };
    }
    case MessageType.withdrawn:
      return { type, number };
    case MessageType.settled: {
      const outcome = reader.uint(3) as Outcome;
      return { type, number, outcome, reason: reader.text(messageLimits.reasonBytesMax) };
    }
    default:
      return undefined;
  }
}

/** What reading alone does not rule out. */
function plausible(message: RelayMessage): boolean {
  if (message.type === MessageType.hello) return message.versionMin <= message.versionMax;
  if (message.type === MessageType.states) return message.states.every((state) => state <= 3);
  return true;
}

function readIds(reader: CborReader, max: number): Uint8Array[] {
  return Array.from({ length: reader.array(max, 1) }, () => reader.bytes(idBytes));
}

function readTags(reader: CborReader): Uint8Array[] {
  const length = reader.array(messageLimits.followTagsMax, 0);
  return Array.from({ length }, () => reader.bytes(tagBytes));
}

function readSites(reader: CborReader): FollowedSite[] {
  const sites: FollowedSite[] = [];
  let tagsLeft: number = messageLimits.followTagsMax;
  for (let left = reader.array(messageLimits.followSitesMax, 0); left > 0; left--) {
    reader.array(3);
    const site = reader.bytes(16);
    const tags = readTags(reader);
    tagsLeft -= tags.length;
    const token = reader.bytes(messageLimits.tokenBytesMax, 0);
    if (reader.failed) return [];
    sites.push({ site, tags, token });
  }
  // Over the sum: what is left unread makes the message malformed.
  if (tagsLeft < 0) reader.failed = true;
  return sites;
}
