/**
 * After healing the honest boxes hold equal sets: what a neighbour has and may still send on, a box
 * has too, unless it has no room for it by its own shares. A box that rightly let something go does
 * not carry it on, so the way leads over those that hold it. What liars wrote is owed to nobody.
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
  const neighbours = neighboursOf(parts.edges);
  for (const message of unionOf(holdings)) {
    const lacking = boxes.filter(({ number }) => !holdings.get(number)?.has(message));
    if (lacking.length === 0 || message.byLiar || !parts.mustLive(message)) continue;
    const hops = hopsAmongHolders(message, holdings, neighbours);
    for (const { number: node } of lacking) {
      const near = neighbours.get(node)?.find((other) => hops.get(other)! < message.hopLimit);
      if (near === undefined || parts.isExcused(message, node)) continue;
      const way = `which box ${near} has at ${hops.get(near)} of ${message.hopLimit} hops`;
      const text = `lacks ${shortId(message.id)}, ${way}`;
      parts.violate({ check: 'not-converged', atMs: parts.nowMs, node, text });
    }
  }
}

function unionOf(holdings: ReadonlyMap<number, Holding>): Set<Message> {
  return new Set([...holdings.values()].flatMap((holding) => [...holding.keys()]));
}

function neighboursOf(edges: readonly (readonly [number, number])[]): Map<number, number[]> {
  const neighbours = new Map<number, number[]>();
  for (const [a, b] of edges) {
    neighbours.set(a, [...(neighbours.get(a) ?? []), b]);
    neighbours.set(b, [...(neighbours.get(b) ?? []), a]);
  }
  return neighbours;
}

/** The fewest links over which each holder can know it, by way of other holders. */
function hopsAmongHolders(
  message: Message,
  holdings: ReadonlyMap<number, Holding>,
  neighbours: ReadonlyMap<number, readonly number[]>,
): Map<number, number> {
  const hops = new Map<number, number>();
  for (const [node, holding] of holdings) {
    const own = holding.get(message);
    if (own !== undefined) hops.set(node, own);
  }
  const shorter = [...hops.keys()];
  for (const node of shorter) {
    for (const next of neighbours.get(node) ?? []) {
      if (!(hops.get(node)! + 1 < hops.get(next)!)) continue;
      hops.set(next, hops.get(node)! + 1);
      shorter.push(next);
    }
  }
  return hops;
}
