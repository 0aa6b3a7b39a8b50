/**
 * The wires of a simulated mesh: each edge is up or down by its own luck, and a wire lives while
 * the edge is up and both boxes run. Links that break lose whatever was on the way.
 */

import type { FakeClock } from '@muster/core/testing';
import {
  createMemoryWire,
  fraction,
  type MemoryWire,
  type SeededRandom,
} from '@muster/core/testing';
import type { WorldOptions } from './options.ts';
import type { SimNode } from './sim-node.ts';
import type { Edge } from './topology.ts';

/** How long the ends take to notice that a wire is dead. */
const noticeMs = 5_000;
/** How long a box takes to dial a neighbour that it can reach. */
const dialMs = 500;

interface Cable {
  readonly edge: Edge;
  up: boolean;
  wire: MemoryWire | undefined;
}

export interface CablesOptions {
  readonly clock: FakeClock;
  readonly random: SeededRandom;
  readonly world: WorldOptions;
  readonly nodes: readonly SimNode[];
  readonly edges: readonly Edge[];
  readonly trace: (event: string) => void;
}

export class Cables {
  readonly #options: CablesOptions;
  readonly #cables: Cable[];
  #breaking = true;
  cuts = 0;

  constructor(options: CablesOptions) {
    this.#options = options;
    this.#cables = options.edges.map((edge) => ({ edge, up: true, wire: undefined }));
  }

  start(): void {
    for (const cable of this.#cables) {
      this.#connect(cable);
      this.#breakLater(cable);
    }
  }

  /** From now on nothing breaks, and what is broken is mended. */
  heal(): void {
    this.#breaking = false;
    for (const cable of this.#cables) {
      cable.up = true;
      this.#connect(cable);
    }
  }

  /** A box lost its power: its wires are dead, the other ends notice later. */
  unplug(node: number): void {
    for (const cable of this.#cables) {
      const [a] = cable.edge;
      if (!cable.edge.includes(node) || !cable.wire) continue;
      cable.wire.cut({ reason: 'peer-gone', noticeMs, vanished: a === node ? 'a' : 'b' });
      cable.wire = undefined;
    }
  }

  /** A box is back: whatever can be joined is joined. */
  plug(node: number): void {
    for (const cable of this.#cables) if (cable.edge.includes(node)) this.#connect(cable);
  }

  #connect(cable: Cable): void {
    const { clock, nodes } = this.#options;
    clock.after(dialMs, () => {
      const [a, b] = cable.edge.map((number) => nodes[number]!);
      if (!cable.up || cable.wire || !a?.node || !b?.node) return;
      cable.wire = this.#wire(a, b);
      a.node.addLink(cable.wire.a);
      b.node.addLink(cable.wire.b);
    });
  }

  #wire(a: SimNode, b: SimNode): MemoryWire {
    const { clock, random, world } = this.#options;
    const { delayMs, jitterMs, bytesPerSecond } = world;
    const keys = { keyA: a.sample.key.publicKey, keyB: b.sample.key.publicKey };
    return createMemoryWire(clock, { ...keys, delayMs, jitterMs, bytesPerSecond, random });
  }

  #breakLater(cable: Cable): void {
    const { clock, random, world, trace } = this.#options;
    clock.after(exponential(random, world.linkUpMs), () => {
      if (!this.#breaking) return;
      this.cuts++;
      trace(`cut ${cable.edge.join('-')}`);
      cable.up = false;
      cable.wire?.cut({ noticeMs });
      cable.wire = undefined;
      clock.after(exponential(random, world.linkDownMs), () => {
        if (!this.#breaking) return;
        cable.up = true;
        this.#connect(cable);
        this.#breakLater(cable);
      });
    });
  }
}

export function exponential(random: SeededRandom, meanMs: number): number {
  return -Math.log(1 - fraction(random)) * meanMs;
}
