/**
 * Bundles that became known here of late, by the prefix of their id: how announcements, offers and
 * questions are recognised, and whom to tell once a bundle is on disk (steps 3 and 4 of a message's
 * way). Bounded; an id that fell out is asked for once more at worst, and then seen as known.
 */
import { BoundedMap } from '../../bounds/bounded-map.ts';
import { bytesKey, bytesOfKey } from '../../bytes/key.ts';
import { memoryLimits } from '../limits.ts';
import type { IdPrefix } from '../messages/id-prefix.ts';
import type { NodeNumber } from '../messages/node-links.ts';

/** How it came. */
interface Came {
  readonly live: boolean;
  readonly mark: NodeNumber;
}

interface Recent {
  /** The id as text: a fifth of what an array takes in memory. */
  readonly id: string;
  /** Pushed along the tree, and so pushed on; else it came as backlog and is offered on. */
  readonly live: boolean;
  /** The node from which it follows the shortest ways, or 0. */
  mark: NodeNumber;
  stored: boolean;
  /** Receptions of it that were not decided yet. */
  pending: number;
  /** Undefined while nobody waits, as for most. */
  tell: (() => void)[] | undefined;
}

export class RecentIds {
  readonly #recent = new BoundedMap<IdPrefix, Recent>(memoryLimits.recentMax);
  #pendingCount = 0;

  /** Neighbours' bundles handed to the store and not answered by it yet. */
  get pendingCount(): number {
    return this.#pendingCount;
  }

  has(prefix: IdPrefix): boolean {
    return this.#recent.has(prefix);
  }

  idOf(prefix: IdPrefix): Uint8Array | undefined {
    const recent = this.#recent.get(prefix);
    return recent && bytesOfKey(recent.id);
  }

  /** Whether it is passed on live; what came from a client of this node always is. */
  isLive(prefix: IdPrefix): boolean {
    return this.#recent.get(prefix)?.live ?? true;
  }

  markOf(prefix: IdPrefix): NodeNumber {
    return this.#recent.get(prefix)?.mark ?? 0;
  }

  /** It enters the mesh here. */
  mark(prefix: IdPrefix, mark: NodeNumber): void {
    const recent = this.#recent.get(prefix);
    if (recent !== undefined) recent.mark = mark;
  }

  /** It was known here before, on disk or not. */
  known(prefix: IdPrefix, id: Uint8Array, stored: boolean): void {
    this.#recent.set(prefix, newRecent(id, stored, { live: true, mark: 0 }));
  }

  /** It is on disk. */
  stored(prefix: IdPrefix, id: Uint8Array): void {
    const recent = this.#recent.get(prefix);
    if (recent === undefined) {
      this.known(prefix, id, true);
      return;
    }
    recent.stored = true;
    const { tell = [] } = recent;
    recent.tell = undefined;
    for (const run of tell) run();
  }

  /** It was withdrawn here, and may come again. What is under way settles by itself. */
  forget(prefix: IdPrefix): void {
    if (this.#recent.get(prefix)?.pending === 0) this.#recent.delete(prefix);
  }

  /** Runs `tell` once the bundle is on disk, at once when it is; never when unknown here. */
  whenStored(prefix: IdPrefix, tell: () => void): void {
    const recent = this.#recent.get(prefix);
    if (recent?.stored === true) tell();
    else if (recent !== undefined && (recent.tell ?? []).length < memoryLimits.toTellMax) {
      recent.tell ??= [];
      recent.tell.push(tell);
    }
  }

  /**
   * A neighbour's bundle is about to be checked and stored. The function returned is called once,
   * with whether it is on disk; when it is not, the bundle may be asked for again.
   */
  receiving(prefix: IdPrefix, id: Uint8Array, came: Came): (held: boolean) => void {
    const recent = this.#recent.get(prefix) ?? newRecent(id, false, came);
    if (recent.pending === 0 && !recent.stored) this.#recent.set(prefix, recent);
    recent.pending += 1;
    this.#pendingCount += 1;
    let open = true;
    return (held) => {
      if (!open) return;
      open = false;
      this.#pendingCount -= 1;
      recent.pending -= 1;
      if (held) this.stored(prefix, id);
      else if (recent.pending === 0 && !recent.stored) this.#recent.delete(prefix);
    };
  }
}

function newRecent(id: Uint8Array, stored: boolean, { live, mark }: Came): Recent {
  return { id: bytesKey(id), live, mark, stored, pending: 0, tell: undefined };
}
