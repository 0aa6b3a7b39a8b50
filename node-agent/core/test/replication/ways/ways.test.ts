/**
 * Shortest ways among real nodes in virtual time: as quick as can be with one send for each
 * delivery; and whatever is wrong in what nodes know of links, nothing is lost.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../../src/bytes/index.ts';
import { pushLimits, treeLimits, wayLimits } from '../../../src/replication/limits.ts';
import {
  decodeLinks,
  encodeLinks,
  encodeNodeLinks,
  linksOf,
  numberOf,
} from '../../../src/replication/messages/node-links.ts';
import { LinksExchange } from '../../../src/replication/session/links-exchange.ts';
import { type WayLink, Ways } from '../../../src/replication/ways/ways.ts';
import { FakeClock } from '../../../src/testing/fake-clock.ts';
import { Hamlet, type House, PlayedEnd } from '../hamlet.ts';

/** A ring with one more house in the middle, which has a link to each. */
function wheel(seed: number, rim: number): { hamlet: Hamlet; houses: House[]; hub: House } {
  const hamlet = new Hamlet(seed);
  const houses = hamlet.houses(rim);
  const hub = hamlet.house('hub');
  for (let i = 0; i < rim; i++) {
    hamlet.link(houses[i]!, houses[(i + 1) % rim]!);
    hamlet.link(hub, houses[i]!);
  }
  // What was in the tree while it grew stays a branch for a while.
  hamlet.clock.advance(treeLimits.crutchMs + 5_000);
  return { hamlet, houses, hub };
}

const sum = (houses: readonly House[], what: 'bundlesSent' | 'bytesSent') =>
  houses.reduce((total, house) => total + house.total(what), 0);

interface Sending {
  readonly hamlet: Hamlet;
  readonly all: readonly House[];
  readonly from: House;
  readonly bundle: ReturnType<ReturnType<Hamlet['author']>['write']>;
}

/** In a wheel: sent once to each, and nobody has it late. */
function goesShortestWays({ hamlet, all, from, bundle }: Sending, waitMs: number): void {
  const before = sum(all, 'bundlesSent');
  const putMs = hamlet.clock.monotonicMs();
  from.put(bundle);
  hamlet.clock.advance(waitMs);
  assert.equal(sum(all, 'bundlesSent') - before, all.length - 1);
  for (const house of all) {
    const tookMs = house.arrivedMs.get(toHex(bundle.id))! - putMs;
    // Two links of 5 ms at most, and three commits of 2 ms.
    assert.ok(tookMs <= 16, `${tookMs} ms`);
  }
}

test('a bundle takes the shortest ways from wherever it enters, once to each node', () => {
  const { hamlet, houses, hub } = wheel(301, 12);
  const all = [...houses, hub];
  const author = hamlet.author();
  for (const from of all) {
    goesShortestWays({ hamlet, all, from, bundle: author.write('x', { hopLimit: 15 }) }, 1_000);
  }
});

test('a mesh that knows its links says nothing more of them', () => {
  const { hamlet, houses } = wheel(302, 8);
  const before = sum(houses, 'bytesSent');
  hamlet.clock.advance(10_000);
  assert.equal(sum(houses, 'bytesSent'), before);
});

test('links come and go: soon after, all ways are shortest again and nothing is sent twice', () => {
  const hamlet = new Hamlet(303);
  const houses = hamlet.houses(10);
  const wires = houses.map((house, i) => hamlet.link(house, houses[(i + 1) % 10]!));
  hamlet.clock.advance(5_000);
  wires[0]!.cut();
  hamlet.link(houses[0]!, houses[5]!);
  const author = hamlet.author();
  const during = author.write('during', { hopLimit: 15 });
  houses[3]!.put(during);
  hamlet.clock.advance(3_000);
  for (const house of houses) assert.ok(house.host.knows(during.id));
  const before = sum(houses, 'bundlesSent');
  const bundle = author.write('after', { hopLimit: 15 });
  const putMs = hamlet.clock.monotonicMs();
  houses[0]!.put(bundle);
  hamlet.clock.advance(1_000);
  assert.equal(sum(houses, 'bundlesSent') - before, 9);
  const worst = Math.max(...houses.map((h) => h.arrivedMs.get(toHex(bundle.id))! - putMs));
  // Now 1 is the farthest, five links away: by 5, 4, 3 and 2.
  assert.ok(worst <= 5 * 7 + 2, `${worst} ms`);
});

