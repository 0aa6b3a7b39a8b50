/**
 * Two real nodes on one in-memory wire in virtual time, and what a bundle costs on it: the bytes
 * and frames of the link, forward and back. Nothing is estimated; the wire counts.
 */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { MeshNode, Role } from '@muster/core';
import {
  createMemoryLogger,
  createMemoryWire,
  FakeClock,
  MemoryStore,
  type MemoryWire,
  type SampleAuthor,
  type SampleNode,
  SampleSite,
  SeededRandom,
} from '@muster/core/testing';

export interface WireCost {
  /** Bytes of the frames that carried bundles away from their author's node. */
  readonly forwardBytes: number;
  readonly forwardFrames: number;
  /** What came back for it: that it is on disk over there. */
  readonly backBytes: number;
}

export const payloadBytes = 300;
const startMs = 1_700_000_000_000;

export class WirePair {
  readonly #clock = new FakeClock();
  readonly #random: SeededRandom;
  readonly #site: SampleSite;
  readonly #near: MeshNode;
  readonly #wire: MemoryWire;
  readonly #author: SampleAuthor;
  #distant = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.#site = new SampleSite(createSodiumCrypto(), this.#random);
    const [near, far] = ['near', 'far'].map((name) => this.#site.node(name));
    this.#near = this.#node(near!, () => {});
    const farNode = this.#node(far!, () => {
      this.#distant += 1;
    });
    const keys = { keyA: near!.key.publicKey, keyB: far!.key.publicKey };
    this.#wire = createMemoryWire(this.#clock, { delayMs: 5, ...keys });
    this.#near.addLink(this.#wire.a);
    farNode.addLink(this.#wire.b);
    this.#author = this.#site.author(Role.staff);
    this.#clock.advance(5_000);
    // The first of an author tells who it is and its ticket, once for each link.
    this.send(1);
  }

  /** Bundles of one author, all put in one instant; what they cost until all is quiet. */
  send(count: number): WireCost {
    const { aToB, bToA } = this.#wire;
    const before = { ...aToB.counts };
    const backBefore = bToA.counts.bytesSent;
    const arrivedBefore = this.#distant;
    const stamp = { ms: startMs + Math.floor(this.#clock.monotonicMs()), counter: 0 };
    for (let i = 0; i < count; i++) {
      const payload = this.#random.bytes(payloadBytes);
      this.#near.put(this.#author.write('', { payload, stamp }).carried, () => {});
    }
    this.#clock.advance(2_000);
    if (this.#distant - arrivedBefore !== count) throw new Error('not all bundles arrived');
    return {
      forwardBytes: aToB.counts.bytesSent - before.bytesSent,
      forwardFrames: aToB.counts.framesSent - before.framesSent,
      backBytes: bToA.counts.bytesSent - backBefore,
    };
  }

  /** Lets time pass, then waits until the reconciliation that falls into it is over. */
  rest(ms: number): void {
    this.#clock.advance(ms);
    let quietMs = 0;
    while (quietMs < 3_000) {
      const before = this.#wire.aToB.counts.bytesSent + this.#wire.bToA.counts.bytesSent;
      this.#clock.advance(1_000);
      const after = this.#wire.aToB.counts.bytesSent + this.#wire.bToA.counts.bytesSent;
      quietMs = after === before ? quietMs + 1_000 : 0;
    }
  }

  #node(sample: SampleNode, onBundle: () => void): MeshNode {
    const clock = this.#clock.fork();
    const node = new MeshNode({
      crypto: this.#site.crypto,
      clock,
      random: this.#random,
      store: new MemoryStore({ clock }),
      logger: createMemoryLogger('error'),
      siteKey: this.#site.key.publicKey,
      key: sample.key,
      certificate: sample.certificate,
    });
    node.start({ onBundle, onHeld: () => {}, onNeighbours: () => {}, onPolicy: () => {} });
    return node;
  }
}
