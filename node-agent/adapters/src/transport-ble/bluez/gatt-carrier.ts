/**
 * Packets of one conversation by GATT values, in either role. An empty value says that the
 * conversation has ended: the link may live on for another. Below step 4 of a message's way.
 */
import type { PacketCarrier, PacketHandlers } from '../packet-carrier.ts';
import { bluezLimits } from './limits.ts';

export interface GattWriter {
  /** Sends one value, never throws; false: send no more until `drained` is called. */
  write(value: Uint8Array): boolean;
  /** Once, at the end of the carrier, whoever ended it. */
  end(): void;
}

export class GattCarrier implements PacketCarrier {
  readonly kind = 'gatt';
  readonly maxPacketBytes: number;
  readonly #writer: GattWriter;
  #handlers: PacketHandlers | undefined;
  #early: Uint8Array[] = [];
  #closedReason: string | undefined;

  constructor(mtu: number, writer: GattWriter) {
    const valueBytes = mtu - bluezLimits.attHeadBytes;
    this.maxPacketBytes = Math.min(bluezLimits.packetBytesMax, valueBytes);
    this.#writer = writer;
  }

  get isClosed(): boolean {
    return this.#closedReason !== undefined;
  }

  start(handlers: PacketHandlers): void {
    this.#handlers = handlers;
    const early = this.#early;
    this.#early = [];
    for (const packet of early) if (!this.isClosed) handlers.onPacket(packet);
    if (this.#closedReason !== undefined) handlers.onClose(this.#closedReason);
  }

  send(packet: Uint8Array): boolean {
    if (this.isClosed) return false;
    if (packet.length === 0 || packet.length > this.maxPacketBytes) {
      throw new RangeError(`a packet of ${packet.length} octets`);
    }
    return this.#writer.write(packet);
  }

  close(): void {
    if (this.isClosed) return;
    this.#writer.write(new Uint8Array(0));
    this.end('closed');
  }

  /** A value came from the other end. */
  deliver(value: Uint8Array): void {
    if (this.isClosed) return;
    if (value.length === 0) this.end('closed-by-peer');
    else if (this.#handlers !== undefined) this.#handlers.onPacket(value);
    else if (this.#early.length < bluezLimits.packetsEarlyMax) this.#early.push(value);
  }

  drained(): void {
    if (!this.isClosed) this.#handlers?.onDrain();
  }

  end(reason: string): void {
    if (this.isClosed) return;
    this.#closedReason = reason;
    this.#writer.end();
    this.#handlers?.onClose(reason);
  }
}