test('lies about links delay, and lose nothing', () => {
  const hamlet = new Hamlet(304);
  const houses = hamlet.houses(6);
  houses.forEach((house, i) => {
    hamlet.link(house, houses[(i + 1) % 6]!);
  });
  const [gate] = houses as [House];
  const liar = hamlet.site.node('liar');
  const wire = hamlet.wireOf(liar.key.publicKey, gate.key, {});
  gate.forwarder.addLink(wire.b);
  const played = new PlayedEnd(wire.a);
  played.greet(liar.certificate);
  hamlet.clock.advance(3_000);
  const author = hamlet.author();
  for (let round = 0; round < 10; round++) {
    // Each house is said to hang on the gate alone, and the gate on all, by a version to come.
    const version = 100 * (round + 1);
    const lan = (house: House) => ({ node: numberOf(house.key), costClass: 'lan' as const });
    const words = houses.map((house) => ({
      node: numberOf(house.key),
      version,
      links: linksOf(house === gate ? houses.slice(1).map(lan) : [lan(gate)]),
    }));
    played.send(2, encodeLinks(words.map(encodeNodeLinks)));
    hamlet.clock.advance(round * 150);
    const bundle = author.write('x', { hopLimit: 15 });
    const putMs = hamlet.clock.monotonicMs();
    houses[round % 6]!.put(bundle);
    hamlet.clock.advance(3_000);
    for (const house of houses) {
      const tookMs = house.arrivedMs.get(toHex(bundle.id))! - putMs;
      assert.ok(tookMs < 4 * (pushLimits.graftDelayMs + 300), `round ${round}: ${tookMs} ms`);
    }
  }
  assert.equal(played.closed, undefined);
});

test('what a liar said for others is forgotten with the list that shuts it out', () => {
  const { hamlet, houses, hub } = wheel(308, 8);
  const all = [...houses, hub];
  const liar = hamlet.site.node('liar');
  const wire = hamlet.wireOf(liar.key.publicKey, hub.key, {});
  hub.forwarder.addLink(wire.b);
  const played = new PlayedEnd(wire.a);
  played.greet(liar.certificate);
  hamlet.clock.advance(3_000);
  const words = all.map(({ key }) => ({
    ...{ node: numberOf(key), version: wayLimits.versionMax, links: '' },
  }));
  played.send(2, encodeLinks(words.map(encodeNodeLinks)));
  hamlet.clock.advance(5_000);
  wire.cut();
  for (const house of all) house.forwarder.judgeAgain();
  hamlet.clock.advance(20_000);
  goesShortestWays({ hamlet, all, from: houses[0]!, bundle: hamlet.author().write('x') }, 2_000);
});

test('a node that restarted is believed again, after words of higher versions', () => {
  const hamlet = new Hamlet(305);
  const sample = hamlet.site.node('restarts');
  const [a, b, c] = hamlet.houses(3) as [House, House, House];
  hamlet.link(a, b);
  const first = hamlet.house(sample);
  // Five words of the first run.
  for (let i = 0; i < 5; i++) {
    const wire = hamlet.link(first, i % 2 === 0 ? a : b);
    hamlet.clock.advance(3_000);
    wire.cut();
  }
  first.forwarder.stop();
  hamlet.clock.advance(60_000);
  const second = hamlet.house(sample);
  hamlet.link(second, a);
  hamlet.link(second, c);
  hamlet.clock.advance(20_000);
  const all = [a, b, c, second];
  const before = sum(all, 'bundlesSent');
  const bundle = hamlet.author().write('x');
  const putMs = hamlet.clock.monotonicMs();
  c.put(bundle);
  hamlet.clock.advance(2_000);
  for (const house of all) {
    assert.ok(house.arrivedMs.get(toHex(bundle.id))! - putMs < pushLimits.announceDelayMs / 2);
  }
  assert.equal(sum(all, 'bundlesSent') - before, 3);
});

test('a link carries words of links at a bounded rate, and then as they are by that time', () => {
  const clock = new FakeClock();
  const { crypto } = new Hamlet(307).site;
  const link = new FakeWayLink(7);
  const ways = new Ways({ key: Uint8Array.of(0, 0, 0, 5), clock, crypto, used: () => [link] });
  let woken = 0;
  const exchange = new LinksExchange({ ways, clock }, link, () => {
    woken += 1;
  });
  const links = linksOf(Array.from({ length: 60 }, (_, i) => ({ node: i + 1, costClass: 'lan' })));
  let bytes = 0;
  let last = 0;
  const pull = () => {
    for (let message = exchange.pull(); message; message = exchange.pull()) {
      bytes += message.length;
      assert.ok(message.length < 2 * wayLimits.messageBytesMax);
      last = decodeLinks(message)!.at(-1)!.version;
    }
  };
  for (let version = 1; version <= 2_000; version++) {
    ways.heard(link, { node: 9, version, links });
    exchange.tell(9);
    pull();
  }
  assert.ok(bytes < wayLimits.told.burst + 2 * wayLimits.messageBytesMax, `${bytes}`);
  assert.ok(last < 2_000);
  woken = 0;
  clock.advance(wayLimits.paceMs);
  assert.equal(woken, 1);
  pull();
  assert.equal(last, 2_000);
  exchange.stop();
  ways.stop();
  assert.equal(clock.waiting, 0);
});

