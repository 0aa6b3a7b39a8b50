/** Boxes in a field: who hears whom by their places, and which islands their links make. */
import type { Reach } from '@muster/adapters/transport-ble/testing';
import { bytesKey } from '@muster/core';
import { fraction, type SeededRandom } from '@muster/core/testing';
import type { Box } from './boxes.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Free space and some obstacles: 25 dB for ten times the distance. */
export function reachOf(places: ReadonlyMap<string, Place>, rangeM: number): Reach {
  return (from, to) => {
    const [a, b] = [places.get(from.host), places.get(to.host)];
    if (a === undefined || b === undefined) return undefined;
    const distanceM = Math.max(0.5, Math.hypot(a.x - b.x, a.y - b.y));
    return distanceM > rangeM ? undefined : Math.round(-59 - 25 * Math.log10(distanceM));
  };
}

export function drawnPlaces(random: SeededRandom, count: number, sideM: number): Place[] {
  const draw = (): number => fraction(random) * sideM;
  return Array.from({ length: count }, () => ({ x: draw(), y: draw() }));
}

/** Sets of names that are joined, by whatever edges. */
export function islandsOf(
  names: readonly string[],
  joined: (a: string, b: string) => boolean,
): string[][] {
  const left = new Set(names);
  const islands: string[][] = [];
  for (const first of names) {
    if (!left.delete(first)) continue;
    const island = [first];
    for (const name of island) {
      for (const other of left) {
        if (!joined(name, other)) continue;
        left.delete(other);
        island.push(other);
      }
    }
    islands.push(island);
  }
  return islands;
}

export function linkedNames(boxes: readonly Box[]): Set<string> {
  const nameOf = new Map(boxes.map(({ name, nodeKey }) => [bytesKey(nodeKey), name]));
  return new Set(
    boxes.flatMap(({ name, above }) =>
      [...above.links.keys()].map((key) => `${name} ${nameOf.get(key)}`),
    ),
  );
}
