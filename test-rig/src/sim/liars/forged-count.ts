/**
 * How many forged, replayed and cross-posted bundles one node takes in of very many, as a client's
 * and as a neighbour's: none. Each neighbour is another member, as one is soon shut out.
 */
import {
  type CarriedBundle,
  type Crypto,
  Lane,
  MeshNode,
  type NodeStatus,
  Role,
} from '@muster/core';
import {
  createMemoryLogger,
  createMemoryWire,
  FakeClock,
  MemoryStore,
  pick,
  type SampleBundle,
  type SampleNode,
  SampleSite,
  SeededRandom,
} from '@muster/core/testing';
import { type Forgers, forge, forgeryKinds } from './forgery.ts';
import { LyingLink } from './lying-link.ts';

const kinds = [...forgeryKinds, 'replayed', 'replayed-as-new', 'replayed-dead'] as const;
type OfferKind = (typeof kinds)[number];

export interface ForgedCount {
  readonly seed: number;
  readonly offered: Readonly<Partial<Record<OfferKind, number>>>;
  readonly offeredCount: number;
  /** Shown or held by the node beside the genuine ones. */
  readonly acceptedCount: number;
  /** Why the node did not take them, and ended links, by its own count. */
  readonly dropped: NodeStatus['dropped'];
  readonly linksRefused: NodeStatus['linksRefused'];
}

/** Of so many offers one comes from a neighbour, the others from clients. */
const neighbourEvery = 10;
/** Slipped into one link: about twice the faults that are forgiven at once are among them. */
const perLink = 90;
const genuineCount = 40;
/** A lifetime of half of the genuine ones, which is over before anything is forged. */
const shortS = 3_600;

export function forgedCount(crypto: Crypto, count: number, seed: number): ForgedCount {
  const bench = new Bench(crypto, seed);
  bench.begin();
  const before = bench.acceptedCount;
  for (let offered = 0; offered < count; offered += neighbourEvery * perLink) {
    bench.putAsClient(Math.min((neighbourEvery - 1) * perLink, count - offered));
    bench.sendAsNeighbour(Math.max(0, Math.min(perLink, count - bench.offeredCount)));
  }
  const { dropped, linksRefused } = bench.node.status();
  const { offered, offeredCount } = bench;
  const acceptedCount = bench.acceptedCount - before;
  return { seed, offered, offeredCount, acceptedCount, dropped, linksRefused };
}

class Bench {
  readonly offered: Partial<Record<OfferKind, number>> = {};
  offeredCount = 0;
  readonly node: MeshNode;
  readonly #clock = new FakeClock();
  readonly #random: SeededRandom;
  readonly #site: SampleSite;
  readonly #victim: SampleNode;
  readonly #by: Forgers;
  readonly #dead: SampleBundle[] = [];
  readonly #alive: SampleBundle[] = [];
  #shownCount = 0;

  constructor(crypto: Crypto, seed: number) {
    const random = new SeededRandom(seed);
    const site = new SampleSite(crypto, random);
    this.#random = random;
    this.#site = site;
    this.#victim = site.node('victim');
    this.node = this.#meshNode(this.#victim);
    const sample = site.node('liar');
    this.#by = {
      ...{ random, site, sample },
      key: crypto.keyPairFromSeed(random.bytes(32)),
      stranger: new SampleSite(crypto, random).author(Role.staff),
      otherTicket: site.guest(sample).ticket,
    };
  }

  get acceptedCount(): number {
    return this.#shownCount + this.node.status().heldBundles;
  }

  begin(): void {
    start(this.node, () => {
      this.#shownCount++;
    });
    for (let i = 0; i < genuineCount; i += 2) {
      const author = i % 4 === 0 ? this.#site.author(Role.staff) : this.#site.guest(this.#victim);
      this.#dead.push(author.write(`short ${i}`, { lifetimeS: shortS }));
      this.#alive.push(author.write(`genuine ${i}`));
    }
    for (const { carried } of [...this.#dead, ...this.#alive]) this.node.put(carried, () => {});
    this.#clock.advance((shortS + 60) * 1000);
  }

  putAsClient(count: number): void {
    for (let i = 0; i < count; i++) this.node.put(this.#offer(), () => {});
    this.#clock.advance(1_000);
  }

  /** A member comes, and what it sends is slipped in between its node's frames. */
  sendAsNeighbour(count: number): void {
    const sample = this.#site.node('liar');
    const keys = { keyA: sample.key.publicKey, keyB: this.#victim.key.publicKey };
    const wire = createMemoryWire(this.#clock, keys);
    const link = new LyingLink(
      wire.a,
      (frame) => frame,
      () => {},
    );
    const peer = this.#meshNode(sample);
    start(peer, () => {});
    this.node.addLink(wire.b);
    peer.addLink(link);
    this.#clock.advance(500);
    for (let i = 0; i < count; i++) link.inject(this.#offer(), Lane.normal);
    this.#clock.advance(500);
    peer.stop();
    this.#clock.advance(10);
  }

  #offer(): CarriedBundle {
    const kind = pick(this.#random, kinds);
    this.offered[kind] = (this.offered[kind] ?? 0) + 1;
    this.offeredCount++;
    const isDead = kind === 'replayed-dead';
    const { carried } = pick(this.#random, isDead ? this.#dead : this.#alive);
    switch (kind) {
      case 'replayed':
        return { ...carried, ageMs: this.#clock.monotonicMs(), hops: 1 };
      case 'replayed-as-new':
      case 'replayed-dead':
        return carried;
      default:
        return forge(kind, carried, this.#by);
    }
  }

  #meshNode({ key, certificate }: SampleNode): MeshNode {
    const clock = this.#clock;
    return new MeshNode({
      ...{ clock, key, certificate, crypto: this.#site.crypto },
      random: this.#random.fork(),
      store: new MemoryStore({ clock }),
      logger: createMemoryLogger('error'),
      siteKey: this.#site.key.publicKey,
    });
  }
}

function start(node: MeshNode, onBundle: () => void): void {
  const nothing = () => {};
  node.start({ onBundle, onHeld: nothing, onNeighbours: nothing, onPolicy: nothing });
}
