/**
 * A few real nodes on memory stores and memory wires in virtual time, and everything they told.
 * Belongs to no step; nothing that ships imports it.
 */
import { toHex } from '../../src/bytes/index.ts';
import type { PutAnswer } from '../../src/node/api.ts';
import { MeshNode } from '../../src/node/mesh-node.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { createMemoryWire, type MemoryWire } from '../../src/testing/memory-link.ts';
import { createMemoryLogger } from '../../src/testing/memory-logger.ts';
import { MemoryStore } from '../../src/testing/memory-store.ts';
import { type SampleBundle, type SampleNode, SampleSite } from '../../src/testing/sample-site.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { crypto } from './crypto.ts';

export class VillageNode {
  readonly sample: SampleNode;
  readonly shown: string[] = [];
  readonly held = new Map<string, number>();
  readonly acts: string[] = [];
  readonly clones: string[] = [];
  trustChanges = 0;
  readonly #village: Village;
  readonly #contentBytesMax: number | undefined;
  clock: FakeClock;
  store: MemoryStore;
  node: MeshNode;

  constructor(village: Village, sample: SampleNode, contentBytesMax?: number) {
    this.#village = village;
    this.#contentBytesMax = contentBytesMax;
    this.sample = sample;
    this.clock = village.clock.fork();
    this.store = new MemoryStore({ clock: this.clock });
    this.node = this.#boot();
  }

  /** Puts a bundle; the answers are pushed into the array that comes back, in time. */
  put(bundle: SampleBundle): PutAnswer[] {
    const answers: PutAnswer[] = [];
    this.node.put(bundle.carried, (answer) => answers.push(answer));
    return answers;
  }

  /** The ids of `general` in the one order, oldest first. */
  timeline(): string[] {
    const ids: string[] = [];
    let after = new Uint8Array(0);
    for (;;) {
      const page = this.node.page({ tag: this.#village.site.general, after, limit: 200 });
      if (page.length === 0) return ids;
      for (const bundle of page) ids.push(toHex(bundle.id));
      after = page.at(-1)!.orderKey.slice();
    }
  }

  /**
   * Power cut and back: what was synced is all that is left, and of what waited so many batches as
   * had reached the disk though nobody was told.
   */
  crash(reachedDisk = 0): void {
    this.clock.stop();
    this.clock = this.#village.clock.fork();
    this.store = this.store.crash({ clock: this.clock, reachedDisk });
    this.node = this.#boot();
  }

  #boot(): MeshNode {
    const { site, random } = this.#village;
    const node = new MeshNode({
      crypto: site.crypto,
      clock: this.clock,
      random,
      store: this.store,
      logger: createMemoryLogger(),
      siteKey: site.key.publicKey,
      key: this.sample.key,
      certificate: this.sample.certificate,
      ...(this.#contentBytesMax ? { contentBytesMax: this.#contentBytesMax } : {}),
    });
    node.start({
      onBundle: (bundle) => this.shown.push(toHex(bundle.id)),
      onHeld: (id, nodes) => this.held.set(toHex(id), nodes),
      onNeighbours: () => {},
      onPolicy: () => {},
      onTrust: () => {
        this.trustChanges++;
      },
      onAct: ({ command }) => this.acts.push(command),
      onClone: ({ nodeKey }) => this.clones.push(toHex(nodeKey)),
    });
    return node;
  }
}

export class Village {
  readonly random: SeededRandom;
  readonly clock = new FakeClock();
  readonly site: SampleSite;

  constructor(seed: number, newSite = (random: SeededRandom) => new SampleSite(crypto, random)) {
    this.random = new SeededRandom(seed);
    this.site = newSite(this.random);
  }

  node(name: string | SampleNode, contentBytesMax?: number): VillageNode {
    const sample = typeof name === 'string' ? this.site.node(name) : name;
    return new VillageNode(this, sample, contentBytesMax);
  }

  link(a: VillageNode, b: VillageNode): MemoryWire {
    const wire = createMemoryWire(this.clock, {
      keyA: a.sample.key.publicKey,
      keyB: b.sample.key.publicKey,
      delayMs: 5,
      random: this.random,
    });
    a.node.addLink(wire.a);
    b.node.addLink(wire.b);
    return wire;
  }
}
