/**
 * Notices a node key that is in two hands (step 4 of a message's way). All hellos of one run of a
 * node begin with the same 8 random bytes. Whoever shows an earlier run long after a later one
 * began runs twice at once: its card was copied.
 */
import { BoundedMap } from '../bounds/bounded-map.ts';
import { bytesKey } from '../bytes/key.ts';
import { cloneLimits } from './limits.ts';

interface Newest {
  readonly run: string;
  readonly sinceMs: number;
  /** Earlier ones, the latest last. */
  readonly earlier: readonly string[];
}

export class Runs {
  readonly #newest = new BoundedMap<string, Newest>(cloneLimits.nodesMax);

  /** Takes note of a proven neighbour's hello; `second` when two nodes must have this key. */
  note(nodeKey: Uint8Array, run: Uint8Array, nowMs: number): 'newest' | 'earlier' | 'second' {
    const key = bytesKey(nodeKey);
    const name = bytesKey(run);
    const newest = this.#newest.get(key);
    if (newest?.run === name) return 'newest';
    // What the earlier run sent at its end may still have been on its way for a while.
    if (newest?.earlier.includes(name)) {
      return nowMs - newest.sinceMs > cloneLimits.overlapMs ? 'second' : 'earlier';
    }
    const earlier = newest ? [...newest.earlier, newest.run].slice(-cloneLimits.earlierMax) : [];
    this.#newest.set(key, { run: name, sinceMs: nowMs, earlier });
    return 'newest';
  }
}
