/**
 * One sync for all that comes while the last one runs (step 6). A change is made at once in an open
 * transaction, so that reads see it; it is committed at the end of this turn of the event loop and
 * synced beside the loop; only then is `durable` fulfilled. A lone message waits for nothing else.
 * When a group does not go through, all of it is taken back and refused, never a part.
 */
import { closeSync, fdatasync, openSync } from 'node:fs';
import { saysDamaged, sqliteCode } from '@muster/adapters/store-sqlite';
import type { Clock, Logger } from '@muster/core';
import type { Database, Statement } from 'better-sqlite3';
import { walPagesMax } from './limits.ts';
import { RefusedError, type StoreFault } from './store-fault.ts';

/** Like fs.fdatasync; replaced by tests whose disk fails. */
export type Sync = (fd: number, done: (error: Error | null) => void) => void;

export interface CommitGroupParts {
  readonly db: Database;
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sync: Sync | undefined;
  readonly fullDiskPauseMs: number;
  /** Changes were taken back: whatever mirrors the tables reads them again. */
  readonly onTakenBack: () => void;
  readonly onDamage: () => void;
}

type Group = PromiseWithResolvers<void>;

export class CommitGroup {
  readonly #parts: CommitGroupParts;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollBack: Statement;
  readonly #logPages: Statement;
  readonly #walFd: number;
  #open: Group | undefined;
  #syncing: Group | undefined;
  #due = false;
  /** Set for good: why nothing is taken any more. */
  #refused: StoreFault | undefined;
  #fullUntilMs = Number.NEGATIVE_INFINITY;

  constructor(parts: CommitGroupParts) {
    const { db } = parts;
    this.#parts = parts;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollBack = db.prepare('ROLLBACK');
    this.#logPages = db.prepare('PRAGMA wal_checkpoint(NOOP)').raw();
    this.#walFd = openSync(`${parts.path}-wal`, 'r+');
  }

  /** Makes a change now; what is written in one turn of the event loop stays or goes together. */
  write(change: () => void): void {
    const refusal = this.refusal;
    if (refusal) throw new RefusedError(refusal);
    try {
      if (!this.#open) this.#openGroup();
      change();
    } catch (error) {
      if (error instanceof RefusedError) throw error;
      throw this.#takeBack(error);
    }
  }

  /** Why nothing can be written now. */
  get refusal(): StoreFault | undefined {
    if (this.#refused) return this.#refused;
    return this.#parts.clock.monotonicMs() < this.#fullUntilMs ? 'disk-full' : undefined;
  }

  /** Fulfilled when all that was written so far is on the disk; else a RefusedError. */
  durable(): Promise<void> {
    return (this.#open ?? this.#syncing)?.promise ?? Promise.resolve();
  }

  /** Takes nothing more; resolves when all that waits is on the disk, or was refused. */
  async close(): Promise<void> {
    this.#refused ??= 'closed';
    await this.durable().catch(() => {});
    closeSync(this.#walFd);
  }

  #openGroup(): void {
    this.#begin.run();
    this.#open = Promise.withResolvers<void>();
    // Whoever does not wait for the disk need not hear of its failure.
    this.#open.promise.catch(() => {});
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    const group = this.#open;
    this.#due = this.#syncing !== undefined;
    if (this.#due || !group) return;
    try {
      this.#commit.run();
    } catch (error) {
      this.#takeBack(error);
      return;
    }
    this.#open = undefined;
    this.#checkpoint(walPagesMax);
    this.#syncing = group;
    (this.#parts.sync ?? fdatasync)(this.#walFd, (error) => this.#synced(group, error));
  }

  #synced(group: Group, error: Error | null): void {
    this.#syncing = undefined;
    if (error) {
      // Nobody knows what is on the disk: nothing more is promised.
      this.#parts.logger.error('mqtt-sync-failed', { error: error.message });
      this.#refused = 'io-error';
      group.reject(new RefusedError('io-error', { cause: error }));
      if (this.#open) this.#takeBack(error);
      return;
    }
    group.resolve();
    if (this.#due) this.#flush();
  }

  /** The log goes into the database: blocks for as long as writing some megabytes takes. */
  #checkpoint(pagesMax: number): void {
    const { db, logger } = this.#parts;
    try {
      const [, pages] = this.#logPages.get() as [number, number, number];
      if (pages >= pagesMax) db.pragma('wal_checkpoint(PASSIVE)');
    } catch (error) {
      logger.warn('mqtt-checkpoint-failed', { code: sqliteCode(error) });
    }
  }

  /** The open group is refused as a whole; returns what to throw. */
  #takeBack(error: unknown): unknown {
    const { db, clock, fullDiskPauseMs, logger, onDamage, onTakenBack } = this.#parts;
    const group = this.#open;
    this.#open = undefined;
    const code = sqliteCode(error);
    const full = code === 'SQLITE_FULL';
    if (full) this.#fullUntilMs = clock.monotonicMs() + fullDiskPauseMs;
    logger.error('mqtt-store-refused', { code, error: String(error) });
    if (saysDamaged(error)) onDamage();
    try {
      // After some errors SQLite has taken the transaction back already.
      if (db.inTransaction) this.#rollBack.run();
      // Changes of what is there may then be written over the log's blocks.
      if (full) this.#checkpoint(0);
      onTakenBack();
    } catch (again) {
      logger.error('mqtt-store-unreadable', { error: String(again) });
      if (saysDamaged(again)) onDamage();
      this.#refused = 'io-error';
    }
    const refusal = new RefusedError(full ? 'disk-full' : 'io-error', { cause: error });
    group?.reject(refusal);
    return code === undefined && error instanceof Error && !this.#refused ? error : refusal;
  }
}
