/** Who is on our island, by what nodes say of their links, as links come and go. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wayLimits } from '../../../src/replication/limits.ts';
import { linksOf, numberOf } from '../../../src/replication/messages/node-links.ts';
import { Ways } from '../../../src/replication/ways/ways.ts';
import { FakeClock } from '../../../src/testing/fake-clock.ts';
import { Hamlet, type House } from '../hamlet.ts';

const numbersOf = (houses: readonly House[]): Set<number> =>
  new Set(houses.map(({ key }) => numberOf(key)));

test('two islands, then one by a bridge, then two again', () => {
  const hamlet = new Hamlet(311);
  const all = hamlet.houses(8);
  const [left, right] = [all.slice(0, 4), all.slice(4)];
  for (const island of [left, right]) {
    island.forEach((house, i) => {
      hamlet.link(house, island[(i + 1) % 4]!);
    });
  }
  const [a, b] = [left[0]!, right[0]!];
  const know = (island: readonly House[]): void => {
    for (const { forwarder } of island) assert.deepEqual(forwarder.reachable(), numbersOf(island));
  };
  hamlet.clock.advance(5_000);
  know(left);
  know(right);
  const wire = hamlet.link(a, b);
  hamlet.clock.advance(5_000);
  know(all);
  assert.equal(a.forwarder.reachable(), a.forwarder.reachable(), 'the same while it is the same');
  assert.deepEqual([a.forwarder.isBridge(b.key), b.forwarder.isBridge(a.key)], [true, true]);
  assert.equal(a.forwarder.isBridge(left[1]!.key), false);
  wire.cut();
  hamlet.clock.advance(5_000);
  know(left);
  know(right);
  // All words are forgotten, and said anew.
  for (const { forwarder } of left) forwarder.judgeAgain();
  assert.equal(a.forwarder.reachable(), undefined);
  hamlet.clock.advance(wayLimits.relearnMs);
  know(left);
});

const lan = (node: number) => ({ node, costClass: 'lan' as const });

/** What node 5 knows, which has one link, with node 7. */
function fiveWithSeven(seed: number) {
  const clock = new FakeClock();
  const { crypto } = new Hamlet(seed).site;
  const link = { ...lan(7), isBase: true, tellLinks() {}, tellLinksDigest() {} };
  const ways = new Ways({ key: Uint8Array.of(0, 0, 0, 5), clock, crypto, used: () => [link] });
  ways.linksChanged();
  return { clock, link, ways };
}

test('a neighbour that has not spoken of its link yet is served by the base tree', () => {
  const { clock, link, ways } = fiveWithSeven(311);
  for (const said of [false, true]) {
    if (said) ways.heard(link, { node: 7, version: 1, links: linksOf([lan(5)]) });
    clock.advance(2_000);
    const mark = ways.mark();
    assert.equal(mark, 5);
    assert.ok(ways.leadsOver(mark, link));
    // As if the tree went another way: what both spoke of is a way all the same.
    assert.equal(ways.leadsOver(mark, { ...link, isBase: false }), said);
    assert.equal(ways.comesOver(mark, link), !said);
  }
});

test('nobody is said to be apart while the table of links is full', () => {
  const { clock, link, ways } = fiveWithSeven(312);
  ways.heard(link, { node: 7, version: 1, links: linksOf([lan(5)]) });
  clock.advance(2_000);
  assert.deepEqual(ways.reachable(), new Set([5, 7]));
  for (let i = 0; i <= wayLimits.nodesMax; i++) {
    ways.heard(link, { node: 100 + i, version: 1, links: '' });
  }
  assert.equal(ways.reachable(), undefined);
  clock.advance(wayLimits.fullMs);
  assert.deepEqual(ways.reachable(), new Set([5, 7]));
  ways.stop();
});

test('however many words come, who can be reached is found anew once a second', () => {
  const { clock, link, ways } = fiveWithSeven(313);
  clock.advance(200);
  let sets = 0;
  let last = ways.reachable();
  for (let ms = 0; ms < 10_000; ms += 100) {
    const links = linksOf(ms % 200 === 0 ? [lan(5)] : []);
    ways.heard(link, { node: 7, version: 1 + ms, links });
    const now = ways.reachable();
    if (now !== last) sets += 1;
    last = now;
    clock.advance(100);
  }
  assert.ok(sets <= 10, `${sets}`);
  ways.stop();
});
