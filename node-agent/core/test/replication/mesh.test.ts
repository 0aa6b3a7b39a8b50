/** Many nodes in virtual time: one send for each delivery, short ways, quick mending. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane } from '../../src/bundle/bundle.ts';
import { toHex } from '../../src/bytes/index.ts';
import { pushLimits, sessionLimits } from '../../src/replication/limits.ts';
import type { MemoryWire } from '../../src/testing/memory-link.ts';
import type { SampleBundle } from '../../src/testing/sample-site.ts';
import { intBelow, pick } from '../../src/testing/seeded-random.ts';
import { Hamlet, type House } from './hamlet.ts';

interface Cable {
  readonly a: number;
  readonly b: number;
  readonly wire: MemoryWire;
}

/** Nodes in a ring with chords, about `degree` links each, delays 2 to 17 ms. */
class Town {
  readonly hamlet: Hamlet;
  readonly houses: House[];
  cables: Cable[] = [];

  constructor(seed: number, nodes: number, degree: number) {
    this.hamlet = new Hamlet(seed);
    this.houses = this.hamlet.houses(nodes);
    const { random } = this.hamlet;
    for (let i = 0; i < nodes; i++) {
      this.link(i, (i + 1) % nodes);
      for (let d = 0; d < (degree - 2) / 2; d++) this.link(i, intBelow(random, nodes));
    }
    this.hamlet.clock.advance(5_000);
  }

  link(a: number, b: number): void {
    if (a === b || this.cables.some((c) => (c.a === a && c.b === b) || (c.a === b && c.b === a))) {
      return;
    }
    const delayMs = 2 + intBelow(this.hamlet.random, 15);
    const wire = this.hamlet.link(this.houses[a]!, this.houses[b]!, { delayMs, jitterMs: 3 });
    this.cables.push({ a, b, wire });
  }

  cut(which: (cable: Cable) => boolean): void {
    for (const cable of this.cables.filter(which)) cable.wire.cut();
    this.cables = this.cables.filter((cable) => !which(cable));
  }

  total(what: Parameters<House['total']>[0]): number {
    return this.houses.reduce((sum, house) => sum + house.total(what), 0);
  }

  /** How many nodes hold each of these. */
  holders(bundle: SampleBundle): number {
    return this.houses.filter((house) => house.host.knows(bundle.id)).length;
  }

  /** From put to on disk, milliseconds, over all nodes, sorted. */
  delaysMs(bundles: readonly { bundle: SampleBundle; putMs: number }[]): number[] {
    const delays = bundles.flatMap(({ bundle, putMs }) =>
      this.houses.map((house) => house.arrivedMs.get(toHex(bundle.id))! - putMs),
    );
    return delays.sort((x, y) => x - y);
  }
}

test('50 nodes, calm and busy: about one send for each delivery, and the same delay', () => {
  for (const [seed, gapMs] of [
    [71, 150],
    [72, 4],
  ] as const) {
    const town = new Town(seed, 50, 6);
    const { hamlet } = town;
    const authors = Array.from({ length: 10 }, () => hamlet.author());
    const before = town.total('bundlesSent');
    const bundles = Array.from({ length: 150 }, () => {
      const bundle = pick(hamlet.random, authors).write('x'.repeat(100), { hopLimit: 15 });
      const putMs = hamlet.clock.monotonicMs();
      pick(hamlet.random, town.houses).put(bundle);
      hamlet.clock.advance(gapMs);
      return { bundle, putMs };
    });
    hamlet.clock.advance(2_000);
    for (const { bundle } of bundles) assert.equal(town.holders(bundle), 50);
    const perDelivery = (town.total('bundlesSent') - before) / (150 * 49);
    assert.ok(perDelivery < 1.15, `${perDelivery} sends for each delivery, gap ${gapMs} ms`);
    const delays = town.delaysMs(bundles);
    assert.ok(delays[delays.length >> 1]! < 80, `median ${delays[delays.length >> 1]} ms`);
    assert.ok(delays[Math.floor(0.99 * delays.length)]! < 160);
    hamlet.clock.advance(60_000);
    assert.ok(town.total('bundlesSent') - before < 1.15 * 150 * 49, 'quiet afterwards');
  }
});

test('links of the tree die under way: whoever was cut off has it within about a second', () => {
  // A seed by which the cuts leave every house a link: here it is about those that can be reached.
  const town = new Town(173, 50, 6);
  const { hamlet } = town;
  const author = hamlet.author();
  const send = () => {
    const bundle = author.write('x', { hopLimit: 15 });
    const putMs = hamlet.clock.monotonicMs();
    town.houses[0]!.put(bundle);
    return { bundle, putMs };
  };
  for (let i = 0; i < 20; i++) {
    send();
    hamlet.clock.advance(100);
  }
  const bundles = [];
  for (let i = 0; i < 5; i++) {
    bundles.push(send());
    hamlet.clock.advance(10);
    // A tenth of all links, the ring's too, while the bundle is on its way.
    town.cut(() => intBelow(hamlet.random, 10) === 0);
    hamlet.clock.advance(3_000);
  }
  for (const { bundle } of bundles) assert.equal(town.holders(bundle), 50);
  const worst = town.delaysMs(bundles).at(-1)!;
  assert.ok(worst < 1_300, `${worst} ms`);
});

