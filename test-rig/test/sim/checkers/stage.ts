/**
 * A few real boxes with checkers beside them, for the tests of both: people write and put here, and
 * the test may tell the checkers what did not happen.
 */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import type { BundleDraft, DropReason, ReadBundle, Role } from '@muster/core';
import {
  createMemoryWire,
  FakeClock,
  type MemoryWire,
  type SampleAuthor,
  type SampleBundle,
  SampleSite,
  SeededRandom,
  SharedContents,
} from '@muster/core/testing';
import { Checkers, type CheckName } from '../../../src/sim/checkers/index.ts';
import { createLiar, type LiarKind } from '../../../src/sim/liars/index.ts';
import { Box } from '../../../src/sim/world/box.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

export interface StageOptions {
  readonly boxes?: number;
  readonly contentBytesMax?: number;
  readonly agesLie?: boolean;
  readonly framesLie?: boolean;
  /** By box number. */
  readonly liars?: readonly (LiarKind | undefined)[];
  readonly seed?: number;
}

export class Stage {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;
  readonly site: SampleSite;
  readonly boxes: readonly Box[];
  readonly checkers: Checkers;
  /** By box: what it was told of, last one last. */
  readonly shown: ReadBundle[][] = [];
  lies = 0;
  readonly #contents = new SharedContents();

  constructor(options: StageOptions = {}) {
    const { boxes = 1, contentBytesMax, agesLie = false, framesLie = false, seed = 1 } = options;
    this.random = new SeededRandom(seed);
    const crypto = createSodiumCrypto();
    this.site = new SampleSite(crypto, this.random);
    this.boxes = Array.from({ length: boxes }, (_, number) => {
      this.shown.push([]);
      return this.#box(number, { contentBytesMax, liar: options.liars?.[number] });
    });
    const lies = { agesLie, framesLie, transitMsMax: minuteMs };
    this.checkers = new Checkers({ crypto, boxes: this.boxes, ...lies });
    for (const { number } of this.boxes) this.boot(number);
  }

  get nowMs(): number {
    return this.clock.monotonicMs();
  }

  write(author: SampleAuthor, text: string, draft: Partial<BundleDraft> = {}): SampleBundle {
    const bundle = author.write(text, draft);
    this.checkers.wrote({ ...bundle, node: 0, nowMs: this.nowMs });
    return bundle;
  }

  /** Puts it and waits for the answer. */
  put({ id, carried }: SampleBundle, node = 0): 'held' | DropReason {
    let answer: 'held' | DropReason = 'busy';
    this.boxes[node]!.node!.put(carried, (given) => {
      answer = given.ok ? 'held' : given.reason;
      this.checkers.answered({ id, node, answer, nowMs: this.nowMs });
    });
    this.clock.advance(20);
    return answer;
  }

  author(role: Role): SampleAuthor {
    return this.site.author(role);
  }

  boot(node: number): void {
    this.boxes[node]!.boot();
    this.checkers.booted(node, this.nowMs);
  }

  crash(node: number): void {
    this.boxes[node]!.crash(0);
    this.checkers.crashed(node, this.nowMs);
  }

  /** Its disk is gone, whoever is told of it. */
  loseDisk(node: number): void {
    this.boxes[node]!.loseDisk();
    this.checkers.crashed(node, this.nowMs);
  }

  join(a: number, b: number): MemoryWire {
    const [boxA, boxB] = [this.boxes[a]!, this.boxes[b]!];
    const keys = { keyA: boxA.nodeKey, keyB: boxB.nodeKey };
    const wire = createMemoryWire(this.clock, { ...keys, delayMs: 5, random: this.random });
    boxA.node!.addLink(boxA.liar ? boxA.liar.wrap(wire.a) : wire.a);
    boxB.node!.addLink(boxB.liar ? boxB.liar.wrap(wire.b) : wire.b);
    return wire;
  }

  heal(edges: readonly (readonly [number, number])[] = []): void {
    this.checkers.healed({ nowMs: this.nowMs, edges, waiting: [] });
  }

  /** What was found so far, each promise once. */
  get found(): CheckName[] {
    return Object.keys(this.checkers.violations.counts()) as CheckName[];
  }

  #box(
    number: number,
    options: { contentBytesMax: number | undefined; liar: LiarKind | undefined },
  ): Box {
    const { clock, random, site } = this;
    const sample = site.node(`box-${number}`);
    const liar =
      options.liar &&
      createLiar(options.liar, {
        ...{ random: random.fork(), site, sample, clock },
        count: (_, times = 1) => {
          this.lies += times;
        },
        wrote: (bundle) =>
          this.checkers.wrote({ ...bundle, node: number, nowMs: this.nowMs, byLiar: true }),
      });
    return new Box({
      ...{ number, clock, site, sample, liar, commitMs: 5, wallOffsetMs: 0 },
      crypto: site.crypto,
      contents: this.#contents,
      random: random.fork(),
      contentBytesMax: options.contentBytesMax,
      events: {
        onBundle: (bundle) => {
          this.shown[number]!.push(bundle);
          this.checkers.shown({ node: number, bundle, nowMs: this.nowMs });
        },
        onHeld: () => {},
        onNeighbours: () => {},
        onPolicy: () => {},
      },
    });
  }
}
