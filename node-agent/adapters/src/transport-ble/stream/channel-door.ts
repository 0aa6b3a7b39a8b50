/**
 * The channels of one adapter: awaits those that others open, and hands each to the stream whose
 * token it shows first. Below step 4 of a message's way. Anybody in reach may open one, so those
 * that have shown nothing are few and short-lived.
 */
import { bytesKey, type Clock, type Logger } from '@muster/core';
import type { BleChannels, BlePeer } from '../ble.ts';
import type { PacketCarrier } from '../packet-carrier.ts';
import { CarrierEnd } from './carrier-end.ts';
import { channelLimits } from './limits.ts';
import { decodePacket } from './packets.ts';

export interface ChannelDoorOptions {
  readonly channels: BleChannels;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class ChannelDoor {
  readonly #options: ChannelDoorOptions;
  /** Streams that await a channel, by token. */
  readonly #awaited = new Map<string, (end: CarrierEnd) => void>();
  readonly #unjoined = new Set<CarrierEnd>();
  #isStopped = false;

  constructor(options: ChannelDoorOptions) {
    this.#options = options;
  }

  /** Where channels are awaited now; 0: nowhere. */
  get psm(): number {
    return this.#isStopped ? 0 : (this.#options.channels.psm ?? 0);
  }

  /** Never rejects: without channels everything goes by GATT. */
  async start(): Promise<void> {
    const { channels, logger } = this.#options;
    try {
      await channels.listen((carrier) => this.#incoming(carrier));
    } catch (error) {
      logger.info('no channels', { why: (error as Error).message });
    }
  }

  /** No channel is taken from now on; those that were handed over live on. */
  stop(): void {
    this.#isStopped = true;
    for (const end of this.#unjoined) end.close();
    this.#unjoined.clear();
  }

  connect(peer: BlePeer, psm: number, signal: AbortSignal): Promise<PacketCarrier> {
    return this.#options.channels.connect(peer, psm, signal);
  }

  /** Gives `run` each channel that shows this token, until the function returned is called. */
  expect(token: Uint8Array, run: (end: CarrierEnd) => void): () => void {
    const key = bytesKey(token);
    this.#awaited.set(key, run);
    return () => this.#awaited.delete(key);
  }

  #incoming(carrier: PacketCarrier): void {
    if (this.#isStopped || this.#unjoined.size >= channelLimits.unjoinedMax) {
      carrier.close();
      return;
    }
    const timer = this.#options.clock.after(channelLimits.joinMs, () => refuse());
    const end = new CarrierEnd(carrier, {
      onPacket: (packet) => {
        const first = decodePacket(packet);
        const isJoin = first.ok && first.value.kind === 'join';
        const run = isJoin ? this.#awaited.get(bytesKey(first.value.token)) : undefined;
        if (run === undefined) return refuse();
        forget();
        run(end);
      },
      onDrain() {},
      onClose: () => forget(),
    });
    const forget = (): void => {
      timer.cancel();
      this.#unjoined.delete(end);
    };
    const refuse = (): void => {
      forget();
      end.close();
    };
    this.#unjoined.add(end);
    end.start();
  }
}
