/**
 * The shapes of a simulated mesh in which nothing moves, as edges between numbered boxes; each of
 * them is connected. No step of a message's way.
 */
import { fraction, intBelow, type SeededRandom } from '@muster/core/testing';
import { type Edge, numbersTo } from './graph.ts';

/** Boxes of one cluster, all joined to each other. */
const clusterSize = 5;
/** Nearest boxes that a box of the plane is joined to. */
const nearestCount = 4;

export function lineEdges(nodes: number): Edge[] {
  return numbersTo(nodes - 1).map((a): Edge => [a, a + 1]);
}

/** A ring with chords. */
export function ringEdges(random: SeededRandom, nodes: number): Edge[] {
  return numbersTo(nodes).flatMap((a): Edge[] => {
    const next: Edge = [a, (a + 1) % nodes];
    return a % 3 === 0 ? [next, [a, intBelow(random, nodes)]] : [next];
  });
}

/** Full clusters, bridged in a ring and by a few random bridges. */
export function clusterEdges(random: SeededRandom, nodes: number): Edge[] {
  return numbersTo(nodes).flatMap((a): Edge[] => {
    const start = a - (a % clusterSize);
    const end = Math.min(start + clusterSize, nodes);
    const within = numbersTo(end - a - 1).map((i): Edge => [a, a + 1 + i]);
    if (a !== start) return within;
    return [...within, [a, (a + clusterSize) % nodes], [a, intBelow(random, nodes)]];
  });
}

/** Points in a square, joined to those nearest and, so that it is whole, to an earlier one. */
export function geometricEdges(random: SeededRandom, nodes: number): Edge[] {
  const points = numbersTo(nodes).map(() => [fraction(random), fraction(random)] as const);
  const distance = (a: number, b: number) =>
    Math.hypot(points[a]![0] - points[b]![0], points[a]![1] - points[b]![1]);
  return numbersTo(nodes).flatMap((a): Edge[] => {
    const others = numbersTo(nodes).filter((b) => b !== a);
    others.sort((b, c) => distance(a, b) - distance(a, c) || b - c);
    const near = others.slice(0, nearestCount).map((b): Edge => [a, b]);
    const earlier = others.find((b) => b < a);
    return earlier === undefined ? near : [...near, [a, earlier]];
  });
}
