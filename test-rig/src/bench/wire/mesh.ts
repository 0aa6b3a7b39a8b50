/**
 * A mesh of real nodes in virtual time, and how often a bundle is sent for each node that gets it.
 * The peer's figure is gossipsub's, measured at 1,000 nodes (reference figure of DESIGN's budgets).
 */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { MeshNode, Role } from '@muster/core';
import {
  createMemoryLogger,
  createMemoryWire,
  FakeClock,
  intBelow,
  MemoryStore,
  pick,
  type SampleNode,
  SampleSite,
  SeededRandom,
} from '@muster/core/testing';

export interface MeshCost {
  readonly sendsPerDelivery: number;
  /** Share of all deliveries that happened, 0 to 1. */
  readonly delivered: number;
}

const degree = 8;
const authorsCount = 20;

/** `nodes` in a ring with chords; `bundles` from nodes drawn at random, `gapMs` apart. */
export function meshCost(
  seed: number,
  size: { readonly nodes: number; readonly bundles: number; readonly gapMs: number },
): MeshCost {
  const random = new SeededRandom(seed);
  const clock = new FakeClock();
  const site = new SampleSite(createSodiumCrypto(), random);
  let arrived = 0;
  const samples = Array.from({ length: size.nodes }, (_, i) => site.node(`node ${i}`));
  const nodes = samples.map((sample) => {
    const own = clock.fork();
    const node = new MeshNode({
      crypto: site.crypto,
      clock: own,
      random,
      store: new MemoryStore({ clock: own }),
      logger: createMemoryLogger('error'),
      siteKey: site.key.publicKey,
      key: sample.key,
      certificate: sample.certificate,
    });
    const onBundle = (): void => {
      arrived += 1;
    };
    node.start({ onBundle, onHeld: () => {}, onNeighbours: () => {}, onPolicy: () => {} });
    return node;
  });
  for (const [a, b] of links(random, size.nodes)) {
    const key = (i: number) => (samples[i] as SampleNode).key.publicKey;
    const delayMs = 2 + intBelow(random, 15);
    const wire = createMemoryWire(clock, { keyA: key(a), keyB: key(b), delayMs, random });
    nodes[a]!.addLink(wire.a);
    nodes[b]!.addLink(wire.b);
  }
  clock.advance(5_000);
  const authors = Array.from({ length: authorsCount }, () => site.author(Role.staff));
  for (let i = 0; i < size.bundles; i++) {
    const bundle = pick(random, authors).write(`${i}`, { hopLimit: 10 });
    pick(random, nodes).put(bundle.carried, () => {});
    clock.advance(size.gapMs);
  }
  clock.advance(3_000);
  const sends = nodes
    .flatMap((node) => node.status().neighbours)
    .reduce((sum, neighbour) => sum + neighbour.bundlesSent, 0);
  const deliveries = size.bundles * (size.nodes - 1);
  for (const node of nodes) node.stop();
  return {
    sendsPerDelivery: sends / deliveries,
    delivered: (arrived - size.bundles) / deliveries,
  };
}

function links(random: SeededRandom, nodes: number): (readonly [number, number])[] {
  const found = new Map<string, readonly [number, number]>();
  const add = (a: number, b: number): void => {
    if (a !== b) found.set([a, b].toSorted((x, y) => x - y).join(), [a, b]);
  };
  for (let i = 0; i < nodes; i++) {
    add(i, (i + 1) % nodes);
    for (let chord = 0; chord < (degree - 2) / 2; chord++) add(i, intBelow(random, nodes));
  }
  return [...found.values()];
}
