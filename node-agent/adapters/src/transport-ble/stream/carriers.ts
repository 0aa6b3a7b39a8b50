/**
 * The carriers of one stream: GATT all the time, and a channel while there is one. Packets go by
 * the one that is active; nothing is agreed on when that changes, because bytes have numbers. Below
 * step 4 of a message's way.
 */
import type { CarrierEnd, CarrierListener } from './carrier-end.ts';
import type { PacketFlow } from './packet-flow.ts';
import { StreamChannel, type StreamChannelOptions } from './stream-channel.ts';

export interface CarriersOptions {
  readonly gatt: CarrierEnd;
  readonly flow: PacketFlow;
  /** Undefined: GATT only. */
  readonly channel: Omit<StreamChannelOptions, 'onJoined'> | undefined;
  /** Of every carrier. */
  readonly listener: CarrierListener;
  /** Another one is active now. */
  readonly onChange: () => void;
}

export class Carriers {
  readonly gatt: CarrierEnd;
  readonly #options: CarriersOptions;
  readonly #channel: StreamChannel | undefined;
  #active: CarrierEnd;

  constructor(options: CarriersOptions) {
    const { gatt, channel } = options;
    this.#options = options;
    this.gatt = gatt;
    this.#active = gatt;
    if (channel === undefined) return;
    this.#channel = new StreamChannel({ ...channel, onJoined: (end) => this.#joined(end) });
  }

  get active(): CarrierEnd {
    return this.#active;
  }

  start(): void {
    this.#channel?.start();
  }

  stop(): void {
    this.#channel?.stop();
    if (this.#active !== this.gatt) this.#active.close();
  }

  /** Back to GATT, if it is not there; what was under way by the channel goes again. */
  leaveChannel(): void {
    const channel = this.#active;
    if (channel === this.gatt) return;
    this.#active = this.gatt;
    channel.close();
    this.#options.flow.sending.loseWay(channel);
    this.#sayLeave();
    this.#channel!.lost();
    this.#options.onChange();
  }

  /** No answer comes. Perhaps it is the channel; perhaps they speak by one that is dead here. */
  doubt(): void {
    if (this.#active === this.gatt) this.#sayLeave();
    else this.leaveChannel();
  }

  #joined(end: CarrierEnd): void {
    const before = this.#active;
    if (before !== this.gatt) {
      before.close();
      this.#options.flow.sending.loseWay(before);
    }
    this.#active = end;
    end.hand(this.#options.listener);
    this.#options.onChange();
  }

  /** No channel is heard here any more; where there is none, it says nothing new. */
  #sayLeave(): void {
    if (this.#channel === undefined || !this.gatt.canSend) return;
    this.#options.flow.control({ kind: 'leave' }, this.gatt);
  }
}
