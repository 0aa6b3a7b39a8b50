/**
 * Keeps the list of channels and the site's policy at hand, and notices when they change, at most
 * once in a while: reading the descriptions again costs time, and a crowd may write many at once.
 */
import { BundleKind, type Clock, type ReadBundle, type Timer, toBase64url } from '@muster/core';
import { type ChannelListOptions, type ListedChannel, listChannels } from './channel-list.ts';

/** Descriptions that come within this time are taken together. */
const settleMs = 250;

interface Shown {
  readonly list: readonly ListedChannel[];
  readonly frame: string;
}

export class ChannelWatch {
  readonly #options: ChannelListOptions;
  readonly #clock: Clock;
  #shown: Shown | undefined;
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
    return this.#now.list;
  }

  /** The list as the frame that phones get, with the policy in wire form for them to verify. */
  get frame(): string {
    return this.#now.frame;
  }

  onBundle(bundle: ReadBundle): void {
    if (bundle.kind !== BundleKind.channelDescription) return;
    this.#timer ??= this.#clock.after(settleMs, () => this.#refresh());
  }

  /** At once: phones must know it before the first bundle that it lets in. Only admins sign one. */
  onPolicy(): void {
    this.#refresh();
  }

  get #now(): Shown {
    this.#shown ??= this.#read();
    return this.#shown;
  }

  #refresh(): void {
    this.stop();
    const { frame } = this.#now;
    this.#shown = this.#read();
    if (this.frame !== frame) this.#onChange();
  }

  #read(): Shown {
    const list = listChannels(this.#options);
    const policy = this.#options.node.policy()?.wire;
    const signed = policy ? { policy: toBase64url(policy) } : {};
    return { list, frame: JSON.stringify({ type: 'channels', channels: list, ...signed }) };
  }
}
