/**
 * One simulated box: the real MeshNode over a memory store and a clock of its own. It crashes with
 * what was on its disk and comes back with just that.
 */
import { type Crypto, MeshNode, type NodeEvents, type Random, toHex } from '@muster/core';
import {
  createMemoryLogger,
  type FakeClock,
  MemoryStore,
  type SampleNode,
  type SampleSite,
} from '@muster/core/testing';

export interface SimNodeOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly clock: FakeClock;
  readonly site: SampleSite;
  readonly sample: SampleNode;
  readonly commitMs: number;
  /** How far its wall clock is off, milliseconds. */
  readonly wallOffsetMs: number;
  readonly events: NodeEvents;
}

const timelineMax = 1_000_000;

export class SimNode {
  readonly #options: SimNodeOptions;
  #clock: FakeClock;
  #store: MemoryStore;
  #node: MeshNode | undefined;

  constructor(options: SimNodeOptions) {
    this.#options = options;
    this.#clock = this.#forkClock();
    this.#store = new MemoryStore({ clock: this.#clock, commitDelayMs: options.commitMs });
  }

  get sample(): SampleNode {
    return this.#options.sample;
  }

  /** The running node, undefined while it is off. */
  get node(): MeshNode | undefined {
    return this.#node;
  }

  get clock(): FakeClock {
    return this.#clock;
  }

  boot(): void {
    if (this.#node) return;
    const { crypto, random, site, sample, events } = this.#options;
    this.#node = new MeshNode({
      crypto,
      random,
      clock: this.#clock,
      store: this.#store,
      logger: createMemoryLogger('warn'),
      siteKey: site.key.publicKey,
      key: sample.key,
      certificate: sample.certificate,
    });
    this.#node.start(events);
  }

  /** Power is cut: nothing runs any more, and only what was synced is left. */
  crash(): void {
    if (!this.#node) return;
    this.#node = undefined;
    this.#clock.stop();
    this.#clock = this.#forkClock();
    this.#store = this.#store.crash({ clock: this.#clock });
  }

  /** Ids of the messages in `general`, in the one order, oldest first. */
  timeline(): string[] {
    const ids: string[] = [];
    let after: Uint8Array = new Uint8Array(0);
    while (this.#node && ids.length < timelineMax) {
      const page = this.#node.page({ tag: this.#options.site.general, after, limit: 200 });
      const last = page.at(-1);
      if (!last) break;
      for (const bundle of page) ids.push(toHex(bundle.id));
      after = last.orderKey;
    }
    return ids;
  }

  #forkClock(): FakeClock {
    const { clock, wallOffsetMs } = this.#options;
    return clock.fork({ unixMs: clock.wall().unixMs + wallOffsetMs, quality: 0 });
  }
}
