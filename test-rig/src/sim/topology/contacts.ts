/**
 * Draws the shape of a simulated mesh as contacts: who is in reach of whom from when until when.
 * Cables last for ever, radios of what moves do not. No step of a message's way.
 */
import type { SeededRandom } from '@muster/core/testing';
import { clusterEdges, geometricEdges, lineEdges, ringEdges } from './cables.ts';
import { courierContacts } from './couriers.ts';
import { type Edge, Graph, numbersTo } from './graph.ts';
import { movingContacts } from './moving.ts';

export const topologyNames = [
  'line',
  'ring',
  'clusters',
  'geometric',
  'moving',
  'couriers',
] as const;
export type TopologyName = (typeof topologyNames)[number];

/** Whether boxes meet on air, where links are slow and shared: those that move have no cable. */
export function isByRadio(name: TopologyName): boolean {
  return name === 'moving' || name === 'couriers';
}

/** Two boxes, the lower number first, in reach of each other; Infinity: a cable, which stays. */
export interface Contact {
  readonly a: number;
  readonly b: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface ContactsOptions {
  readonly name: TopologyName;
  readonly nodes: number;
  readonly hours: number;
}

/**
 * Links between the two boxes farthest apart of what is joined by cables: well below the hops of
 * staff, as links also break. Farther than a bundle's hops nobody is owed anything.
 */
const diameterMax = 6;

/** By time, then by numbers; those of one pair follow each other and never overlap. */
export function drawContacts(random: SeededRandom, options: ContactsOptions): Contact[] {
  const contacts = draw(random, options);
  return contacts.sort((x, y) => x.fromMs - y.fromMs || x.a - y.a || x.b - y.b);
}

function draw(random: SeededRandom, { name, nodes, hours }: ContactsOptions): Contact[] {
  const untilMs = hours * 3_600_000;
  switch (name) {
    case 'line':
      return cables(random, nodes, lineEdges(nodes));
    case 'ring':
      return cables(random, nodes, ringEdges(random, nodes));
    case 'clusters':
      return cables(random, nodes, clusterEdges(random, nodes));
    case 'geometric':
      return cables(random, nodes, geometricEdges(random, nodes));
    case 'moving':
      return movingContacts(random, nodes, untilMs);
    case 'couriers':
      return courierContacts(random, nodes, untilMs);
  }
}

function cables(random: SeededRandom, nodes: number, edges: readonly Edge[]): Contact[] {
  const graph = new Graph(numbersTo(nodes), edges);
  graph.narrow(random, diameterMax);
  return graph.edges().map(([a, b]) => ({ a, b, fromMs: 0, untilMs: Infinity }));
}
