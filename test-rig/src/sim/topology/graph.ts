/**
 * A graph of boxes by their numbers: its edges, how wide it is, and the chords that make it
 * narrower. For the shapes of a simulated world and their healing; no step of a message's way.
 */
import { intBelow, type SeededRandom } from '@muster/core/testing';

/** Two numbers of boxes, the lower one first. */
export type Edge = readonly [number, number];

export class Graph {
  /** Who may be a way for others; whoever is not here has no edges. */
  readonly members: readonly number[];
  readonly #neighbours = new Map<number, Set<number>>();

  constructor(members: readonly number[], edges: Iterable<Edge> = []) {
    this.members = members;
    for (const member of members) this.#neighbours.set(member, new Set());
    for (const [a, b] of edges) this.join(a, b);
  }

  /** Nothing happens when the two are one, are joined already, or are not both members. */
  join(a: number, b: number): void {
    const [ofA, ofB] = [this.#neighbours.get(a), this.#neighbours.get(b)];
    if (a === b || ofA === undefined || ofB === undefined) return;
    ofA.add(b);
    ofB.add(a);
  }

  neighbours(member: number): ReadonlySet<number> {
    return this.#neighbours.get(member)!;
  }

  edges(): Edge[] {
    return this.members.flatMap((a) =>
      [...this.#neighbours.get(a)!].filter((b) => a < b).map((b): Edge => [a, b]),
    );
  }

  /** Links between the two boxes farthest apart; Infinity when some do not reach others. */
  diameter(): number {
    const walk = new Walk(this);
    return Math.max(0, ...this.members.map((_, place) => walk.from(place)));
  }

  isWiderThan(links: number): boolean {
    const walk = new Walk(this);
    return this.members.some((_, place) => walk.from(place) > links);
  }

  /** Joins what does not reach each other, by one edge after the other. */
  connect(random: SeededRandom): void {
    const [first] = this.members;
    if (first === undefined) return;
    const reached = new Set([first]);
    const any = (from: readonly number[]) => from[intBelow(random, from.length)]!;
    for (;;) {
      // A set is walked through what is added on the way, too.
      for (const member of reached) for (const next of this.neighbours(member)) reached.add(next);
      const outside = this.members.filter((member) => !reached.has(member));
      if (outside.length === 0) return;
      const joined = any(outside);
      this.join(any([...reached]), joined);
      reached.add(joined);
    }
  }

  /** Adds chords, a few at a time, until it is no wider than this. */
  narrow(random: SeededRandom, diameterMax: number): void {
    const { members } = this;
    const atOnce = Math.ceil(members.length / 16);
    while (this.isWiderThan(diameterMax)) {
      for (let i = 0; i < atOnce; i++) {
        this.join(
          members[intBelow(random, members.length)]!,
          members[intBelow(random, members.length)]!,
        );
      }
    }
  }
}

/** Walks through a graph as it is now, breadth first. */
class Walk {
  /** By the place of a member, the places of its neighbours. */
  readonly #neighbours: readonly (readonly number[])[];
  readonly #links: Int32Array;
  readonly #queue: Int32Array;

  constructor(graph: Graph) {
    const { members } = graph;
    const places = new Map(members.map((member, place) => [member, place]));
    this.#neighbours = members.map((member) =>
      [...graph.neighbours(member)].map((neighbour) => places.get(neighbour)!),
    );
    this.#links = new Int32Array(members.length);
    this.#queue = new Int32Array(members.length);
  }

  /** Links to the member farthest from this one; Infinity when it does not reach all. */
  from(start: number): number {
    const [links, queue] = [this.#links.fill(-1), this.#queue];
    let reached = 1;
    links[start] = 0;
    queue[0] = start;
    for (let at = 0; at < reached; at++) {
      const place = queue[at]!;
      for (const next of this.#neighbours[place]!) {
        if (links[next] !== -1) continue;
        links[next] = links[place]! + 1;
        queue[reached++] = next;
      }
    }
    return reached < queue.length ? Infinity : links[queue[reached - 1]!]!;
  }
}

/** Links between the two boxes farthest apart, of those numbered from 0. */
export function diameter(nodes: number, edges: readonly Edge[]): number {
  return new Graph(numbersTo(nodes), edges).diameter();
}

/** 0 up to but not including this. */
export function numbersTo(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number);
}
