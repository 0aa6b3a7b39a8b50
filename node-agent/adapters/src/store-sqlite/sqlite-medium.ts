/**
 * What a group of batches is written to: one connection, its write-ahead log, and the sync of that
 * log beside the event loop (step 3). SQLite runs with synchronous=NORMAL; we sync the log before
 * anybody is told, which promises what FULL promises without blocking for the card.
 */
import { closeSync, fdatasync, openSync } from 'node:fs';
import type { Logger, StoreBatch } from '@muster/core';
import type { Database, Statement } from 'better-sqlite3';
import type { BatchWriter } from './batch-writer.ts';
import type { BundleReader } from './bundle-reader.ts';
import { walPagesMax } from './constants.ts';
import type { DiskSpace } from './disk-space.ts';
import type { Failure, GroupMedium } from './group-commit.ts';
import { sqliteCode } from './sqlite-code.ts';

/** Like fs.fdatasync; replaced by tests that cut the power. */
export type Sync = (fd: number, done: (error: Error | null) => void) => void;

export interface SqliteMediumParts {
  readonly writer: BatchWriter;
  readonly reader: BundleReader;
  readonly space: DiskSpace;
  readonly logger: Logger;
  /** Segments that were found damaged since the last write; they are removed with the next. */
  readonly damaged: Set<number>;
  readonly onDamage: (error: unknown) => void;
  readonly path: string;
  readonly sync: Sync | undefined;
}

export class SqliteMedium implements GroupMedium {
  readonly #db: Database;
  readonly #parts: SqliteMediumParts;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollBack: Statement;
  readonly #logPages: Statement;
  readonly #sync: Sync;
  readonly #walFd: number;

  constructor(db: Database, parts: SqliteMediumParts) {
    this.#db = db;
    this.#parts = parts;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollBack = db.prepare('ROLLBACK');
    this.#logPages = db.prepare('PRAGMA wal_checkpoint(NOOP)').raw();
    this.#sync = parts.sync ?? fdatasync;
    this.#walFd = openSync(`${parts.path}-wal`, 'r+');
  }

  begin(): void {
    this.#begin.run();
  }

  apply(batches: readonly StoreBatch[]): void {
    const { writer, reader, damaged } = this.#parts;
    reader.clearCache();
    if (damaged.size > 0) {
      writer.drop(damaged);
      damaged.clear();
    }
    writer.apply(batches);
  }

  commit(): void {
    this.#commit.run();
    this.#parts.writer.committed();
  }

  rollBack(): void {
    try {
      // After some errors SQLite has taken the transaction back already.
      if (this.#db.inTransaction) this.#rollBack.run();
    } catch (error) {
      this.#parts.logger.error('rollback-failed', { error: String(error) });
    }
    this.#parts.writer.rolledBack();
    this.#parts.reader.clearCache();
  }

  judge(error: unknown): { failure: Failure; tryAgain: boolean } {
    const { logger, space, onDamage } = this.#parts;
    const code = sqliteCode(error);
    if (code === 'SQLITE_FULL') return { failure: 'disk-full', tryAgain: this.#relieve(space) };
    logger.error('commit-failed', { code, error: String(error) });
    onDamage(error);
    return { failure: 'io-error', tryAgain: false };
  }

  sync(done: (error: Error | null) => void): void {
    this.#sync(this.#walFd, (error) => {
      if (error) this.#parts.logger.error('sync-failed', { error: error.message });
      done(error);
    });
  }

  /** The log goes into the database: blocks for as long as writing some megabytes takes. */
  rest(): void {
    if (this.#db.inTransaction) return;
    const { space, logger, onDamage } = this.#parts;
    try {
      const [, pages] = this.#logPages.get() as [number, number, number];
      const pagesMax = space.tight ? walPagesMax / 8 : walPagesMax;
      if (pages >= pagesMax) this.#db.pragma('wal_checkpoint(PASSIVE)');
    } catch (error) {
      logger.warn('checkpoint-failed', { code: sqliteCode(error) });
      onDamage(error);
    }
  }

  close(): void {
    closeSync(this.#walFd);
  }

  #relieve(space: DiskSpace): boolean {
    try {
      return space.relieve();
    } catch (error) {
      this.#parts.logger.error('relief-failed', { error: String(error) });
      return false;
    }
  }
}
