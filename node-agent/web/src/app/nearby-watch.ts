/**
 * Asks the node to tell who is near, for as long as somebody looks, and keeps what it told last.
 * Another node has other things around it: what the last one told goes when we come to the next.
 */
import { type Clock, toHex } from '@muster/core';
import type { NodeMessage } from '../connection/wire.ts';
import type { ViewModel } from './view-model.ts';

export interface NearbyWatchParts {
  readonly clock: Clock;
  readonly model: Pick<ViewModel, 'nearby'>;
  send(message: object): boolean;
}

export class NearbyWatch {
  readonly #parts: NearbyWatchParts;
  #isWatched = false;
  #node = '';

  constructor(parts: NearbyWatchParts) {
    this.#parts = parts;
  }

  watch(): void {
    this.#isWatched = true;
    this.#parts.send({ type: 'nearby-watch' });
  }

  unwatch(): void {
    this.#isWatched = false;
    this.#parts.send({ type: 'nearby-unwatch' });
  }

  /** A session is open. */
  open(nodeKey: Uint8Array): void {
    const node = toHex(nodeKey);
    if (node !== this.#node) this.#parts.model.nearby.value = undefined;
    this.#node = node;
    if (this.#isWatched) this.watch();
  }

  onMessage(message: NodeMessage): void {
    if (message.type !== 'nearby') return;
    const { clock, model } = this.#parts;
    const { type: _, ...told } = message;
    model.nearby.value = { ...told, atMs: clock.monotonicMs() };
  }
}
