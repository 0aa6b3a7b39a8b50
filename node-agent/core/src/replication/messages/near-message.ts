/**
 * Messages about how far a bundle has come (step 4 of a message's way): `near` asks for full ids,
 * the answer gives each id with the links it has come at most. They are rare: only bundles that
 * used up their hops on a detour are asked for.
 */
import { bundleLimits } from '../../limits.ts';
import { messageLimits } from '../limits.ts';
import { MessageType } from './message-type.ts';

const idBytes = 32;

export interface Nearness {
  readonly id: Uint8Array;
  /** Links from its author to whoever says so. */
  readonly hops: number;
}

export function decodeNear(message: Uint8Array): Uint8Array[] | undefined {
  const body = message.subarray(1);
  const count = body.length / idBytes;
  if (!Number.isInteger(count) || count < 1 || count > messageLimits.nearIdsMax) return undefined;
  return Array.from({ length: count }, (_, i) => body.slice(i * idBytes, (i + 1) * idBytes));
}

export function encodeNear(ids: readonly Uint8Array[]): Uint8Array {
  const message = new Uint8Array(1 + ids.length * idBytes);
  message[0] = MessageType.near;
  for (const [i, id] of ids.entries()) message.set(id, 1 + i * idBytes);
  return message;
}

export function encodeNearAnswer({ id, hops }: Nearness): Uint8Array {
  const message = new Uint8Array(2 + idBytes);
  message[0] = MessageType.nearAnswer;
  message[1] = hops;
  message.set(id, 2);
  return message;
}

export function decodeNearAnswer(message: Uint8Array): Nearness | undefined {
  if (message.length !== 2 + idBytes || message[1]! > bundleLimits.hopLimitMax) return undefined;
  return { id: message.slice(2), hops: message[1]! };
}
