/**
 * One end of a carrier as a stream uses it: who listens may change (greeting, then stream), and it
 * remembers whether it takes more. Below step 4 of a message's way. It knows no packet's meaning.
 */
import type { PacketCarrier } from '../packet-carrier.ts';
import { type CarrierLimits, carrierLimits } from './limits.ts';
import { dataHeadBytes } from './packets.ts';
import type { Way } from './send-half.ts';

export interface CarrierListener {
  onPacket(packet: Uint8Array, end: CarrierEnd): void;
  onDrain(end: CarrierEnd): void;
  onClose(reason: string, end: CarrierEnd): void;
}

/** Nobody listens, for the moment from one listener to the next. */
const deaf: CarrierListener = { onPacket() {}, onDrain() {}, onClose() {} };

export class CarrierEnd implements Way {
  readonly kind: PacketCarrier['kind'];
  readonly limits: CarrierLimits;
  readonly payloadBytesMax: number;
  readonly #carrier: PacketCarrier;
  #listener: CarrierListener;
  #isFull = false;
  #isClosed = false;

  constructor(carrier: PacketCarrier, listener: CarrierListener = deaf) {
    this.kind = carrier.kind;
    this.limits = carrierLimits[carrier.kind];
    this.payloadBytesMax = carrier.maxPacketBytes - dataHeadBytes(true);
    this.#carrier = carrier;
    this.#listener = listener;
  }

  start(): void {
    this.#carrier.start({
      onPacket: (packet) => {
        if (!this.#isClosed) this.#listener.onPacket(packet, this);
      },
      onDrain: () => {
        this.#isFull = false;
        if (!this.#isClosed) this.#listener.onDrain(this);
      },
      onClose: (reason) => {
        const wasClosed = this.#isClosed;
        this.#isClosed = true;
        if (!wasClosed) this.#listener.onClose(reason, this);
      },
    });
  }

  /** From now on somebody else listens. */
  hand(listener: CarrierListener): void {
    this.#listener = listener;
  }

  /** It takes a packet now. */
  get canSend(): boolean {
    return !this.#isFull && !this.#isClosed;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(packet: Uint8Array): void {
    if (this.#isClosed) return;
    // What drains within `send` is not full any more.
    this.#isFull = true;
    if (this.#carrier.send(packet)) this.#isFull = false;
  }

  /** Closes it; the listener is told nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#carrier.close();
  }
}
