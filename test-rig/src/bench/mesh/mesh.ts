/**
 * A mesh of real nodes in virtual time, and what a bundle costs in it: sends, bytes and time for
 * each node that gets it, beside what a flood without any limit would take over the same wires.
 */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { MeshNode, Role, toHex } from '@muster/core';
import {
  createMemoryLogger,
  createMemoryWire,
  FakeClock,
  intBelow,
  MemoryStore,
  type MemoryWire,
  pick,
  SampleSite,
  SeededRandom,
  SharedContents,
} from '@muster/core/testing';
import { onceVerified } from '../../sim/once-verified.ts';
import { type DelayedEdge, floodDelaysMs } from './flood.ts';

export interface MeshSize {
  readonly nodes: number;
  readonly bundles: number;
  /** Between two bundles. */
  readonly gapMs: number;
}

export interface MeshCost {
  readonly sendsPerDelivery: number;
  /** Share of all deliveries that happened, 0 to 1. */
  readonly delivered: number;
  /** Of all links, both ways, while the bundles went round. */
  readonly bytesPerDelivery: number;
  /** From the put to being shown at another node. */
  readonly delayMs: Spread;
  /** The same for a flood without limits, each node storing before it sends on, as ours do. */
  readonly floodMs: Spread;
  /** Of one node, over its links, an hour without any message. */
  readonly idleBytesPerNodeHour: number;
}

export interface Spread {
  readonly p50: number;
  readonly p95: number;
}

/** Of a message with its name and framing. */
export const payloadBytes = 300;
const degree = 8;
const authorsCount = 20;
/** Time until a bundle is on disk at a node, which neither way of sending goes without. */
const commitMs = 5;
const idleMs = 10 * 60_000;

/** `nodes` in a ring with chords; `bundles` from nodes drawn at random, `gapMs` apart. */
export function meshCost(seed: number, size: MeshSize): MeshCost {
  return new Mesh(seed, size).run();
}

class Mesh {
  readonly #size: MeshSize;
  readonly #random: SeededRandom;
  readonly #clock = new FakeClock();
  readonly #site: SampleSite;
  readonly #nodes: MeshNode[] = [];
  readonly #edges: readonly DelayedEdge[];
  readonly #wires: MemoryWire[] = [];
  readonly #putMs = new Map<string, number>();
  readonly #delaysMs: number[] = [];

  constructor(seed: number, size: MeshSize) {
    this.#size = size;
    this.#random = new SeededRandom(seed);
    this.#site = new SampleSite(onceVerified(createSodiumCrypto()), this.#random);
    this.#edges = drawEdges(this.#random, size.nodes);
  }

  run(): MeshCost {
    const { bundles, nodes } = this.#size;
    this.#build();
    this.#clock.advance(idleMs);
    const settledBytes = this.#bytes();
    this.#clock.advance(idleMs);
    const idleBytes = this.#bytes() - settledBytes;
    const sendsBefore = this.#sends();
    const bytesBefore = this.#bytes();
    const floods = this.#write();
    this.#clock.advance(3_000);
    const deliveries = bundles * (nodes - 1);
    const sends = this.#sends() - sendsBefore;
    const bytes = this.#bytes() - bytesBefore;
    for (const node of this.#nodes) node.stop();
    return {
      sendsPerDelivery: sends / deliveries,
      delivered: this.#delaysMs.length / deliveries,
      bytesPerDelivery: bytes / deliveries,
      delayMs: spreadOf(this.#delaysMs),
      floodMs: spreadOf(floods),
      idleBytesPerNodeHour: (idleBytes / nodes) * (3_600_000 / idleMs),
    };
  }

  #build(): void {
    const contents = new SharedContents();
    const samples = Array.from({ length: this.#size.nodes }, (_, i) =>
      this.#site.node(`node ${i}`),
    );
    for (const sample of samples) {
      const clock = this.#clock.fork();
      const node = new MeshNode({
        ...{ crypto: this.#site.crypto, clock, random: this.#random.fork() },
        store: new MemoryStore({ clock, commitDelayMs: commitMs, contents }),
        logger: createMemoryLogger('error'),
        siteKey: this.#site.key.publicKey,
        key: sample.key,
        certificate: sample.certificate,
      });
      const nothing = () => {};
      node.start({
        onBundle: ({ id }) => this.#shown(id),
        ...{ onHeld: nothing, onNeighbours: nothing, onPolicy: nothing },
      });
      this.#nodes.push(node);
    }
    for (const { a, b, delayMs } of this.#edges) {
      const keys = { keyA: samples[a]!.key.publicKey, keyB: samples[b]!.key.publicKey };
      const wire = createMemoryWire(this.#clock, { ...keys, delayMs, random: this.#random });
      this.#wires.push(wire);
      this.#nodes[a]!.addLink(wire.a);
      this.#nodes[b]!.addLink(wire.b);
    }
  }

  /** Writes all bundles; what a flood of each would have taken to every other node. */
  #write(): number[] {
    const { bundles, gapMs } = this.#size;
    const authors = Array.from({ length: authorsCount }, () => this.#site.author(Role.staff));
    const floods: number[] = [];
    for (let i = 0; i < bundles; i++) {
      const { id, carried } = pick(this.#random, authors).write('x'.repeat(payloadBytes - 9), {
        hopLimit: 10,
      });
      const at = intBelow(this.#random, this.#nodes.length);
      this.#putMs.set(toHex(id), this.#clock.monotonicMs());
      this.#nodes[at]!.put(carried, () => {});
      floods.push(...floodDelaysMs(this.#nodes.length, this.#edges, { from: at, commitMs }));
      this.#clock.advance(gapMs);
    }
    return floods;
  }

  /** The first one is its writer's own node. */
  #shown(id: Uint8Array): void {
    const key = toHex(id);
    const putMs = this.#putMs.get(key);
    if (putMs === undefined) return;
    const tookMs = this.#clock.monotonicMs() - putMs;
    if (tookMs > commitMs) this.#delaysMs.push(tookMs);
  }

  #sends(): number {
    return this.#nodes
      .flatMap((node) => node.status().neighbours)
      .reduce((sum, { bundlesSent }) => sum + bundlesSent, 0);
  }

  #bytes(): number {
    const ways = this.#wires.flatMap(({ aToB, bToA }) => [aToB, bToA]);
    return ways.reduce((sum, { counts }) => sum + counts.bytesSent, 0);
  }
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { p50: at(0.5), p95: at(0.95) };
}

function drawEdges(random: SeededRandom, nodes: number): DelayedEdge[] {
  const found = new Map<string, DelayedEdge>();
  const add = (x: number, y: number): void => {
    const [a, b] = x < y ? [x, y] : [y, x];
    if (a !== b) found.set(`${a}-${b}`, { a, b, delayMs: 2 + intBelow(random, 15) });
  };
  for (let i = 0; i < nodes; i++) {
    add(i, (i + 1) % nodes);
    for (let chord = 0; chord < (degree - 2) / 2; chord++) add(i, intBelow(random, nodes));
  }
  return [...found.values()];
}
