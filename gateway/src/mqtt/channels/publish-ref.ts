/**
 * The reference of an outside message: 8 bytes that are signed into the bundle (`via.ref`), so that
 * a repeated delivery is known as such, by this gateway after a crash too. Step 1.
 */
import { type Crypto, concat, domain, utf8 } from '@muster/core';
import type { ClientPublish } from '../hooks.ts';

export const refBytes = 8;
const refDomain = domain('mqtt-ref');

/**
 * With the client's own id: client, channel and id. Else what MQTT gives: client, client id, packet
 * identifier, channel and payload, which a repeat (DUP) has in common with the first.
 */
export function publishRef(
  crypto: Crypto,
  publish: ClientPublish,
  place: { readonly tag: Uint8Array; readonly id: string | undefined },
): Uint8Array {
  const { client, clientId, messageId = 0, payload } = publish;
  const parts =
    place.id === undefined ? [utf8(clientId), utf8(String(messageId)), payload] : [utf8(place.id)];
  const named = [utf8(client.name), place.tag, ...parts];
  const whole = concat(...named.flatMap((part) => [lengthOf(part), part]));
  return crypto.blake2b(16, refDomain, Uint8Array.of(parts.length), whole).slice(0, refBytes);
}

/** Parts of other lengths never run together into the same bytes. */
function lengthOf(part: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, part.length);
  return length;
}
