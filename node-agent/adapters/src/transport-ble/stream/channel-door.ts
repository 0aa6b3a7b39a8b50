/**
 * The channels of one adapter: awaits those that others open, and hands each to the stream whose
 * token it shows first. Below step 4 of a message's way. Anybody in reach may open one, and may
 * have heard a token on air: so a channel must come from the device of its stream, and of those
 * that have shown nothing each such device has one, for a short time.
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

interface Awaiting {
  readonly device: string;
  readonly run: (end: CarrierEnd) => void;
}

export class ChannelDoor {
  readonly #options: ChannelDoorOptions;
  /** Streams that await a channel, by token; a link has two at most. */
  readonly #awaited = new Map<string, Awaiting>();
  /** By device; only of those that a stream is with. */
  readonly #unjoined = new Map<string, CarrierEnd>();
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
      await channels.listen((carrier, peer) => this.#incoming(carrier, deviceOf(peer)));
    } catch (error) {
      logger.info('no channels', { why: (error as Error).message });
    }
  }

  /** No channel is taken from now on; those that were handed over live on. */
  stop(): void {
    this.#isStopped = true;
    for (const end of this.#unjoined.values()) end.close();
    this.#unjoined.clear();
  }

  connect(peer: BlePeer, psm: number, signal: AbortSignal): Promise<PacketCarrier> {
    return this.#options.channels.connect(peer, psm, signal);
  }

  /** Gives `run` each channel of this device that shows the token, until the function is called. */
  expect(token: Uint8Array, peer: BlePeer, run: (end: CarrierEnd) => void): () => void {
    const key = bytesKey(token);
    this.#awaited.set(key, { device: deviceOf(peer), run });
    return () => this.#awaited.delete(key);
  }

  #incoming(carrier: PacketCarrier, device: string): void {
    const isAwaited = [...this.#awaited.values()].some((awaiting) => awaiting.device === device);
    if (this.#isStopped || !isAwaited) {
      carrier.close();
      return;
    }
    // Whoever opens another one has given up the one before.
    this.#unjoined.get(device)?.close();
    const timer = this.#options.clock.after(channelLimits.joinMs, () => refuse());
    const end = new CarrierEnd(carrier, {
      onPacket: (packet) => {
        const first = decodePacket(packet);
        const isJoin = first.ok && first.value.kind === 'join';
        const awaiting = isJoin ? this.#awaited.get(bytesKey(first.value.token)) : undefined;
        if (awaiting?.device !== device) return refuse();
        forget();
        awaiting.run(end);
      },
      onDrain() {},
      onClose: () => forget(),
    });
    const forget = (): void => {
      timer.cancel();
      if (this.#unjoined.get(device) === end) this.#unjoined.delete(device);
    };
    const refuse = (): void => {
      forget();
      end.close();
    };
    this.#unjoined.set(device, end);
    end.start();
  }
}

function deviceOf({ address, addressType }: BlePeer): string {
  return `${addressType} ${address.toUpperCase()}`;
}
