/**
 * Messages of the relay link to bytes: deterministic CBOR arrays, the type first. Step 6 of a
 * message's way. It believes its caller; what came from outside goes through decode-message.ts.
 */
import { type CborValue, encodeCbor } from '@muster/core';
import { type ByeReason, byeReasons, MessageType, type RelayMessage } from './message.ts';

export function encodeMessage(message: RelayMessage): Uint8Array {
  return encodeCbor([message.type, ...fieldsOf(message)]);
}

function fieldsOf(message: RelayMessage): readonly CborValue[] {
  switch (message.type) {
    case MessageType.hello:
      return [message.versionMin, message.versionMax, message.siteKey, message.certificate];
    case MessageType.welcome:
      return [message.version, message.bytesUsed, message.bytesMax];
    case MessageType.bye:
      return [byeReasons.indexOf(message.reason as ByeReason)];
    case MessageType.policy:
      return [message.wire];
    case MessageType.offer:
      return [message.first, message.lane, message.ids];
    case MessageType.states:
      return [message.first, message.states];
    case MessageType.bundle: {
      const { ageMs, hops, ticket, signature, signed } = message.bundle;
      return [message.number, Math.floor(ageMs), hops, ticket, signature, signed];
    }
    case MessageType.settled:
      return [message.number, message.outcome, message.reason];
    case MessageType.follow:
      return [message.sites.map(({ site, tags, token }) => [site, tags, token])];
    case MessageType.flowing:
      return [message.site, message.tags];
    case MessageType.mark:
      return [message.site, message.token];
    case MessageType.want:
      return [message.site, message.ids];
    case MessageType.withdrawn:
    case MessageType.ping:
    case MessageType.pong:
      return [message.number];
  }
}
