/**
 * The Store port on SQLite (step 3): reads here, writes through GroupCommit. A read of damaged data
 * gives nothing and says so in the log; it never throws. It executes what the core decided.
 */
import {
  type BundleKind,
  type CommitOutcome,
  equalBytes,
  type ForkProof,
  type Logger,
  type PageQuery,
  type SinceQuery,
  type Store,
  type StoreBatch,
  type StoredBundle,
} from '@muster/core';
import type { Database } from 'better-sqlite3';
import type { BundleReader } from './bundle-reader.ts';
import type { DiskSpace } from './disk-space.ts';
import type { GroupCommit } from './group-commit.ts';
import type { OrderIndex } from './order-index.ts';
import { plainBytes } from './plain-bytes.ts';
import { SideReader } from './side-tables.ts';
import { sqliteCode } from './sqlite-code.ts';
import type { SqliteMedium } from './sqlite-medium.ts';

/** So many waiting batches are looked through for a row; more are applied without looking. */
const searchedMax = 32;

export interface SqliteStoreParts {
  readonly db: Database;
  readonly reader: BundleReader;
  readonly order: OrderIndex;
  readonly group: GroupCommit;
  readonly medium: SqliteMedium;
  readonly space: DiskSpace;
  readonly logger: Logger;
  readonly onDamage: (error: unknown) => void;
}

export class SqliteStore implements Store {
  readonly #parts: SqliteStoreParts;
  readonly #side: SideReader;
  #open = true;
  #closing: Promise<void> | undefined;

  constructor(parts: SqliteStoreParts) {
    this.#parts = parts;
    this.#side = new SideReader(parts.db);
  }

  load(visit: Parameters<Store['load']>[0]): void {
    this.#read(undefined, () => {
      this.#parts.group.applyQueued();
      this.#parts.reader.entries(visit.entry);
      this.#side.expired(visit.expired);
      this.#side.authors(visit.author);
    });
  }

  commit(batch: StoreBatch, onDurable: (outcome: CommitOutcome) => void): void {
    this.#parts.group.add(batch, onDurable);
  }

  get(row: number): StoredBundle | undefined {
    return this.#read(undefined, () => {
      const { group } = this.#parts;
      const { queued } = group;
      const concerned = queued.length > searchedMax || queued.some((at) => touches(at.batch, row));
      if (concerned) group.applyQueued();
      return this.#parts.reader.bundle(row);
    });
  }

  page(query: PageQuery): StoredBundle[] {
    const { tag, kind, before, after, limit } = query;
    return this.#read([], () => {
      const { order, group } = this.#parts;
      group.applyQueued();
      const bundles: StoredBundle[] = [];
      const rows = after ? order.after(tag, after, kind) : order.before(tag, before, kind);
      for (const row of rows) {
        if (bundles.length >= limit) break;
        const bundle = this.#parts.reader.bundle(row);
        if (bundle) bundles.push(bundle);
      }
      return bundles;
    });
  }

  since(query: SinceQuery): StoredBundle[] {
    return this.#read([], () => {
      this.#parts.group.applyQueued();
      return this.#parts.reader.since(query);
    });
  }

  ofKind(kind: BundleKind, limit: number): StoredBundle[] {
    return this.#read([], () => {
      this.#parts.group.applyQueued();
      const rows = this.#parts.order.newestOfKind(kind, limit);
      return rows.flatMap((row) => this.#parts.reader.bundle(row) ?? []);
    });
  }

  ticket(id: Uint8Array): Uint8Array | undefined {
    for (const { batch } of this.#parts.group.queued) {
      const ticket = batch.tickets?.find((waiting) => equalBytes(waiting.id, id));
      if (ticket) return plainBytes(ticket.wire);
    }
    return this.#read(undefined, () => this.#side.ticket(id));
  }

  value(name: string): Uint8Array | undefined {
    return this.#read(undefined, () => {
      const { group } = this.#parts;
      const waits = group.queued.some(({ batch }) => batch.values?.some(([n]) => n === name));
      if (waits) group.applyQueued();
      return this.#side.value(name);
    });
  }

  proofs(limit: number): ForkProof[] {
    return this.#read([], () => {
      this.#parts.group.applyQueued();
      return this.#side.proofs(limit);
    });
  }

  usage(): { usedBytes: number; freeBytes: number | undefined } {
    const unknown = { usedBytes: 0, freeBytes: undefined };
    return this.#read<ReturnType<Store['usage']>>(unknown, () => this.#parts.space.usage());
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { group, medium, db } = this.#parts;
    await group.close();
    this.#open = false;
    medium.close();
    db.close();
  }

  #read<T>(nothing: T, read: () => T): T {
    if (!this.#open) return nothing;
    try {
      return read();
    } catch (error) {
      const code = sqliteCode(error);
      if (code === undefined) throw error;
      this.#parts.logger.error('read-failed', { code, error: String(error) });
      this.#parts.onDamage(error);
      return nothing;
    }
  }
}

function touches({ put, note, evict, forget }: StoreBatch, row: number): boolean {
  if (put?.some((bundle) => bundle.row === row) || note?.some((entry) => entry.row === row)) {
    return true;
  }
  return evict?.includes(row) === true || forget?.includes(row) === true;
}
