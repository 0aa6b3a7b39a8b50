/**
 * Which neighbours are known to hold the bundles of this node's own clients: what stands behind
 * "held at n nodes". It counts only what a neighbour said itself; nothing is guessed.
 */
import { bytesKey } from '../bytes/key.ts';
import { storeLimits } from '../limits.ts';

export class Holders {
  /** Undefined until the first neighbour says so: most are asked for before that. */
  readonly #neighbours = new Map<string, Set<string> | undefined>();

  /** Begins to count for a bundle that a client of this node put. */
  track(id: Uint8Array): void {
    if (this.#neighbours.size >= storeLimits.holdersTrackedMax) {
      const [oldest] = this.#neighbours.keys();
      if (oldest !== undefined) this.#neighbours.delete(oldest);
    }
    this.#neighbours.set(bytesKey(id), undefined);
  }

  /** The number of nodes now, this one included; undefined when nothing changed. */
  add(id: Uint8Array, neighbour: Uint8Array): number | undefined {
    const bundle = bytesKey(id);
    if (!this.#neighbours.has(bundle)) return undefined;
    const holders = this.#neighbours.get(bundle) ?? new Set();
    const before = holders.size;
    holders.add(bytesKey(neighbour));
    this.#neighbours.set(bundle, holders);
    return holders.size === before ? undefined : 1 + holders.size;
  }

  /** Nodes known to hold it, this one included. */
  count(id: Uint8Array): number {
    return 1 + (this.#neighbours.get(bytesKey(id))?.size ?? 0);
  }
}
