/**
 * The ids of the dead in a memory store (step 3), in groups by when they may be forgotten, so that
 * the sweep of a simulated node looks at what is due and not at all of them. Decides nothing.
 */
import { bytesKey } from '../bytes/key.ts';
import type { ExpiredId } from '../ports/store.ts';

const groupMs = 10 * 60_000;

export class MemoryExpired {
  readonly #groups = new Map<number, Map<string, ExpiredId>>();

  /** Soonest to be forgotten first. */
  all(): ExpiredId[] {
    const ids = [...this.#groups.values()].flatMap((group) => [...group.values()]);
    return ids.sort((a, b) => a.forgetTickMs - b.forgetTickMs);
  }

  /** Those whose time is at or before this. */
  due(untilTickMs: number): ExpiredId[] {
    const due: ExpiredId[] = [];
    for (const [number, group] of this.#groups) {
      if (number * groupMs > untilTickMs) continue;
      for (const id of group.values()) if (id.forgetTickMs <= untilTickMs) due.push(id);
    }
    return due;
  }

  /** False when it was in it already. */
  add(id: ExpiredId): boolean {
    const number = groupOf(id);
    const group = this.#groups.get(number) ?? new Map<string, ExpiredId>();
    this.#groups.set(number, group);
    const key = keyOf(id);
    const isNew = !group.has(key);
    if (isNew) group.set(key, id);
    return isNew;
  }

  delete(id: ExpiredId): void {
    const group = this.#groups.get(groupOf(id));
    group?.delete(keyOf(id));
    if (group?.size === 0) this.#groups.delete(groupOf(id));
  }
}

function groupOf({ forgetTickMs }: ExpiredId): number {
  return Math.floor(forgetTickMs / groupMs);
}

function keyOf({ prefix, forgetTickMs }: ExpiredId): string {
  return `${forgetTickMs}:${bytesKey(prefix)}`;
}
