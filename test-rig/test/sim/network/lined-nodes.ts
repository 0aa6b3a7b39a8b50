/**
 * Real nodes over simulated lines in virtual time: boxes that dial each other again when a link has
 * ended. For the tests of lines; belongs to no step of a message's way.
 */

import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { MeshNode, Role, toHex } from '@muster/core';
import {
  createMemoryLogger,
  FakeClock,
  MemoryStore,
  pick,
  type SampleAuthor,
  type SampleNode,
  SampleSite,
  SeededRandom,
} from '@muster/core/testing';
import { Line, type LineShape } from '../../../src/sim/network/line.ts';
import { onceVerified } from '../../../src/sim/once-verified.ts';

const crypto = onceVerified(createSodiumCrypto());
const redialMs = 3_000;

export class LinedNode {
  readonly sample: SampleNode;
  readonly shown: string[] = [];
  readonly #nodes: LinedNodes;
  readonly #random: SeededRandom;
  #clock: FakeClock;
  #store: MemoryStore;
  node: MeshNode | undefined;

  constructor(nodes: LinedNodes, name: string) {
    this.#nodes = nodes;
    this.#random = nodes.random.fork();
    this.sample = nodes.site.node(name);
    this.#clock = nodes.clock.fork();
    this.#store = new MemoryStore({ clock: this.#clock, commitDelayMs: 5 });
  }

  boot(): void {
    if (this.node) return;
    this.node = new MeshNode({
      ...{ crypto, clock: this.#clock, random: this.#random, store: this.#store },
      ...{ logger: createMemoryLogger('warn'), siteKey: this.#nodes.site.key.publicKey },
      ...{ key: this.sample.key, certificate: this.sample.certificate },
    });
    this.node.start({
      onBundle: ({ id }) => this.shown.push(toHex(id)),
      onHeld: () => {},
      onNeighbours: () => {},
      onPolicy: () => {},
    });
  }

  crash(): void {
    if (!this.node) return;
    this.node = undefined;
    this.#clock.stop();
    this.#clock = this.#nodes.clock.fork();
    this.#store = this.#store.crash({ clock: this.#clock });
  }

  write(text: string): void {
    const bundle = pick(this.#random, this.#nodes.authors).write(text, { hopLimit: 10 });
    this.#nodes.written.add(toHex(bundle.id));
    this.node?.put(bundle.carried, () => {});
  }

  /** Ids of `general` in the one order. */
  timeline(): string[] {
    const ids: string[] = [];
    let after: Uint8Array = new Uint8Array(0);
    for (;;) {
      const page = this.node!.page({ tag: this.#nodes.site.general, after, limit: 200 });
      if (page.length === 0) return ids;
      for (const { id } of page) ids.push(toHex(id));
      after = page.at(-1)!.orderKey;
    }
  }
}

interface Joined {
  readonly a: LinedNode;
  readonly b: LinedNode;
  readonly line: Line;
  isDialling: boolean;
}

export class LinedNodes {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;
  readonly site: SampleSite;
  readonly authors: readonly SampleAuthor[];
  readonly nodes: readonly LinedNode[];
  /** Ids of all bundles that anybody wrote. */
  readonly written = new Set<string>();
  readonly #joined: Joined[] = [];

  constructor(seed: number, count: number) {
    this.random = new SeededRandom(seed);
    this.site = new SampleSite(crypto, this.random.fork());
    this.authors = [0, 1, 2].map(() => this.site.author(Role.staff));
    this.nodes = Array.from({ length: count }, (_, i) => new LinedNode(this, `box-${i}`));
    for (const node of this.nodes) node.boot();
  }

  /** A line between two of them; the first one dials, and again when no stream is left to it. */
  join(a: LinedNode, b: LinedNode, shape: LineShape): Line {
    const line = new Line({
      ...{ clock: this.clock, random: this.random.fork(), shape, count: () => {} },
      ...{ silenceMsMin: 10_000, silenceMsMax: 20_000 },
      onEnd: () => this.#dialSoon(joined),
    });
    const joined: Joined = { a, b, line, isDialling: false };
    this.#joined.push(joined);
    this.#dial(joined);
    return line;
  }

  /** Power is cut for a while. */
  crash(node: LinedNode, downMs: number): void {
    if (!node.node) return;
    for (const { a, b, line } of this.#joined) {
      if (a === node || b === node) line.vanish(a === node ? 'a' : 'b');
    }
    node.crash();
    this.clock.after(downMs, () => node.boot());
  }

  #dialSoon(joined: Joined): void {
    if (joined.isDialling) return;
    joined.isDialling = true;
    this.clock.after(redialMs, () => {
      joined.isDialling = false;
      this.#dial(joined);
    });
  }

  #dial(joined: Joined): void {
    const { a, b, line } = joined;
    if (line.streamsAt('a') > 0) return;
    const keys = { keyA: a.sample.key.publicKey, keyB: b.sample.key.publicKey };
    const links = a.node && b.node && line.dial(keys);
    if (!links) {
      this.#dialSoon(joined);
      return;
    }
    a.node!.addLink(links.a);
    b.node!.addLink(links.b);
  }
}
