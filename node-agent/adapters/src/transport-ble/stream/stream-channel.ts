/**
 * The channel of one stream: the end that connected opens it, shows the token and opens another one
 * when it dies; the other end awaits it. Below step 4 of a message's way. It says when a channel
 * stands and when it is gone; what goes by it is the stream's.
 */
import { type Clock, doubledMs, equalBytes, type Logger, type Timer } from '@muster/core';
import type { BlePeer } from '../ble.ts';
import { CarrierEnd, type CarrierListener } from './carrier-end.ts';
import type { ChannelDoor } from './channel-door.ts';
import { channelLimits } from './limits.ts';
import { decodePacket, encodePacket } from './packets.ts';

export interface StreamChannelOptions {
  readonly door: ChannelDoor;
  readonly peer: BlePeer;
  readonly initiator: boolean;
  /** Where the other end awaits channels; 0: nowhere. */
  readonly psm: number;
  /** What channels to us must show first, and what we show. */
  readonly ownToken: Uint8Array;
  readonly peerToken: Uint8Array;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Both ends have shown their tokens; the stream listens from now on. */
  readonly onJoined: (end: CarrierEnd) => void;
}

export class StreamChannel {
  readonly #options: StreamChannelOptions;
  #timer: Timer | undefined;
  #attempt: AbortController | undefined;
  #joining: CarrierEnd | undefined;
  #unexpect: () => void = () => {};
  #failures = 0;
  #joinedMs: number | undefined;
  #isStopped = false;

  constructor(options: StreamChannelOptions) {
    this.#options = options;
  }

  start(): void {
    const { door, peer, initiator, ownToken, psm } = this.#options;
    if (!initiator) this.#unexpect = door.expect(ownToken, peer, (end) => this.#accept(end));
    else if (psm !== 0) void this.#open();
  }

  stop(): void {
    this.#isStopped = true;
    this.#unexpect();
    this.#timer?.cancel();
    this.#attempt?.abort();
    this.#joining?.close();
  }

  /** The channel that was joined is gone: another one after a while. */
  lost(): void {
    const { clock, initiator } = this.#options;
    const livedMs = clock.monotonicMs() - (this.#joinedMs ?? 0);
    if (livedMs >= channelLimits.retryMsMax) this.#failures = 0;
    if (initiator) this.#again('it was lost');
  }

  #accept(end: CarrierEnd): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#joinedMs !== undefined && nowMs - this.#joinedMs < channelLimits.rejoinMs) {
      end.close();
      return;
    }
    this.#show(end);
    this.#joined(end);
  }

  async #open(): Promise<void> {
    const { door, peer, psm, clock } = this.#options;
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#timer = clock.after(channelLimits.joinMs, () => {
      attempt.abort();
      this.#failed('no answer in time');
    });
    try {
      const carrier = await door.connect(peer, psm, attempt.signal);
      if (attempt.signal.aborted) return carrier.close();
      const end = new CarrierEnd(carrier, this.#joinListener());
      this.#joining = end;
      end.start();
      this.#show(end);
    } catch (error) {
      if (!attempt.signal.aborted) this.#failed((error as Error).message);
    }
  }

  #joinListener(): CarrierListener {
    return {
      onPacket: (packet, end) => {
        const first = decodePacket(packet);
        const isOurs =
          first.ok &&
          first.value.kind === 'join' &&
          equalBytes(first.value.token, this.#options.ownToken);
        if (isOurs) this.#joined(end);
        else this.#failed('it did not show the token');
      },
      onDrain() {},
      onClose: (reason) => this.#failed(reason),
    };
  }

  #show(end: CarrierEnd): void {
    end.send(encodePacket({ kind: 'join', token: this.#options.peerToken }));
  }

  #joined(end: CarrierEnd): void {
    this.#timer?.cancel();
    this.#attempt = undefined;
    this.#joining = undefined;
    this.#joinedMs = this.#options.clock.monotonicMs();
    this.#options.onJoined(end);
  }

  #failed(why: string): void {
    this.#timer?.cancel();
    this.#joining?.close();
    this.#joining = undefined;
    this.#attempt = undefined;
    this.#again(why);
  }

  #again(why: string): void {
    if (this.#isStopped) return;
    this.#failures += 1;
    const { retryMsMin: min, retryMsMax: max, failuresMax, restMs } = channelLimits;
    const soonMs = doubledMs({ min, max }, this.#failures - 1);
    const delayMs = this.#failures < failuresMax ? soonMs : restMs;
    this.#options.logger.debug('no channel', { why, failures: this.#failures, delayMs });
    this.#timer = this.#options.clock.after(delayMs, () => void this.#open());
  }
}
