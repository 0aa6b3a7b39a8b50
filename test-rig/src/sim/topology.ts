/**
 * Who is in reach of whom: the edges of a simulated mesh. Every shape is connected, and no wider
 * than a site may be: farther than a bundle's hops nobody is owed anything.
 */
import { fraction, intBelow, type SeededRandom } from '@muster/core/testing';

export const topologyNames = ['ring', 'clusters', 'geometric'] as const;
export type TopologyName = (typeof topologyNames)[number];

/**
 * Links between the two boxes farthest apart; well below the hops of staff, as links also break.
 */
const diameterMax = 6;

/** Two node numbers, the lower one first. */
export type Edge = readonly [number, number];

export function drawTopology(name: TopologyName, nodes: number, random: SeededRandom): Edge[] {
  const edges = new Map<string, Edge>();
  const join = (a: number, b: number) => {
    if (a !== b) edges.set(`${Math.min(a, b)}-${Math.max(a, b)}`, [Math.min(a, b), Math.max(a, b)]);
  };
  if (name === 'ring') chordedRing(nodes, join, random);
  else if (name === 'clusters') clusters(nodes, join, random);
  else geometric(nodes, join, random);
  while (diameter(nodes, [...edges.values()]) > diameterMax) {
    join(intBelow(random, nodes), intBelow(random, nodes));
  }
  return [...edges.values()];
}

function diameter(nodes: number, edges: readonly Edge[]): number {
  const neighbours = Array.from({ length: nodes }, (): number[] => []);
  for (const [a, b] of edges) {
    neighbours[a]!.push(b);
    neighbours[b]!.push(a);
  }
  return Math.max(...neighbours.map((_, start) => eccentricity(start, neighbours)));
}

/** Links to the farthest node, breadth first. */
function eccentricity(start: number, neighbours: readonly (readonly number[])[]): number {
  const distance = new Map([[start, 0]]);
  for (const [node, links] of distance) {
    for (const next of neighbours[node]!) if (!distance.has(next)) distance.set(next, links + 1);
  }
  return distance.size < neighbours.length ? Infinity : Math.max(...distance.values());
}

type Join = (a: number, b: number) => void;

/** A ring with chords, so that nobody is more hops away than a bundle may go. */
function chordedRing(nodes: number, join: Join, random: SeededRandom): void {
  for (let a = 0; a < nodes; a++) {
    join(a, (a + 1) % nodes);
    if (a % 3 === 0) join(a, intBelow(random, nodes));
  }
}

/** Full clusters of five, bridged in a ring and by a few random bridges. */
function clusters(nodes: number, join: Join, random: SeededRandom): void {
  const size = 5;
  for (let a = 0; a < nodes; a++) {
    const start = a - (a % size);
    for (let b = start; b < Math.min(start + size, nodes); b++) join(a, b);
    if (a % size === 0) {
      join(a, (a + size) % nodes);
      join(a, intBelow(random, nodes));
    }
  }
}

/** Points in a square, joined to their four nearest; a spanning chain keeps it whole. */
function geometric(nodes: number, join: Join, random: SeededRandom): void {
  const points = Array.from({ length: nodes }, () => [fraction(random), fraction(random)] as const);
  const distance = (a: number, b: number) =>
    Math.hypot(points[a]![0] - points[b]![0], points[a]![1] - points[b]![1]);
  for (let a = 0; a < nodes; a++) {
    const others = points.map((_, b) => b).filter((b) => b !== a);
    others.sort((b, c) => distance(a, b) - distance(a, c) || b - c);
    for (const b of others.slice(0, 4)) join(a, b);
    const earlier = others.find((b) => b < a);
    if (earlier !== undefined) join(a, earlier);
  }
}
