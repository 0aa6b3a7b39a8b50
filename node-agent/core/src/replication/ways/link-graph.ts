/**
 * The mesh as its nodes describe it, and the shortest ways in it (step 4 of a message's way): from
 * each node a tree to all others that everybody who knows the same links finds alike. A link counts
 * only when both its ends speak of it. Never changes; made anew when something was told.
 */
import { eachLink, type NodeLinks, type NodeNumber } from '../messages/node-links.ts';

/** The place of a node in the tree from some origin. */
export interface Route {
  /** From whom it comes; undefined at the origin. */
  readonly parent: NodeNumber | undefined;
  readonly children: ReadonlySet<NodeNumber>;
}

/** Shared by the many that pass nothing on. */
const nobody: ReadonlySet<NodeNumber> = new Set();

export class LinkGraph {
  /** Lowest first: the index of a number names a node below. */
  readonly #numbers: readonly NodeNumber[];
  readonly #indexOf: ReadonlyMap<NodeNumber, number>;
  /** Neighbour and cost by turns. */
  readonly #links: readonly (readonly number[])[];
  /** Of all nodes: as many are looked at to find a route. */
  readonly linkCount: number;

  constructor(told: readonly NodeLinks[]) {
    const sorted = told.toSorted((a, b) => a.node - b.node);
    this.#numbers = sorted.map(({ node }) => node);
    this.#indexOf = new Map(this.#numbers.map((node, i) => [node, i]));
    this.#links = this.#mutual(sorted);
    this.linkCount = this.#links.reduce((sum, links) => sum + links.length / 2, 0);
  }

  knows(node: NodeNumber): boolean {
    return this.#indexOf.has(node);
  }

  /** Nodes with a link to this one of which both ends spoke. */
  neighboursOf(node: NodeNumber): ReadonlySet<NodeNumber> {
    const index = this.#indexOf.get(node);
    const links = index === undefined ? [] : this.#links[index]!;
    return new Set(links.filter((_, i) => i % 2 === 0).map((at) => this.#numbers[at]!));
  }

  /**
   * All nodes to which there is a way, itself included, lowest first; none when it is unknown. As
   * if there were no link with `without`.
   */
  reachable(from: NodeNumber, without?: NodeNumber): NodeNumber[] {
    const parents = this.#tree(from, without);
    return this.#numbers.filter((_, i) => parents !== undefined && parents[i] !== -1);
  }

  /** Undefined when there is no way from the origin to `own`. Takes time: to be kept. */
  route(origin: NodeNumber, own: NodeNumber): Route | undefined {
    const parents = this.#tree(origin);
    const at = this.#indexOf.get(own);
    if (parents === undefined || at === undefined || parents[at] === -1) return undefined;
    const found = this.#numbers.filter((_, i) => parents[i] === at && i !== at);
    const children = found.length > 0 ? new Set(found) : nobody;
    const parent = parents[at]! === at ? undefined : this.#numbers[parents[at]!];
    return { parent, children };
  }

  #mutual(told: readonly NodeLinks[]): number[][] {
    const spoken = told.map((one) => this.#spoken(one));
    // How far each list was read: those who look for themselves in it come lowest first.
    const readTo = new Int32Array(told.length);
    return spoken.map((own, a) => {
      const links: number[] = [];
      for (let i = 0; i < own.length; i += 2) {
        const b = own[i]!;
        const back = spoken[b]!;
        let at = readTo[b]!;
        while (at < back.length && back[at]! < a) at += 2;
        readTo[b] = at;
        if (b !== a && back[at] === a) links.push(b, Math.max(own[i + 1]!, back[at + 1]!));
      }
      return links;
    });
  }

  /** Of whom that is known a node speaks, lowest first, and the cost, by turns. */
  #spoken(one: NodeLinks): number[] {
    const links: number[] = [];
    eachLink(one, (node, cost) => {
      const index = this.#indexOf.get(node);
      if (index !== undefined) links.push(index, cost);
    });
    return links;
  }

  /**
   * The parent of each node, -1 where there is no way; the origin is its own. Dijkstra's algorithm
   * over small whole costs. Of equal parents the lowest wins, so that the trees of many origins
   * share links, which know their authors then: that saves bytes.
   */
  #tree(origin: NodeNumber, without?: NodeNumber): Int32Array | undefined {
    const start = this.#indexOf.get(origin);
    if (start === undefined) return undefined;
    const unlinked = without === undefined ? undefined : this.#indexOf.get(without);
    const count = this.#numbers.length;
    const parents = new Int32Array(count).fill(-1);
    const costs = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    parents[start] = start;
    costs[start] = 0;
    const buckets: number[][] = [[start]];
    for (let cost = 0; cost < buckets.length; cost++) {
      for (const node of buckets[cost] ?? []) {
        if (costs[node] !== cost) continue;
        const links = this.#links[node]!;
        for (let i = 0; i < links.length; i += 2) {
          const to = links[i]!;
          if (to === unlinked && node === start) continue;
          const there = cost + links[i + 1]!;
          if (there > costs[to]!) continue;
          if (there === costs[to]! && node >= parents[to]!) continue;
          parents[to] = node;
          if (there === costs[to]!) continue;
          costs[to] = there;
          buckets[there] ??= [];
          buckets[there].push(to);
        }
      }
    }
    return parents;
  }
}