class FakeWayLink implements WayLink {
  readonly node: number;
  readonly costClass = 'lan';
  readonly isBase = true;
  readonly told: number[] = [];
  digests = 0;

  constructor(node: number) {
    this.node = node;
  }

  tellLinks(node: number): void {
    this.told.push(node);
  }

  tellLinksDigest(): void {
    this.digests += 1;
  }
}

test('a full table: the unreachable go first, then the base tree carries for a while', () => {
  const clock = new FakeClock();
  const link = new FakeWayLink(7);
  const { crypto } = new Hamlet(306).site;
  const key = Uint8Array.of(0, 0, 0, 5);
  const ways = new Ways({ key, clock, crypto, used: () => [link] });
  const lan = (node: number) => ({ node, costClass: 'lan' as const });
  ways.linksChanged();
  ways.heard(link, { node: 7, version: 1, links: linksOf([lan(5)]) });
  clock.advance(2_000);
  assert.equal(ways.mark(), 5);
  assert.deepEqual([ways.leadsOver(5, link), ways.comesOver(5, link)], [true, false]);
  assert.deepEqual([ways.leadsOver(7, link), ways.comesOver(7, link)], [false, true]);
  for (let i = 0; i < wayLimits.nodesMax - 1; i++) {
    ways.heard(link, { node: 100 + i, version: 1, links: '' });
  }
  assert.equal(ways.mark(), 0, 'not settled');
  clock.advance(2_000);
  assert.equal(ways.mark(), 5);
  ways.heard(link, { node: 50, version: 1, links: '' });
  assert.ok(ways.linksOf(50) && ways.linksOf(7));
  clock.advance(2_000);
  assert.equal(ways.mark(), 5);
  for (let i = 0; i < wayLimits.nodesMax; i++) {
    ways.heard(link, { node: 10_000 + i, version: 1, links: '' });
  }
  assert.equal(ways.linksOf(10_000 + wayLimits.nodesMax - 1), undefined);
  clock.advance(2_000);
  assert.deepEqual([ways.mark(), ways.leadsOver(5, link)], [0, true]);
  clock.advance(wayLimits.fullMs);
  assert.equal(ways.mark(), 5);
  ways.stop();
  assert.equal(clock.waiting, 0);
});

test('marks of invented origins in an invented graph cost no more than a bound', () => {
  const clock = new FakeClock();
  const link = new FakeWayLink(7);
  const { crypto } = new Hamlet(308).site;
  const ways = new Ways({ key: Uint8Array.of(0, 0, 0, 5), clock, crypto, used: () => [link] });
  const lan = (node: number) => ({ node, costClass: 'lan' as const });
  const count = 2_000;
  const invented = (i: number): number => 100 + (i % count);
  ways.linksChanged();
  ways.heard(link, { node: 7, version: 1, links: linksOf([lan(5), lan(invented(0))]) });
  for (let i = 0; i < count; i++) {
    const near = Array.from({ length: 30 }, (_, k) => [i + k + 1, i + count - k - 1]).flat();
    const to = near.map((other) => lan(invented(other)));
    const links = linksOf(i === 0 ? [lan(7), ...to] : to);
    ways.heard(link, { node: invented(i), version: 1, links });
  }
  clock.advance(2_000);
  const found = (): number =>
    Array.from({ length: count }, (_, i) => invented(i)).filter(
      // Nothing is passed on at a leaf, but for the base tree's sake.
      (mark) => !ways.leadsOver(mark, link),
    ).length;
  const { burst, perSecond } = wayLimits.routing;
  const eachCosts = 60 * count;
  const first = found();
  assert.ok(Math.abs(first - burst / eachCosts) <= 2, `${first} routes`);
  clock.advance(2_000);
  const later = found() - first;
  assert.ok(Math.abs(later - (2 * perSecond) / eachCosts) <= 2, `${later} more`);
  ways.stop();
});
