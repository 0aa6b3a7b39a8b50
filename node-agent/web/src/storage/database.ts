/**
 * What the page needs of a database on the phone, whichever kind it is. Step 1 of a message's way:
 * the outbox and the author chain live here. Keys are strings and sort as strings. A write is
 * atomic, and its promise resolves only once it is committed.
 */
export const storeNames = ['meta', 'channels', 'outbox', 'messages', 'people'] as const;
export type StoreName = (typeof storeNames)[number];

export interface Range {
  /** Inclusive bounds. */
  readonly from?: string;
  readonly to?: string;
  readonly newestFirst?: boolean;
  readonly limit: number;
}

export interface Reading {
  get<T>(store: StoreName, key: string): Promise<T | undefined>;
  /** Pairs of key and value in key order. */
  range<T>(store: StoreName, range: Range): Promise<(readonly [key: string, value: T])[]>;
  count(store: StoreName, from: string, to: string): Promise<number>;
}

export interface Writing extends Reading {
  put(store: StoreName, key: string, value: unknown): void;
  delete(store: StoreName, key: string): void;
}

export interface Database {
  /** False: all is gone when the tab is closed. */
  readonly persistent: boolean;
  read<T>(stores: readonly StoreName[], run: (tx: Reading) => Promise<T>): Promise<T>;
  /**
   * Runs alone against every other write to these stores, in all tabs. `run` awaits nothing but
   * the calls of `tx`. Throwing inside it undoes the whole write. `strict` waits for the disk.
   */
  write<T>(
    stores: readonly StoreName[],
    run: (tx: Writing) => Promise<T>,
    options?: { readonly strict?: boolean },
  ): Promise<T>;
  close(): void;
  /** Deletes all of it, for good. */
  destroy(): Promise<void>;
}
