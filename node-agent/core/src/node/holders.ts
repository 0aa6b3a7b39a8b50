/**
 * Which neighbours are known to hold the bundles of this node's own clients: what stands behind
 * "held at n nodes". It counts only what a neighbour said itself; nothing is guessed.
 */
import { BoundedMap } from '../bounds/bounded-map.ts';
import { bytesKey } from '../bytes/key.ts';
import { storeLimits } from '../limits.ts';

interface Tracked {
  /** Undefined until the first neighbour says so: most are asked for before that. */
  neighbours: Set<string> | undefined;
}

export class Holders {
  readonly #tracked = new BoundedMap<string, Tracked>(storeLimits.holdersTrackedMax);

  /** Begins to count for a bundle that a client of this node put. */
  track(id: Uint8Array): void {
    this.#tracked.set(bytesKey(id), { neighbours: undefined });
  }

  /** The number of nodes now, this one included; undefined when nothing changed. */
  add(id: Uint8Array, neighbour: Uint8Array): number | undefined {
    const tracked = this.#tracked.get(bytesKey(id));
    if (!tracked) return undefined;
    tracked.neighbours ??= new Set();
    const before = tracked.neighbours.size;
    tracked.neighbours.add(bytesKey(neighbour));
    return tracked.neighbours.size === before ? undefined : 1 + tracked.neighbours.size;
  }

  /** Nodes known to hold it, this one included. */
  count(id: Uint8Array): number {
    return 1 + (this.#tracked.get(bytesKey(id))?.neighbours?.size ?? 0);
  }
}
