/**
 * Opens the SQLite store (step 3): takes the lock, checks the file, puts a damaged one aside and
 * starts empty instead. What an operator can mend is a MusterError; then nothing was changed.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Logger, MusterError, type Store } from '@muster/core';
import Sqlite, { type Database } from 'better-sqlite3';
import { BatchWriter } from './batch-writer.ts';
import { BundleReader } from './bundle-reader.ts';
import {
  applicationId,
  groupWindowMsDefault,
  pageCacheKib,
  reserveBytesDefault,
} from './constants.ts';
import { type DatabaseKind, isDamage, prepareDatabase } from './database-file.ts';
import { DiskSpace } from './disk-space.ts';
import { GroupCommit } from './group-commit.ts';
import { checkFile, survey } from './integrity.ts';
import { OrderIndex } from './order-index.ts';
import { markDamaged, quarantine } from './quarantine.ts';
import { migrations } from './schema.ts';
import { SegmentTable } from './segment-table.ts';
import { saysDamaged, sqliteCode } from './sqlite-code.ts';
import { SqliteMedium, type Sync } from './sqlite-medium.ts';
import { SqliteStore } from './sqlite-store.ts';
import { Writers } from './writers.ts';

export interface SqliteStoreOptions {
  /** The database file; its folder must exist. Files beside it begin with the same name. */
  readonly path: string;
  readonly logger: Logger;
  /** Bytes that the database may take; as much as the disk has unless given. */
  readonly diskBytesMax?: number;
  /** Bytes kept free for evicting when the disk is full; 4 MiB unless given. */
  readonly reserveBytes?: number;
  /** How long a batch waits for others, milliseconds; 5 unless given. */
  readonly groupWindowMs?: number;
  /** Instead of fs.fdatasync: for tests that cut the power. */
  readonly sync?: Sync;
}

export interface OpenOutcome {
  readonly store: Store;
  /** Where the damaged file went; the store then started empty. */
  readonly quarantined?: string;
}

const storeKind: DatabaseKind = {
  name: 'store',
  ...{ applicationId, pageCacheKib, migrations },
  check: checkFile,
};

/** Throws a MusterError for what an operator can mend, and for nothing else. */
export function openSqliteStore(options: SqliteStoreOptions): OpenOutcome {
  const logger = options.logger.child('store');
  try {
    mustBeUsable(options.path);
    return { store: openOnce({ ...options, logger }) };
  } catch (error) {
    if (!isDamage(error)) throw toMusterError(error, options.path);
    const quarantined = quarantine(options.path);
    logger.error('store-damaged', { error: String(error), quarantined: basename(quarantined) });
    try {
      return { store: openOnce({ ...options, logger }), quarantined };
    } catch (again) {
      throw toMusterError(again, options.path);
    }
  }
}

function openOnce(options: SqliteStoreOptions): Store {
  const db = new Sqlite(options.path, { timeout: 0 });
  try {
    prepareDatabase(db, options.path, storeKind);
    return assemble(db, options);
  } catch (error) {
    db.close();
    throw error;
  }
}

function assemble(db: Database, options: SqliteStoreOptions): Store {
  const { path, logger } = options;
  const table = new SegmentTable(db);
  const writers = new Writers(db);
  const order = new OrderIndex();
  const { rowMax, writersUsed, damaged: found } = survey(db, order);
  const space = new DiskSpace(db, {
    path,
    logger,
    reserveBytes: options.reserveBytes ?? reserveBytesDefault,
    diskBytesMax: options.diskBytesMax,
  });
  const writer = new BatchWriter(db, { table, writers, order, rowMax });
  space.start();
  if (found.length > 0) logger.error('segments-damaged', { count: found.length });
  // They are removed with the first batch: there may be no room for it now.
  const damaged = new Set(found);
  forgetWriters(db, writers, writersUsed);
  const onDamage = (error: unknown) => {
    if (saysDamaged(error)) markDamaged(path);
  };
  const reader = new BundleReader({ db, table, writers, logger, damaged });
  const shared = { space, logger, reader, onDamage };
  const medium = new SqliteMedium(db, { ...shared, writer, damaged, path, sync: options.sync });
  const group = new GroupCommit(medium, options.groupWindowMs ?? groupWindowMsDefault);
  return new SqliteStore({ ...shared, db, order, group, medium });
}

/** On a full disk they stay until another start. */
function forgetWriters(db: Database, writers: Writers, used: ReadonlySet<number>): void {
  try {
    db.transaction(() => writers.keepOnly(used)).immediate();
  } catch (error) {
    writers.clearCache();
    if (sqliteCode(error) !== 'SQLITE_FULL') throw error;
  }
}

function mustBeUsable(path: string): void {
  const folder = dirname(path);
  const there = statSync(folder, { throwIfNoEntry: false });
  if (!there?.isDirectory()) {
    const mend = `Create the folder ${folder}, or set another data folder.`;
    throw new MusterError('store-no-folder', `There is no folder ${folder}.`, mend);
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    const mend = 'Name a file, or move the folder away.';
    throw new MusterError('store-is-folder', `${path} is a folder, not a file.`, mend);
  }
  // SQLite would quietly open it for reading and then fail in ways that say little.
  accessSync(folder, constants.W_OK | constants.X_OK);
  if (statSync(path, { throwIfNoEntry: false })) accessSync(path, constants.R_OK | constants.W_OK);
}

function toMusterError(error: unknown, path: string): unknown {
  const code = sqliteCode(error) ?? (error as { code?: string }).code ?? '';
  const known = openErrors.find(({ codes }) => codes.test(code));
  if (!known || error instanceof MusterError) return error;
  return new MusterError(known.code, `${path}: ${known.what} (${code}).`, known.mend, {
    cause: error,
  });
}

const openErrors = [
  {
    codes: /^SQLITE_(BUSY|LOCKED)/,
    code: 'store-in-use',
    what: 'another process uses the store',
    mend: 'Stop the other agent, or give this one a data folder of its own.',
  },
  {
    codes: /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    code: 'store-disk-full',
    what: 'the disk is full',
    mend: 'Free some space on the disk of the data folder and start again.',
  },
  {
    codes: /^(SQLITE_(READONLY|CANTOPEN|PERM)|EACCES|EPERM|EROFS)/,
    code: 'store-not-writable',
    what: 'the store cannot be written',
    mend: 'Let the user of the agent write to the data folder, or set another one.',
  },
  {
    codes: /^(SQLITE_|E(?!RR_))/,
    code: 'store-unreadable',
    what: 'the disk does not answer as it should',
    mend: 'Look at the card and its log; replace it if this comes back.',
  },
];
