/**
 * The payload of a channel message: CBOR [1, name, text]; for one that a gateway signed on behalf
 * of somebody who cannot sign, [2, name, text, [0, client, ref]]. The name is what its author
 * claims to be called; only the author key identifies. In a private channel the same bytes are
 * sealed.
 */
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { bundleLimits, nameLimits } from '../limits.ts';

export interface ChannelMessage {
  readonly name: string;
  readonly text: string;
  /** The bundle's author speaks for this one, and says so. */
  readonly via?: MessageVia;
}

/** An MQTT client of the gateway, or with `uplink:<name>` a broker beyond it. */
export interface MessageVia {
  readonly kind: 'mqtt';
  /** Its name at the gateway, 64 bytes at most. */
  readonly client: string;
  /** The same for each delivery of one outside message, 8 bytes: repeats are told by it. */
  readonly ref: Uint8Array;
}

const plainVersion = 1;
const viaVersion = 2;
const mqttKind = 0;
export const viaRefBytes = 8;

export function encodeMessage({ name, text, via }: ChannelMessage): Uint8Array {
  if (!via) return encodeCbor([plainVersion, name, text]);
  return encodeCbor([viaVersion, name, text, [mqttKind, via.client, via.ref]]);
}

/** Undefined for anything that is not exactly a message. */
export function decodeMessage(payload: Uint8Array): ChannelMessage | undefined {
  const reader = new CborReader(payload);
  const items = reader.array(4, 3);
  const version = items === 4 ? viaVersion : plainVersion;
  reader.uint(version, version);
  const message = {
    name: reader.text(nameLimits.nameBytesMax),
    text: reader.text(bundleLimits.payloadBytesMax),
  };
  const via = items === 4 ? readVia(reader) : undefined;
  if (!reader.done()) return undefined;
  return via ? { ...message, via } : message;
}

function readVia(reader: CborReader): MessageVia {
  reader.array(3);
  reader.uint(mqttKind);
  const client = reader.text(nameLimits.nameBytesMax);
  return { kind: 'mqtt', client, ref: reader.bytes(viaRefBytes) };
}
