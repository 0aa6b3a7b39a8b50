/** The base tree: always a tree over what is connected, short, quiet, whatever comes and goes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CostClass } from '../../../src/ports/link.ts';
import { treeLimits } from '../../../src/replication/limits.ts';
import { BaseTree, type TreeLink } from '../../../src/replication/ways/base-tree.ts';
import { FakeClock } from '../../../src/testing/fake-clock.ts';
import { intBelow, pick, SeededRandom } from '../../../src/testing/seeded-random.ts';

interface Edge {
  readonly a: number;
  readonly b: number;
  readonly ends: { up: boolean; isBase: boolean; readonly link: TreeLink }[];
}

class Grove {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;
  readonly trees: BaseTree[] = [];
  edges: Edge[] = [];
  told = 0;

  constructor(seed: number, nodes: number) {
    this.random = new SeededRandom(seed);
    for (let i = 0; i < nodes; i++)
      this.trees.push(new BaseTree(this.random.bytes(32), this.clock));
  }

  link(a: number, b: number, costClass: CostClass = 'lan'): Edge {
    const edge: Edge = { a, b, ends: [] };
    const delayMs = 1 + intBelow(this.random, 20);
    const end = (own: number, other: number): void => {
      const link: TreeLink = {
        costClass,
        tellPath: (path) => {
          this.told += 1;
          this.clock.after(delayMs, () => {
            const far = edge.ends[1 - own]!;
            if (far.up) this.trees[other]!.heard(far.link, path);
          });
        },
        setBase: (isBase) => {
          edge.ends[own]!.isBase = isBase;
        },
      };
      edge.ends.push({ up: true, isBase: false, link });
    };
    end(0, b);
    end(1, a);
    this.trees[a]!.add(edge.ends[0]!.link);
    this.trees[b]!.add(edge.ends[1]!.link);
    this.edges.push(edge);
    return edge;
  }

  /** A new link between two nodes that have none yet. */
  linkSome(): void {
    const [a, b] = [0, 1].map(() => intBelow(this.random, this.trees.length));
    const has = (edge: Edge): boolean => [edge.a, edge.b].every((node) => node === a || node === b);
    if (a === b || this.edges.some(has)) return;
    this.link(a!, b!, pick(this.random, ['lan', 'radio', 'metered']));
  }

  cut(edge: Edge): void {
    this.edges = this.edges.filter((other) => other !== edge);
    [edge.a, edge.b].forEach((node, i) => {
      edge.ends[i]!.up = false;
      this.trees[node]!.remove(edge.ends[i]!.link);
    });
  }

  /** Links that both ends count to the tree; fails where the ends disagree. */
  base(): Edge[] {
    return this.edges.filter(({ ends: [a, b] }) => {
      assert.equal(a!.isBase, b!.isBase);
      return a!.isBase;
    });
  }
}

/** How many parts the nodes fall into over these edges. */
function parts(nodes: number, edges: readonly Edge[]): number {
  const of = Array.from({ length: nodes }, (_, i) => i);
  const find = (i: number): number => (of[i] === i ? i : find(of[i]!));
  for (const { a, b } of edges) of[find(a)] = find(b);
  return new Set(of.map((_, i) => find(i))).size;
}

const settleMs = 10_000;

test('any graph, also after cuts and new links, agrees on one tree over each of its parts', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const nodes = 40;
    const grove = new Grove(seed, nodes);
    for (let i = 0; i < 90; i++) grove.linkSome();
    for (let round = 0; round < 4; round++) {
      grove.clock.advance(round === 3 ? settleMs : intBelow(grove.random, 400));
      if (round === 3) break;
      for (let i = 0; i < 15; i++) grove.cut(pick(grove.random, grove.edges));
      for (let i = 0; i < 5; i++) grove.linkSome();
    }
    const base = grove.base();
    const connected = parts(nodes, grove.edges);
    assert.equal(parts(nodes, base), connected, `seed ${seed}: spans`);
    assert.equal(base.length, nodes - connected, `seed ${seed}: no loop`);
    const told = grove.told;
    grove.clock.advance(600_000);
    assert.equal(grove.told, told, `seed ${seed}: quiet`);
  }
});

test('free links are preferred to those that cost', () => {
  const grove = new Grove(7, 3);
  grove.link(0, 1);
  grove.link(1, 2);
  const radio = grove.link(0, 2, 'radio');
  grove.clock.advance(settleMs);
  assert.ok(!grove.base().includes(radio));
});

test('the root goes away: the others find another within two seconds', () => {
  const grove = new Grove(8, 30);
  for (let i = 0; i < 30; i++) {
    grove.link(i, (i + 1) % 30);
    grove.link(i, (i + 7) % 30);
  }
  grove.clock.advance(settleMs);
  const degree = (node: number): number =>
    grove.base().filter(({ a, b }) => a === node || b === node).length;
  const busiest = grove.trees.map((_, i) => i).sort((a, b) => degree(b) - degree(a))[0]!;
  for (const edge of grove.edges.filter(({ a, b }) => a === busiest || b === busiest)) {
    grove.cut(edge);
  }
  grove.clock.advance(2_000);
  assert.equal(parts(30, grove.base()), 2);
  assert.equal(grove.base().length, 28);
});

test('a neighbour whose path never rests is told at most ten times a second', () => {
  const grove = new Grove(9, 2);
  const edge = grove.link(0, 1);
  grove.clock.advance(settleMs);
  const before = grove.told;
  const { link } = edge.ends[0]!;
  for (let i = 0; i < 1000; i++) {
    const nodes = ['\0\0\0\0', `\0\0\0${String.fromCharCode(i)}`];
    grove.trees[0]!.heard(link, { cost: i % 7, nodes });
    grove.clock.advance(1);
  }
  // Each of the two ends.
  assert.ok(grove.told - before <= 2 * (1000 / treeLimits.quietMs + 1));
});

test('a path longer than any bundle goes is not followed', () => {
  const grove = new Grove(10, 1);
  const link: TreeLink & { isBase?: boolean } = {
    costClass: 'lan',
    tellPath: () => {},
    setBase: (isBase) => {
      link.isBase = isBase;
    },
  };
  grove.trees[0]!.add(link);
  const nodes = Array.from({ length: treeLimits.pathNodesMax }, (_, i) => `\0\0\0${i}`);
  grove.trees[0]!.heard(link, { cost: 1, nodes });
  assert.equal(link.isBase, false);
  grove.trees[0]!.heard(link, { cost: 1, nodes: nodes.slice(1) });
  assert.equal(link.isBase, true);
});

test('a link that only one end left for a while is part of the tree again', () => {
  const grove = new Grove(5, 3);
  const edges = [grove.link(0, 1), grove.link(1, 2)];
  grove.clock.advance(1_000);
  for (const { a, b, ends } of edges) {
    [a, b].forEach((node, i) => {
      grove.trees[node]!.remove(ends[i]!.link);
      ends[i]!.isBase = false;
      grove.clock.advance(1_000);
      grove.trees[node]!.add(ends[i]!.link);
      grove.clock.advance(1_000);
      assert.equal(grove.base().length, 2);
    });
  }
});
