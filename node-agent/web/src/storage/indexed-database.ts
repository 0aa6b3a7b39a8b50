/**
 * The database on IndexedDB: a thin layer of promises and nothing more. It holds keys and the
 * outbox (step 1), so it never hides a failed commit, and it steps aside when another tab brings a
 * newer version or deletes everything.
 */
import {
  type Database,
  type Range,
  type Reading,
  type StoreName,
  storeNames,
  type Writing,
} from './database.ts';

/** Raise it together with a step in `upgrade`. */
const schemaVersion = 1;

function upgrade(db: IDBDatabase, fromVersion: number): void {
  if (fromVersion < 1) for (const name of storeNames) db.createObjectStore(name);
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function keyRange(from: string | undefined, to: string | undefined): IDBKeyRange | null {
  if (from !== undefined && to !== undefined) return IDBKeyRange.bound(from, to);
  if (from !== undefined) return IDBKeyRange.lowerBound(from);
  if (to !== undefined) return IDBKeyRange.upperBound(to);
  return null;
}

function readCursor<T>(store: IDBObjectStore, range: Range): Promise<(readonly [string, T])[]> {
  // IndexedDB takes an empty range for an error.
  if ((range.from ?? '') > (range.to ?? '\uffff')) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    const pairs: (readonly [string, T])[] = [];
    const direction = range.newestFirst ? 'prev' : 'next';
    const request = store.openCursor(keyRange(range.from, range.to), direction);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (cursor && pairs.length < range.limit) {
        pairs.push([String(cursor.key), cursor.value as T]);
        if (pairs.length < range.limit) return cursor.continue();
      }
      resolve(pairs);
    };
  });
}

function writing(tx: IDBTransaction): Writing {
  return {
    get: (store, key) => answer(tx.objectStore(store).get(key)),
    range: (store, range) => readCursor(tx.objectStore(store), range),
    count: (store, from, to) =>
      answer(tx.objectStore(store).count(keyRange(from, to) ?? undefined)),
    put: (store, key, value) => void tx.objectStore(store).put(value, key),
    delete: (store, key) => void tx.objectStore(store).delete(key),
  };
}

export class IndexedDatabase implements Database {
  readonly persistent = true;
  readonly #name: string;
  readonly #factory: IDBFactory;
  #db: IDBDatabase | undefined;
  /** Closed for good: by us, or because another tab deletes it or brings a newer version. */
  #retired = false;

  constructor(name: string, factory: IDBFactory) {
    this.#name = name;
    this.#factory = factory;
  }

  /** Rejects where IndexedDB is absent or forbidden (some private windows). */
  static async open(name: string, factory: IDBFactory = indexedDB): Promise<IndexedDatabase> {
    const database = new IndexedDatabase(name, factory);
    await database.#connect();
    return database;
  }

  async read<T>(stores: readonly StoreName[], run: (tx: Reading) => Promise<T>): Promise<T> {
    return run(writing(await this.#begin(stores, 'readonly')));
  }

  async write<T>(
    stores: readonly StoreName[],
    run: (tx: Writing) => Promise<T>,
    options: { readonly strict?: boolean } = {},
  ): Promise<T> {
    const durability = options.strict ? 'strict' : 'relaxed';
    const tx = await this.#begin(stores, 'readwrite', { durability });
    return new Promise((resolve, reject) => {
      let result: { readonly value: T } | undefined;
      tx.oncomplete = () => (result ? resolve(result.value) : reject(new Error('write cut short')));
      tx.onabort = () => reject(tx.error ?? new Error('write undone'));
      run(writing(tx)).then(
        (value) => {
          result = { value };
        },
        (error) => {
          reject(error);
          abort(tx);
        },
      );
    });
  }

  close(): void {
    this.#retired = true;
    this.#db?.close();
  }

  destroy(): Promise<void> {
    this.close();
    return new Promise((resolve, reject) => {
      const request = this.#factory.deleteDatabase(this.#name);
      request.onsuccess = () => resolve();
      request.onerror = () => reject(request.error);
    });
  }

  /** Browsers drop the connection of a page that slept long: it is opened again when needed. */
  async #begin(
    stores: readonly StoreName[],
    mode: IDBTransactionMode,
    options: IDBTransactionOptions = {},
  ): Promise<IDBTransaction> {
    try {
      if (this.#db) return this.#db.transaction([...stores], mode, options);
    } catch (error) {
      if (this.#retired) throw error;
    }
    await this.#connect();
    return this.#db!.transaction([...stores], mode, options);
  }

  #connect(): Promise<void> {
    if (this.#retired) return Promise.reject(new Error('database closed'));
    return new Promise((resolve, reject) => {
      const request = this.#factory.open(this.#name, schemaVersion);
      request.onupgradeneeded = (event) => upgrade(request.result, event.oldVersion);
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const db = request.result;
        db.onversionchange = () => this.close();
        db.onclose = () => {
          this.#db = undefined;
        };
        this.#db = db;
        resolve();
      };
    });
  }
}

function abort(tx: IDBTransaction): void {
  try {
    tx.abort();
  } catch {
    // It had ended already: nothing is left to undo.
  }
}
