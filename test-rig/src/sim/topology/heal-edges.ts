/**
 * Whom healing joins: boxes in reach of each other, and as many more as make the honest ones a mesh
 * of their own that is narrow enough for every bundle. Liars are nobody's only way. No step of a
 * message's way.
 */
import type { SeededRandom } from '@muster/core/testing';
import type { Contact } from './contacts.ts';
import { type Edge, Graph, numbersTo } from './graph.ts';

/** A guest's bundle goes five links: to everybody even by a way that is not the shortest. */
const diameterMax = 4;

export interface HealOptions {
  readonly nodes: number;
  readonly contacts: readonly Contact[];
  /** Those in reach at this time stay so. */
  readonly atMs: number;
  readonly liars: readonly number[];
}

/** Edges of the healed mesh, of liars too. */
export function healEdges(random: SeededRandom, options: HealOptions): Edge[] {
  const { nodes, contacts, atMs, liars } = options;
  const inReach = contacts
    .filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)
    .map(({ a, b }): Edge => [a, b]);
  const honest = new Graph(
    numbersTo(nodes).filter((box) => !liars.includes(box)),
    inReach,
  );
  honest.connect(random);
  honest.narrow(random, diameterMax);
  return new Graph(numbersTo(nodes), [...honest.edges(), ...inReach]).edges();
}
