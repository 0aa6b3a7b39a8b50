/** One end of a carrier under test: writes down what it was told. For tests. */
import type { PacketCarrier } from '../packet-carrier.ts';

export class PacketListener {
  readonly packets: Uint8Array[] = [];
  readonly reasons: string[] = [];
  calledAfterClose = 0;
  readonly carrier: PacketCarrier;
  #next: (() => void) | undefined;

  constructor(carrier: PacketCarrier) {
    this.carrier = carrier;
  }

  start(): this {
    this.carrier.start({
      onPacket: (packet) => {
        if (this.reasons.length > 0) this.calledAfterClose += 1;
        this.packets.push(packet);
      },
      onDrain: () => this.#next?.(),
      onClose: (reason) => {
        if (this.reasons.length > 0) this.calledAfterClose += 1;
        this.reasons.push(reason);
      },
    });
    return this;
  }

  /** Sends these as fast as the carrier takes them. */
  pump(packets: readonly Uint8Array[]): void {
    let at = 0;
    this.#next = () => {
      while (at < packets.length && this.reasons.length === 0) {
        at += 1;
        if (!this.carrier.send(packets[at - 1]!)) return;
      }
    };
    this.#next();
  }
}

/** A packet that tells its number and looks like no other, 4 bytes at least. */
export function packetOf(number: number, bytes: number): Uint8Array {
  const packet = new Uint8Array(bytes).fill(number * 31);
  new DataView(packet.buffer).setUint32(0, number);
  return packet;
}

export function numberOf(packet: Uint8Array): number {
  return new DataView(packet.buffer, packet.byteOffset).getUint32(0);
}
