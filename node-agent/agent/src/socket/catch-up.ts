/**
 * Brings one reader of a channel up to date: pages through the store from an order key on, frame by
 * frame as fast as the reader takes them, without what the reader says it has. Bounded memory: a
 * page and the reader's own list. New bundles that sort before the cursor are not its business.
 */
import {
  bytesKey,
  type Clock,
  compareBytes,
  type NodeApi,
  type Timer,
  toBase64url,
} from '@muster/core';
import { type FollowRequest, havePrefixBytes } from './client-message.ts';
import { socketLimits } from './limits.ts';
import { bundlesFrame, frameRuns, itemText } from './wire-form.ts';

export interface CatchUpOptions {
  readonly node: Pick<NodeApi, 'page' | 'ticket'>;
  readonly clock: Clock;
  readonly request: FollowRequest;
  /** Calls back once the frame has left, or the socket is closed. */
  send(frame: string, onSent: () => void): void;
}

export class CatchUp {
  readonly #options: CatchUpOptions;
  readonly #tagText: string;
  readonly #have = new Set<string>();
  #cursor: Uint8Array;
  #frames: string[] = [];
  #timer: Timer | undefined;
  #done = false;

  /** The request must have an `after`. */
  constructor(options: CatchUpOptions, after: Uint8Array) {
    this.#options = options;
    this.#cursor = after;
    const { tag, have } = options.request;
    this.#tagText = toBase64url(tag);
    for (let at = 0; at < have.length; at += havePrefixBytes) {
      this.#have.add(bytesKey(have.subarray(at, at + havePrefixBytes)));
    }
  }

  start(): void {
    this.#next();
  }

  stop(): void {
    this.#done = true;
    this.#timer?.cancel();
  }

  /** True when paging will still come to this place in the order. */
  willReach(orderKey: Uint8Array): boolean {
    return !this.#done && compareBytes(orderKey, this.#cursor) > 0;
  }

  #next(): void {
    if (this.#done) return;
    const frame = this.#frames.shift() ?? this.#readOn();
    if (frame !== undefined) this.#options.send(frame, () => this.#next());
    // A page of nothing but what the reader has: go on, but let others in between.
    else this.#timer = this.#options.clock.after(0, () => this.#next());
  }

  /** The first frame of the next page; undefined when it holds nothing to send. */
  #readOn(): string | undefined {
    const { node, request } = this.#options;
    const limit = socketLimits.catchUpItems;
    const page = node.page({ tag: request.tag, after: this.#cursor, limit });
    const last = page.at(-1);
    if (!last) {
      this.#done = true;
      return bundlesFrame(this.#tagText, [], false);
    }
    this.#cursor = last.orderKey;
    const missing = page.filter(({ id }) => !this.#has(id));
    const runs = frameRuns(missing.map((bundle) => itemText(bundle, node)));
    this.#frames = runs.map((items) => bundlesFrame(this.#tagText, items, true));
    return this.#frames.shift();
  }

  #has(id: Uint8Array): boolean {
    return this.#have.has(bytesKey(id.subarray(0, havePrefixBytes)));
  }
}
