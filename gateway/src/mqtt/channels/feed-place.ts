/**
 * How far the feed has come, kept over restarts: step 6. It lies among the broker's sessions, in
 * one transaction with their queues, so nothing is queued twice or left out when the power goes.
 * It is a retained message that nobody can read: what every persistence of aedes can keep.
 */
import { type NodeApi, type Random, toHex } from '@muster/core';

/** What is used of a persistence of aedes. */
export interface PlaceKeeper {
  storeRetained(packet: PlacePacket): Promise<unknown>;
  createRetainedStream(topic: string): AsyncIterable<{ readonly payload: Buffer | string }>;
}

interface PlacePacket {
  readonly cmd: 'publish';
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 1;
  readonly retain: true;
  readonly dup: false;
}

export interface FeedPlaceOptions {
  readonly node: Pick<NodeApi, 'keep' | 'value'>;
  readonly random: Random;
  readonly keeper: PlaceKeeper;
}

const storeIdName = 'gateway/mqtt/store';
const storeIdBytes = 8;
/** As many digits as a row can have: what is kept never grows. */
const digits = 16;

export class FeedPlace {
  readonly #options: FeedPlaceOptions;
  #topic = '';

  constructor(options: FeedPlaceOptions) {
    this.#options = options;
  }

  /**
   * Row of the last bundle that the broker has; undefined when it has none of this store. Whatever
   * was handed to the node's store before this call is on disk when it resolves.
   */
  async open(): Promise<number | undefined> {
    this.#topic = `$SYS/muster/feed/${toHex(await this.#storeId())}`;
    const { keeper } = this.#options;
    for await (const { payload } of keeper.createRetainedStream(this.#topic)) {
      const row = Number(payload.toString());
      if (Number.isSafeInteger(row)) return row;
    }
    return undefined;
  }

  /**
   * The bundles up to this row were handed to the broker in this turn of the event loop: what one
   * turn writes is on disk together or not at all. When it fails, so do the publishes.
   */
  handed(row: number): Promise<boolean> {
    const payload = Buffer.from(String(row).padStart(digits, '0'));
    const packet = { cmd: 'publish', topic: this.#topic, payload, qos: 1, retain: true } as const;
    return this.#options.keeper.storeRetained({ ...packet, dup: false }).then(
      () => true,
      () => false,
    );
  }

  /** Tells the node's store from one that was put aside: the rows of another begin anew. */
  #storeId(): Promise<Uint8Array> {
    const { node, random } = this.#options;
    const id = node.value(storeIdName) ?? random.bytes(storeIdBytes);
    return new Promise((resolve) => {
      // Kept each time, for commits are synced in order. Without a disk there is no place to keep.
      node.keep([[storeIdName, id]], () => resolve(id));
    });
  }
}
