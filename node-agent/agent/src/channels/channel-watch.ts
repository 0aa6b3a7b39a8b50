/**
 * Keeps the list of channels at hand and notices when it changes, at most once in a while: reading
 * the descriptions again costs time, and a crowd may write many at once.
 */
import { BundleKind, type Clock, type ReadBundle, type Timer } from '@muster/core';
import { type ChannelListOptions, type ListedChannel, listChannels } from './channel-list.ts';

/** Descriptions that come within this time are taken together. */
const settleMs = 250;

export class ChannelWatch {
  readonly #options: ChannelListOptions;
  readonly #clock: Clock;
  #list: readonly ListedChannel[] | undefined;
  #timer: Timer | undefined;
  #onChange: () => void = () => {};

  constructor(options: ChannelListOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  start(onChange: () => void): void {
    this.#onChange = onChange;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  get list(): readonly ListedChannel[] {
    this.#list ??= listChannels(this.#options);
    return this.#list;
  }

  onBundle(bundle: ReadBundle): void {
    if (bundle.kind !== BundleKind.channelDescription) return;
    this.#timer ??= this.#clock.after(settleMs, () => this.#refresh());
  }

  #refresh(): void {
    this.#timer = undefined;
    const before = JSON.stringify(this.list);
    this.#list = listChannels(this.#options);
    if (JSON.stringify(this.#list) !== before) this.#onChange();
  }
}
