/**
 * Encodes a QoS 0 PUBLISH (MQTT 3.1.1, 3.3). aedes hands the same message over once for each
 * subscriber; the last one's bytes are kept, so that all of them share one buffer.
 */
export interface Encodable {
  readonly topic: string;
  readonly payload: Buffer | string;
  readonly retain: boolean;
}

const publishHeader = 0x30;

export class PublishEncoder {
  #last: Encodable | undefined;
  #bytes: Buffer = Buffer.alloc(0);

  encode(packet: Encodable): Buffer {
    const last = this.#last;
    const isSame =
      last?.payload === packet.payload &&
      last.topic === packet.topic &&
      last.retain === packet.retain;
    if (isSame) return this.#bytes;
    this.#bytes = encodePublish(packet);
    this.#last = { topic: packet.topic, payload: packet.payload, retain: packet.retain };
    return this.#bytes;
  }
}

function encodePublish({ topic, payload, retain }: Encodable): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const topicBytes = Buffer.byteLength(topic);
  const length = 2 + topicBytes + body.length;
  const lengthBytes = length < 128 ? 1 : length < 16_384 ? 2 : length < 2_097_152 ? 3 : 4;
  const bytes = Buffer.allocUnsafe(1 + lengthBytes + length);
  let at = 0;
  bytes[at++] = publishHeader | (retain ? 1 : 0);
  for (let left = length; ; left >>>= 7) {
    bytes[at++] = left < 128 ? left : (left & 127) | 128;
    if (left < 128) break;
  }
  at = bytes.writeUInt16BE(topicBytes, at);
  at += bytes.write(topic, at);
  body.copy(bytes, at);
  return bytes;
}
