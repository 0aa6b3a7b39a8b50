/**
 * Which neighbours are known to hold the bundles of this node's own clients: what stands behind
 * "held at n nodes". It counts only what a neighbour said itself; nothing is guessed.
 */
import { bytesKey } from '../bytes/key.ts';
import { storeLimits } from '../limits.ts';

export class Holders {
  readonly #neighbours = new Map<string, Set<string>>();

  /** Begins to count for a bundle that a client of this node put. */
  track(id: Uint8Array): void {
    if (this.#neighbours.size >= storeLimits.holdersTrackedMax) {
      const [oldest] = this.#neighbours.keys();
      if (oldest !== undefined) this.#neighbours.delete(oldest);
    }
    this.#neighbours.set(bytesKey(id), new Set());
  }

  isTracked(id: Uint8Array): boolean {
    return this.#neighbours.has(bytesKey(id));
  }

  /** The number of nodes now, this one included; undefined when nothing changed. */
  add(id: Uint8Array, neighbour: Uint8Array): number | undefined {
    const holders = this.#neighbours.get(bytesKey(id));
    const key = bytesKey(neighbour);
    if (!holders || holders.has(key)) return undefined;
    holders.add(key);
    return 1 + holders.size;
  }

  /** Nodes known to hold it, this one included. */
  count(id: Uint8Array): number {
    return 1 + (this.#neighbours.get(bytesKey(id))?.size ?? 0);
  }
}
