/**
 * The PacketCarrier over one channel of the helper: sends as far as it has credit, and gives credit
 * back for what was delivered. Below step 4 of a message's way. Handlers are never called from
 * within start, send or close, nor after onClose.
 */
import type { PacketCarrier, PacketHandlers } from '../packet-carrier.ts';
import { closeReason } from './errno.ts';
import { channelLimits, wireLimits } from './limits.ts';
import {
  closeMessage,
  creditMessage,
  dataHeader,
  type WireFault,
  type WireMessage,
} from './wire.ts';

export interface L2capCarrierOptions {
  readonly channel: number;
  readonly sendBytesMax: number;
  readonly write: (...parts: readonly Uint8Array[]) => void;
  /** It is over, also for the helper: its place is free. */
  readonly onEnd: () => void;
}

/** Credit is given back in portions. */
const portion = wireLimits.windowPackets / 2;

export class L2capCarrier implements PacketCarrier {
  readonly kind = 'l2cap';
  readonly maxPacketBytes: number;
  readonly #options: L2capCarrierOptions;
  #handlers: PacketHandlers | undefined;
  #credit: number = wireLimits.windowPackets;
  /** Taken without credit. */
  #queue: Uint8Array[] = [];
  #wantsDrain = false;
  /** Came before start; undefined once they are delivered. At most a window: no credit is given. */
  #kept: Uint8Array[] | undefined = [];
  /** Packets of which the helper does not know yet that they were delivered. */
  #delivered = 0;
  #received = 0;
  #closedBecause: string | undefined;
  #isOver = false;

  constructor(options: L2capCarrierOptions) {
    this.#options = options;
    this.maxPacketBytes = options.sendBytesMax;
  }

  start(handlers: PacketHandlers): void {
    if (this.#handlers !== undefined) throw new Error('a carrier is started once');
    this.#handlers = handlers;
    queueMicrotask(() => this.#deliverKept());
  }

  send(packet: Uint8Array): boolean {
    if (this.#closedBecause !== undefined) return false;
    if (packet.length === 0 || packet.length > this.maxPacketBytes) {
      throw new RangeError(`a packet of ${packet.length} bytes`);
    }
    this.#queue.push(packet);
    this.#flush();
    if (this.#queue.length > channelLimits.queuedPacketsMax) this.#close('overrun');
    this.#wantsDrain ||= this.#credit === 0;
    return !this.#wantsDrain;
  }

  close(): void {
    this.#close('closed');
  }

  /** What the helper says of this channel. */
  take(message: WireMessage): WireFault | undefined {
    switch (message.kind) {
      case 'data':
        return this.#onPacket(message.packet);
      case 'credit':
        return this.#onCredit(message.packets);
      case 'closed':
        this.end(closeReason(message.errno));
        return undefined;
      default:
        return 'value';
    }
  }

  /** The channel is no more, or its helper is not. */
  end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#finish(reason);
    this.#options.onEnd();
  }

  #close(reason: string): void {
    if (this.#closedBecause !== undefined) return;
    if (this.#kept !== undefined) this.#kept = [];
    this.#options.write(closeMessage(this.#options.channel));
    this.#finish(reason);
  }

  #finish(reason: string): void {
    if (this.#closedBecause !== undefined) return;
    this.#closedBecause = reason;
    this.#queue = [];
    // What came before start is delivered first, and then this.
    if (this.#handlers !== undefined) queueMicrotask(() => this.#tellClosed());
  }

  #tellClosed(): void {
    const handlers = this.#handlers;
    if (handlers === undefined || this.#kept !== undefined) return;
    this.#handlers = undefined;
    handlers.onClose(this.#closedBecause!);
  }

  #deliverKept(): void {
    // A handler may close the carrier, which empties the list.
    for (let i = 0; i < this.#kept!.length; i += 1) this.#deliver(this.#kept![i]!);
    this.#kept = undefined;
    if (this.#closedBecause !== undefined) this.#tellClosed();
  }

  #onPacket(packet: Uint8Array): WireFault | undefined {
    this.#received += 1;
    if (this.#received > wireLimits.windowPackets) return 'value';
    if (this.#closedBecause !== undefined) return undefined;
    if (this.#kept === undefined) this.#deliver(packet);
    else this.#kept.push(packet);
    return undefined;
  }

  #deliver(packet: Uint8Array): void {
    this.#delivered += 1;
    this.#handlers?.onPacket(packet);
    if (this.#delivered < portion || this.#closedBecause !== undefined) return;
    this.#options.write(creditMessage(this.#options.channel, this.#delivered));
    this.#received -= this.#delivered;
    this.#delivered = 0;
  }

  #onCredit(packets: number): WireFault | undefined {
    this.#credit += packets;
    if (this.#credit > wireLimits.windowPackets) return 'value';
    this.#flush();
    if (!this.#wantsDrain || this.#credit === 0 || this.#closedBecause !== undefined)
      return undefined;
    this.#wantsDrain = false;
    this.#handlers?.onDrain();
    return undefined;
  }

  #flush(): void {
    while (this.#credit > 0 && this.#queue.length > 0) {
      const packet = this.#queue.shift()!;
      this.#credit -= 1;
      this.#options.write(dataHeader(this.#options.channel, packet.length), packet);
    }
  }
}
