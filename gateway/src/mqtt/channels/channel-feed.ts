/**
 * Channel to MQTT: step 6. Every message in a channel that appears is handed to the broker once, in
 * the order of arrival. A cursor into the store moves on only after the broker has it, so a gateway
 * that was away goes on where it was. Nothing waits in memory: what is next is read from the store.
 */
import {
  BundleKind,
  bytesKey,
  type Clock,
  type Logger,
  type NodeApi,
  type ReadBundle,
  type Timer,
} from '@muster/core';
import type { FeedPlace } from './feed-place.ts';
import { channelLimits } from './limits.ts';
import type { ShownChannel } from './shown-channels.ts';

const { feedAgainMs, feedPageMax } = channelLimits;

export interface FeedPacket {
  readonly topic: string;
  readonly payload: Buffer;
}

export interface ChannelFeedOptions {
  readonly node: Pick<NodeApi, 'ofKind' | 'since'>;
  readonly place: FeedPlace;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Channels that appear now, by the key of their tag. */
  channels(): ReadonlyMap<string, ShownChannel>;
  /** Undefined for what no subscriber could read. */
  packetOf(bundle: ReadBundle, channel: ShownChannel): FeedPacket | undefined;
  /** Without an error once every subscriber's queue has it, persistent ones on disk. */
  publish(packet: FeedPacket, onDone: (error?: Error) => void): void;
}

export class ChannelFeed {
  readonly #options: ChannelFeedOptions;
  #row = 0;
  #published = 0;
  #isRunning = false;
  #isBusy = false;
  /** Newest message that is surely on disk: a row that is lost with the power is used again. */
  #durableRow = 0;
  #wake: (() => void) | undefined;
  #timer: Timer | undefined;

  constructor(options: ChannelFeedOptions) {
    this.#options = options;
  }

  /** Messages handed to the broker since the start. */
  get published(): number {
    return this.#published;
  }

  /** Resolves once what came while the gateway was away is with the broker. */
  async start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    // Until the place is known, what comes must wait.
    this.#isBusy = true;
    const { node, place } = this.#options;
    const newestRow = node.ofKind(BundleKind.message, 1)[0]?.row ?? 0;
    const kept = await place.open();
    this.#durableRow = Math.max(this.#durableRow, newestRow);
    // A gateway's first start does not repeat what was said before there was one.
    this.#row = kept ?? newestRow;
    if (kept === undefined) await place.handed(newestRow);
    this.#isBusy = false;
    await this.#pump();
  }

  stop(): void {
    this.#isRunning = false;
    this.#timer?.cancel();
    this.#wake?.();
  }

  /** A bundle is on disk. */
  onBundle(bundle: ReadBundle): void {
    if (bundle.kind !== BundleKind.message) return;
    this.#durableRow = Math.max(this.#durableRow, bundle.row);
    void this.#pump();
  }

  async #pump(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    while (this.#isRunning && this.#row < this.#durableRow) {
      const untilRow = this.#durableRow;
      const page = this.#options.node
        .since({ row: this.#row, limit: feedPageMax })
        .filter(({ row }) => row <= untilRow);
      const row = page.at(-1)?.row ?? untilRow;
      const packets = page.flatMap((bundle) => this.#packetOf(bundle));
      if (packets.length > 0 && !(await this.#publishAll(packets, row))) break;
      this.#row = row;
    }
    this.#isBusy = false;
  }

  #packetOf(bundle: ReadBundle): FeedPacket[] {
    if (bundle.kind !== BundleKind.message) return [];
    const channel = this.#options.channels().get(bytesKey(bundle.tag));
    const packet = channel && this.#options.packetOf(bundle, channel);
    return packet ? [packet] : [];
  }

  /** In order; what the broker cannot keep is tried until it can. False when stopped before. */
  async #publishAll(packets: readonly FeedPacket[], row: number): Promise<boolean> {
    for (let left = packets; ; ) {
      const outcomes = left.map((packet) => this.#publish(packet));
      const isKept = this.#options.place.handed(row);
      const isOut = await Promise.all(outcomes);
      left = left.filter((_, index) => !isOut[index]);
      this.#published += outcomes.length - left.length;
      if (left.length === 0 && (await isKept)) return true;
      await this.#pause();
      if (!this.#isRunning) return false;
    }
  }

  #publish(packet: FeedPacket): Promise<boolean> {
    return new Promise((resolve) => {
      this.#options.publish(packet, (error) => {
        if (error) this.#options.logger.warn('not-published', { error: error.message });
        resolve(!error);
      });
    });
  }

  #pause(): Promise<void> {
    if (!this.#isRunning) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#timer = this.#options.clock.after(feedAgainMs, resolve);
    });
  }
}
