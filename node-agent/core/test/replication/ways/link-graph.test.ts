/** Trees of shortest ways: everybody finds the same one, and lies of one end count for nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CostClass } from '../../../src/ports/link.ts';
import {
  type LinkTo,
  linksOf,
  type NodeLinks,
} from '../../../src/replication/messages/node-links.ts';
import { LinkGraph } from '../../../src/replication/ways/link-graph.ts';
import { chance, intBelow, SeededRandom, shuffled } from '../../../src/testing/seeded-random.ts';

type Edge = readonly [a: number, b: number, costClass?: CostClass];

function told(edges: readonly Edge[]): NodeLinks[] {
  const links = new Map<number, LinkTo[]>();
  const add = (node: number, to: number, costClass: CostClass): void => {
    links.set(node, [...(links.get(node) ?? []), { node: to, costClass }]);
  };
  for (const [a, b, costClass = 'lan'] of edges) {
    add(a, b, costClass);
    add(b, a, costClass);
  }
  return [...links].map(([node, to]) => ({ node, version: 1, links: linksOf(to) }));
}

test('the tree of each origin reaches every node once, by a shortest way, for all alike', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new SeededRandom(seed);
    const count = 2 + intBelow(random, 40);
    const numbers = new Set<number>();
    while (numbers.size < count) numbers.add(1 + intBelow(random, 2 ** 32 - 1));
    const nodes = [...numbers];
    const edges: Edge[] = nodes.slice(1).map((node, i) => [node, nodes[intBelow(random, i + 1)]!]);
    for (let i = 0; i < 2 * count; i++) {
      const [a, b] = [nodes[intBelow(random, count)]!, nodes[intBelow(random, count)]!];
      const joined = edges.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
      if (a !== b && !joined) edges.push([a, b]);
    }
    const all = told(edges);
    const graph = new LinkGraph(all);
    const other = new LinkGraph(shuffled(random, all));
    const origin = nodes[intBelow(random, count)]!;
    const hops = new Map([[origin, 0]]);
    for (const [node, far] of hops) {
      for (const [a, b] of edges) {
        for (const [x, y] of [
          [a, b],
          [b, a],
        ] as const) {
          if (x === node && !hops.has(y)) hops.set(y, far + 1);
        }
      }
    }
    const depth = new Map([[origin, 0]]);
    for (const [node, far] of depth) {
      const route = graph.route(origin, node)!;
      assert.deepEqual(other.route(origin, node), route, `seed ${seed}`);
      for (const child of route.children) {
        assert.equal(depth.has(child), false, `seed ${seed}`);
        assert.equal(graph.route(origin, child)!.parent, node, `seed ${seed}`);
        depth.set(child, far + 1);
      }
    }
    assert.deepEqual([...depth].sort(), [...hops].sort(), `seed ${seed}`);
    assert.deepEqual(
      graph.reachable(origin),
      nodes.toSorted((a, b) => a - b),
    );
  }
});

test('costs count: two cables are nearer than one radio, and metered links come last', () => {
  const graph = new LinkGraph(
    told([
      [1, 2, 'radio'],
      [1, 3],
      [3, 2],
      [1, 4, 'metered'],
      [2, 4, 'radio'],
    ]),
  );
  assert.deepEqual([...graph.route(1, 1)!.children], [3]);
  assert.equal(graph.route(1, 2)!.parent, 3);
  assert.equal(graph.route(1, 4)!.parent, 2);
  assert.equal(graph.route(1, 1)!.parent, undefined);
});

test('a link counts when both ends speak of it, at the dearer word', () => {
  const links = (node: number, to: readonly LinkTo[]) => ({ node, version: 1, links: linksOf(to) });
  const lan = (node: number): LinkTo => ({ node, costClass: 'lan' });
  const graph = new LinkGraph([
    links(1, [lan(2), lan(4), lan(1), lan(9)]),
    links(2, [{ node: 1, costClass: 'metered' }, lan(3)]),
    links(3, [lan(2), lan(1)]),
    links(4, []),
  ]);
  assert.deepEqual(graph.reachable(1), [1, 2, 3]);
  assert.equal(graph.route(1, 3)!.parent, 2);
  assert.equal(graph.route(1, 4), undefined);
  assert.equal(graph.route(9, 1), undefined);
  assert.equal(graph.route(1, 9), undefined);
  assert.deepEqual(graph.reachable(9), []);
});

test('a thousand nodes take little time', () => {
  const random = new SeededRandom(3);
  const edges: Edge[] = [];
  for (let i = 1; i <= 1_000; i++) {
    edges.push([i, (i % 1_000) + 1]);
    if (chance(random, 0.9)) edges.push([i, 1 + ((i + 7 + intBelow(random, 900)) % 1_000)]);
  }
  const graph = new LinkGraph(told(edges));
  assert.equal(graph.reachable(1).length, 1_000);
});
