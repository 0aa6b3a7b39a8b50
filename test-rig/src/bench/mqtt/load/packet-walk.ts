/**
 * Walks over a stream of MQTT 3.1.1 packets without building objects: the load generator must cost
 * less than the brokers that it measures. Trusts its input: never for bytes of a stranger.
 */
export interface PacketHandler {
  /** A PUBLISH: its QoS, its message id (0 at QoS 0) and where its payload lies. */
  onPublish(qos: number, messageId: number, bytes: Buffer, payloadAt: number): void;
  /** Any other packet, by the upper half of its first byte. */
  onOther(type: number, bytes: Buffer, bodyAt: number): void;
}

export const PacketType = { connack: 2, publish: 3, puback: 4, suback: 9 } as const;

export class PacketWalk {
  readonly #handler: PacketHandler;
  /** The beginning of a packet whose end has not come. */
  #rest: Buffer | undefined;

  constructor(handler: PacketHandler) {
    this.#handler = handler;
  }

  /** Takes the next bytes; they may be used again for others afterwards. */
  take(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const end = this.#packetAt(bytes, at);
      if (end < 0) break;
      at = end;
    }
    this.#rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : undefined;
  }

  /** Handles the packet at `start`; answers where it ends, or -1 when it is not whole. */
  #packetAt(bytes: Buffer, start: number): number {
    let at = start + 1;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) return -1;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const end = at + length;
    if (end > bytes.length) return -1;
    const first = bytes[start]!;
    if (first >> 4 !== PacketType.publish) {
      this.#handler.onOther(first >> 4, bytes, at);
      return end;
    }
    const qos = (first >> 1) & 3;
    const idAt = at + 2 + (bytes[at]! << 8) + bytes[at + 1]!;
    if (qos === 0) this.#handler.onPublish(0, 0, bytes, idAt);
    else this.#handler.onPublish(qos, (bytes[idAt]! << 8) + bytes[idAt + 1]!, bytes, idAt + 2);
    return end;
  }
}