test('a silent node in the tree is gone round', () => {
  const town = new Town(74, 30, 6);
  const { hamlet } = town;
  // It takes everything and passes nothing on: its store never answers.
  const mute = town.houses.reduce((a, b) => (a.total('bytesSent') > b.total('bytesSent') ? a : b));
  mute.host.canSend = () => false;
  mute.host.sendable = () => undefined;
  const author = hamlet.author();
  const bundles = Array.from({ length: 30 }, () => {
    const bundle = author.write('x', { hopLimit: 15 });
    const putMs = hamlet.clock.monotonicMs();
    town.houses.find((house) => house !== mute)!.put(bundle);
    hamlet.clock.advance(400);
    return { bundle, putMs };
  });
  hamlet.clock.advance(3_000);
  for (const { bundle } of bundles) assert.equal(town.holders(bundle), 30);
  const delays = town.delaysMs(bundles);
  assert.ok(delays.at(-1)! < 2_500, `${delays.at(-1)} ms`);
});

test('hop limits reach as far as the shortest way, though the tree goes round', () => {
  const town = new Town(75, 40, 6);
  const { hamlet } = town;
  const author = hamlet.author();
  for (let i = 0; i < 20; i++) {
    const from = intBelow(hamlet.random, 40);
    const bundle = author.write('x', { hopLimit: 4 });
    town.houses[from]!.put(bundle);
    hamlet.clock.advance(3_000);
    const distance = new Map([[from, 0]]);
    for (const [node, hops] of distance) {
      for (const { a, b } of town.cables.filter((cable) => cable.a === node || cable.b === node)) {
        for (const other of [a, b]) if (!distance.has(other)) distance.set(other, hops + 1);
      }
    }
    const near = [...distance.values()].filter((hops) => hops <= 4).length;
    assert.ok(town.holders(bundle) >= 0.97 * near, `${town.holders(bundle)} of ${near}`);
    for (const house of town.houses) {
      const entry = house.host.entries.get(toHex(bundle.id));
      assert.ok(entry === undefined || entry.hops <= 4);
    }
  }
});

test('urgent goes over every link, and never waits for the tree', () => {
  const town = new Town(76, 20, 6);
  const { hamlet } = town;
  const author = hamlet.author();
  hamlet.clock.advance(1_000);
  const bundle = author.write('help', { lane: Lane.urgent, hopLimit: 15 });
  const putMs = hamlet.clock.monotonicMs();
  // Links die in the very moment, and still nobody has to ask.
  town.cut(() => intBelow(hamlet.random, 5) === 0);
  town.houses[0]!.put(bundle);
  hamlet.clock.advance(1_000);
  assert.equal(town.holders(bundle), 20);
  assert.ok(town.delaysMs([{ bundle, putMs }]).at(-1)! < pushLimits.graftDelayMs);
});

test('two halves with several links between them: what was missing crosses about once', () => {
  const town = new Town(77, 12, 4);
  const { hamlet } = town;
  const isLeft = (node: number): boolean => node < 6;
  town.cut(({ a, b }) => isLeft(a) !== isLeft(b));
  const authors = Array.from({ length: 8 }, () => hamlet.author());
  for (let i = 0; i < 600; i++) {
    const side = intBelow(hamlet.random, 2);
    town.houses[6 * side + intBelow(hamlet.random, 6)]!.put(
      authors[4 * side + intBelow(hamlet.random, 4)]!.write('x'.repeat(280), { hopLimit: 15 }),
    );
    hamlet.clock.advance(5);
  }
  hamlet.clock.advance(3_000);
  const before = town.total('bundlesSent');
  for (const [a, b] of [
    [0, 6],
    [1, 8],
    [3, 10],
    [5, 11],
  ] as const)
    town.link(a, b);
  hamlet.clock.advance(20_000);
  for (const house of town.houses) assert.equal(house.host.heldIds().length, 600);
  // Each side's bundles are new to the six nodes of the other.
  const perDelivery = (town.total('bundlesSent') - before) / (600 * 6);
  assert.ok(perDelivery < 1.1, `${perDelivery}`);
});

test('of two links to one neighbour the cheaper carries; when it dies the other takes over', () => {
  const hamlet = new Hamlet(78);
  const [a, b] = hamlet.houses(2) as [House, House];
  const author = hamlet.author();
  const lan = hamlet.link(a, b);
  hamlet.link(b, a, { costClass: 'radio', delayMs: 30 });
  hamlet.clock.advance(2_000);
  const sentOver = () =>
    Object.fromEntries(a.forwarder.neighbours().map((s) => [s.costClass, s.bundlesSent]));
  for (let i = 0; i < 5; i++) a.put(author.write(`${i}`));
  hamlet.clock.advance(500);
  assert.deepEqual(sentOver(), { lan: 5, radio: 0 });
  lan.cut();
  a.put(author.write('while it dies'));
  hamlet.clock.advance(5_000);
  assert.equal(b.host.heldIds().length, 6);
  a.put(author.write('after'));
  hamlet.clock.advance(500);
  assert.equal(b.host.heldIds().length, 7);
  assert.deepEqual(sentOver(), { radio: 2 });
});

test('links beyond the limit, and links of a node that stopped, are closed at once', () => {
  const hamlet = new Hamlet(79);
  const [a, b] = hamlet.houses(2) as [House, House];
  const wires = Array.from({ length: 6 }, () => hamlet.link(a, b));
  hamlet.clock.advance(1_000);
  assert.equal(a.forwarder.neighbours().length, sessionLimits.linksPerPeerMax);
  assert.equal(a.forwarder.closed['too-many-links'], 2);
  a.forwarder.stop();
  a.forwarder.stop();
  hamlet.clock.advance(1_000);
  assert.deepEqual([a.forwarder.neighbours(), b.forwarder.neighbours()], [[], []]);
  hamlet.link(a, b);
  hamlet.clock.advance(11_000);
  assert.equal(a.forwarder.closed.stopping, sessionLimits.linksPerPeerMax + 1);
  assert.equal(b.forwarder.neighbours().length, 0);
  for (const wire of wires) wire.cut();
  assert.equal(hamlet.clock.waiting <= 12, true);
});
