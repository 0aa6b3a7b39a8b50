/**
 * One simulated box: the real MeshNode over a memory store and a clock of its own. It crashes with
 * what was on its disk and comes back with just that; its disk and its clock fail as told.
 */
import { type Crypto, MeshNode, type NodeEvents, storeLimits } from '@muster/core';
import {
  createMemoryLogger,
  type FakeClock,
  MemoryStore,
  type SampleNode,
  type SampleSite,
  type SeededRandom,
  type SharedContents,
} from '@muster/core/testing';
import type { Liar } from '../liars/index.ts';

export interface BoxOptions {
  readonly number: number;
  readonly crypto: Crypto;
  readonly random: SeededRandom;
  /** The world's own clock, which is right. */
  readonly clock: FakeClock;
  readonly site: SampleSite;
  readonly sample: SampleNode;
  readonly commitMs: number;
  readonly contentBytesMax: number | undefined;
  /** How far its wall clock is off at the start, milliseconds. */
  readonly wallOffsetMs: number;
  readonly liar: Liar | undefined;
  readonly contents: SharedContents;
  readonly events: NodeEvents;
}

export type DiskFault = 'disk-full' | 'io-error';

export class Box {
  readonly #options: BoxOptions;
  #clock: FakeClock;
  #store: MemoryStore;
  #node: MeshNode | undefined;
  #wallOffsetMs: number;
  #diskFault: DiskFault | undefined;
  #commitMs: number;

  constructor(options: BoxOptions) {
    this.#options = options;
    this.#wallOffsetMs = options.wallOffsetMs;
    this.#commitMs = options.commitMs;
    this.#clock = this.#forkClock();
    this.#store = this.#emptyStore();
  }

  get number(): number {
    return this.#options.number;
  }

  get sample(): SampleNode {
    return this.#options.sample;
  }

  get nodeKey(): Uint8Array {
    return this.#options.sample.key.publicKey;
  }

  get liar(): Liar | undefined {
    return this.#options.liar;
  }

  get isLiar(): boolean {
    return this.#options.liar !== undefined;
  }

  get contentBytesMax(): number {
    return this.#options.contentBytesMax ?? storeLimits.contentBytesMax;
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
    const { site, sample, events, liar } = this.#options;
    const { crypto, random } = this.#options;
    const honest = { crypto, random, clock: this.#clock, store: this.#store };
    this.#node = new MeshNode({
      ...(liar ? liar.ports(honest) : honest),
      logger: createMemoryLogger('error'),
      siteKey: site.key.publicKey,
      key: sample.key,
      certificate: sample.certificate,
      contentBytesMax: this.contentBytesMax,
      // All that is said is owed to all, by whatever link.
      bulkOverRadio: true,
    });
    this.#node.start(events);
  }

  /**
   * Power is cut: nothing runs any more, and only what was synced is left, with so many of the
   * batches that were on their way. `wallMs` is what the clock shows when it comes back.
   */
  crash(reachedDisk: number, wallMs?: number): void {
    if (!this.#node) return;
    this.#stop(wallMs);
    this.#store = this.#store.crash({ clock: this.#clock, reachedDisk });
    this.#putFaults();
  }

  /** Power is cut, and what was on disk is found to be damaged: it starts with nothing. */
  loseDisk(): void {
    if (!this.#node) return;
    this.#stop();
    this.#store = this.#emptyStore();
    this.#putFaults();
  }

  failDisk(fault: DiskFault | undefined): void {
    this.#diskFault = fault;
    this.#putFaults();
  }

  /** Time that a commit takes from now on; undefined: as at the start. */
  slowDown(commitMs: number | undefined): void {
    this.#commitMs = commitMs ?? this.#options.commitMs;
    this.#putFaults();
  }

  jumpWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
    this.#clock.setWall(this.#wallMs(), 0);
  }

  stopWall(): void {
    this.#clock.holdWall();
  }

  goOnWall(): void {
    this.#wallOffsetMs = this.#clock.wall().unixMs - this.#options.clock.wall().unixMs;
    this.#clock.setWall(this.#wallMs(), 0);
  }

  #stop(wallMs?: number): void {
    this.#node = undefined;
    if (wallMs !== undefined) this.#wallOffsetMs = wallMs - this.#options.clock.wall().unixMs;
    this.#clock.stop();
    this.#clock = this.#forkClock();
  }

  /** The store's own state, after every change of it or of the store. */
  #putFaults(): void {
    const { usedBytes } = this.#store.usage();
    const isFull = this.#diskFault === 'disk-full';
    this.#store.contentBytesMax = isFull ? usedBytes : Number.POSITIVE_INFINITY;
    this.#store.failure = this.#diskFault === 'io-error' ? 'io-error' : undefined;
    this.#store.commitDelayMs = this.#commitMs;
  }

  #emptyStore(): MemoryStore {
    const { contents } = this.#options;
    return new MemoryStore({ clock: this.#clock, commitDelayMs: this.#commitMs, contents });
  }

  #wallMs(): number {
    return this.#options.clock.wall().unixMs + this.#wallOffsetMs;
  }

  #forkClock(): FakeClock {
    return this.#options.clock.fork({ unixMs: this.#wallMs(), quality: 0 });
  }
}
