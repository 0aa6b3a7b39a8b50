/**
 * The database where the browser gives none (private windows, storage switched off): everything is
 * in memory and gone with the tab, which the page says. Same rules as the real one, atomic writes
 * included.
 */
import {
  type Database,
  type Range,
  type Reading,
  type StoreName,
  storeNames,
  type Writing,
} from './database.ts';

type Tables = Record<StoreName, Map<string, unknown>>;

function emptyTables(): Tables {
  const pairs = storeNames.map((name) => [name, new Map<string, unknown>()] as const);
  return Object.fromEntries(pairs) as Tables;
}

export class MemoryDatabase implements Database {
  readonly persistent = false;
  #tables = emptyTables();
  #last: Promise<unknown> = Promise.resolve();

  read<T>(_stores: readonly StoreName[], run: (tx: Reading) => Promise<T>): Promise<T> {
    return this.#queue(() => run(operations(this.#tables)));
  }

  write<T>(stores: readonly StoreName[], run: (tx: Writing) => Promise<T>): Promise<T> {
    return this.#queue(async () => {
      const copy = { ...this.#tables };
      for (const name of stores) copy[name] = new Map(copy[name]);
      const value = await run(operations(copy));
      this.#tables = copy;
      return value;
    });
  }

  close(): void {}

  async destroy(): Promise<void> {
    this.#tables = emptyTables();
  }

  /** One after the other, whatever became of the one before. */
  #queue<T>(run: () => Promise<T>): Promise<T> {
    const next = this.#last.then(run, run);
    this.#last = next.catch(() => undefined);
    return next;
  }
}

function operations(tables: Tables): Writing {
  const within = (store: StoreName, from = '', to?: string) =>
    [...tables[store].keys()].filter((key) => key >= from && (to === undefined || key <= to));
  return {
    get: async <T>(store: StoreName, key: string) => tables[store].get(key) as T | undefined,
    range: async <T>(store: StoreName, range: Range) => {
      const keys = within(store, range.from, range.to).sort();
      if (range.newestFirst) keys.reverse();
      return keys.slice(0, range.limit).map((key) => [key, tables[store].get(key) as T] as const);
    },
    count: async (store, from, to) => within(store, from, to).length,
    put: (store, key, value) => void tables[store].set(key, value),
    delete: (store, key) => void tables[store].delete(key),
  };
}
