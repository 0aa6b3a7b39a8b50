/**
 * After healing the honest boxes hold equal sets: what one of them has and what still lives is at
 * every other that it can reach by its hops, unless that box has no room for it by its own shares.
 * What liars wrote is owed to nobody.
 */
import { shortId } from '@muster/core';
import type { Box } from './events.ts';
import type { Message } from './history.ts';
import type { Violate } from './violation.ts';

/** What one box has at the end: links that each message had come, by message. */
export type Holding = ReadonlyMap<Message, number>;

export interface ConvergenceParts {
  readonly nowMs: number;
  readonly edges: readonly (readonly [number, number])[];
  readonly violate: Violate;
  readonly mustLive: (message: Message) => boolean;
  /** Whether a box may rightly be without it. */
  readonly isExcused: (message: Message, node: number) => boolean;
}

export function judgeConvergence(
  boxes: readonly Box[],
  holdings: ReadonlyMap<number, Holding>,
  parts: ConvergenceParts,
): void {
  const reach = new Reach(parts.edges);
  for (const message of unionOf(holdings)) {
    if (message.byLiar || !parts.mustLive(message)) continue;
    for (const { number: node } of boxes) {
      if (holdings.get(node)?.has(message)) continue;
      const holder = reach.nearestHolder(message, node, holdings);
      if (!holder || parts.isExcused(message, node)) continue;
      const way = `${holder.hops} of ${message.hopLimit} hops by way of box ${holder.node}`;
      const text = `lacks ${shortId(message.id)}, ${way}`;
      parts.violate({ check: 'not-converged', atMs: parts.nowMs, node, text });
    }
  }
}

function unionOf(holdings: ReadonlyMap<number, Holding>): Set<Message> {
  return new Set([...holdings.values()].flatMap((holding) => [...holding.keys()]));
}

/** How many links lie between boxes, by the healed edges. */
class Reach {
  readonly #neighbours = new Map<number, number[]>();
  readonly #distances = new Map<number, Map<number, number>>();

  constructor(edges: readonly (readonly [number, number])[]) {
    for (const [a, b] of edges) {
      this.#neighbours.set(a, [...(this.#neighbours.get(a) ?? []), b]);
      this.#neighbours.set(b, [...(this.#neighbours.get(b) ?? []), a]);
    }
  }

  /** The holder from which it comes to a box in the fewest hops, if its limit lets it. */
  nearestHolder(message: Message, to: number, holdings: ReadonlyMap<number, Holding>) {
    let nearest: { readonly node: number; readonly hops: number } | undefined;
    const distances = this.#from(to);
    for (const [node, holding] of holdings) {
      const hops = (holding.get(message) ?? Infinity) + (distances.get(node) ?? Infinity);
      if (hops > message.hopLimit || hops >= (nearest?.hops ?? Infinity)) continue;
      nearest = { node, hops };
    }
    return nearest;
  }

  /** Breadth first. */
  #from(start: number): Map<number, number> {
    let distances = this.#distances.get(start);
    if (!distances) {
      distances = new Map([[start, 0]]);
      for (const [node, links] of distances) {
        for (const next of this.#neighbours.get(node) ?? []) {
          if (!distances.has(next)) distances.set(next, links + 1);
        }
      }
      this.#distances.set(start, distances);
    }
    return distances;
  }
}
