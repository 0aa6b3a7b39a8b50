/**
 * The payload of a channel message: CBOR [version, name, text]. The name is what its author claims
 * to be called; only the author key identifies. In a private channel the same bytes are sealed.
 */
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { bundleLimits, nameLimits } from '../limits.ts';

export interface ChannelMessage {
  readonly name: string;
  readonly text: string;
}

const version = 1;

export function encodeMessage(message: ChannelMessage): Uint8Array {
  return encodeCbor([version, message.name, message.text]);
}

/** Undefined for anything that is not exactly a message. */
export function decodeMessage(payload: Uint8Array): ChannelMessage | undefined {
  const reader = new CborReader(payload);
  reader.array(3);
  reader.uint(version, version);
  const message = {
    name: reader.text(nameLimits.nameBytesMax),
    text: reader.text(bundleLimits.payloadBytesMax),
  };
  return reader.done() ? message : undefined;
}
