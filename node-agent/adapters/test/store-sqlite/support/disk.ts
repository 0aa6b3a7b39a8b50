/** A folder for one test's store, with the ways to open, crash and fill it. */
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store, StoreBatch } from '@muster/core';
import { createMemoryLogger } from '@muster/core/testing';
import { openSqliteStore, type SqliteStoreOptions } from '../../../src/store-sqlite/index.ts';

/** No test fills the real disk, so that a small reserve is enough. */
const reserveBytes = 64 * 1024;

export class Disk {
  readonly folder: string;
  readonly logger = createMemoryLogger();
  readonly #stores: Store[] = [];
  #path: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'muster-store-'));
    this.#path = join(this.folder, 'store.sqlite');
  }

  get path(): string {
    return this.#path;
  }

  open(options: Partial<SqliteStoreOptions> = {}) {
    const { path, logger } = this;
    const outcome = openSqliteStore({ path, logger, reserveBytes, ...options });
    this.#stores.push(outcome.store);
    return outcome;
  }

  /** What a killed process leaves, at a path of its own. */
  crash(): void {
    const to = join(this.folder, `crashed-${this.#stores.length}.sqlite`);
    for (const part of ['', '-wal']) {
      if (existsSync(this.#path + part)) copyFileSync(this.#path + part, to + part);
    }
    this.#path = to;
  }

  get bytes(): number {
    return statSync(this.#path).size;
  }

  logged(event: string): number {
    return this.logger.entries.filter((entry) => entry.event === event).length;
  }

  async remove(): Promise<void> {
    for (const store of this.#stores) await store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Resolves once all earlier commits were answered. */
export function settled(store: Store): Promise<unknown> {
  return committed(store, {});
}

export function committed(store: Store, batch: StoreBatch) {
  return new Promise<Parameters<Parameters<Store['commit']>[1]>[0]>((resolve) => {
    store.commit(batch, resolve);
  });
}
