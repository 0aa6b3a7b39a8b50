/**
 * What a store kept, read back into memory at a start (step 3): entries, the ids of the dead, what
 * is known of authors. It judges nothing.
 */
import { authorKeyOf } from '../inventory/author-key.ts';
import type { ExpiredIds } from '../inventory/expired-ids.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Store } from '../ports/store.ts';
import type { Authors } from '../receive/authors.ts';

export interface Memory {
  readonly inventory: Inventory;
  readonly authors: Authors;
  readonly expired: ExpiredIds;
}

export interface Loaded {
  /** 0 when nothing was there. */
  readonly rowMax: number;
  readonly arrivedTickMsMax: number;
}

export function loadMemory(
  store: Pick<Store, 'load'>,
  { inventory, authors, expired }: Memory,
): Loaded {
  let rowMax = 0;
  let arrivedTickMsMax = 0;
  store.load({
    entry: (entry) => {
      inventory.add(entry);
      authors.saw(authorKeyOf(entry), entry.seq);
      rowMax = Math.max(rowMax, entry.row);
      arrivedTickMsMax = Math.max(arrivedTickMsMax, entry.arrivedTickMs);
    },
    expired: (id) => expired.add(id),
    author: (author) => authors.load(author),
  });
  return { rowMax, arrivedTickMsMax };
}
