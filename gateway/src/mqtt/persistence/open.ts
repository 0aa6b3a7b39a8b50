/**
 * Opens the database of sessions and retained messages (step 6): takes the lock, checks the file,
 * puts a damaged one aside and starts with an empty one instead. What an operator can mend is a
 * MusterError; then nothing was changed.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { syncLog } from '@muster/adapters/store-sqlite';
import { type Logger, MusterError } from '@muster/core';
import Sqlite, { type Database } from 'better-sqlite3';
import { checkedBytesMax, pageBytes, pageCacheKib, walKeptBytes } from './limits.ts';
import { isMarkedDamaged, quarantine } from './quarantine.ts';
import { DamagedError } from './row-check.ts';
import { applicationId, migrate } from './schema.ts';
import { saysDamaged, sqliteCode } from './sqlite-code.ts';

/** `load` reads what is needed; what it throws for a damaged file counts as damage too. */
export function openDatabase<T>(
  path: string,
  logger: Logger,
  load: (db: Database) => T,
): { readonly db: Database; readonly loaded: T } {
  try {
    return openOnce(path, load);
  } catch (error) {
    if (!(error instanceof DamagedError) && !saysDamaged(error)) throw toMusterError(error, path);
    const quarantined = basename(quarantine(path));
    logger.error('mqtt-store-damaged', { error: String(error), quarantined });
  }
  try {
    return openOnce(path, load);
  } catch (error) {
    throw toMusterError(error, path);
  }
}

function openOnce<T>(path: string, load: (db: Database) => T) {
  const db = new Sqlite(path, { timeout: 0 });
  try {
    prepare(db, path);
    return { db, loaded: load(db) };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Lock, checks, format. */
function prepare(db: Database, path: string): void {
  // Exclusive: two brokers never share a file, and the log needs no shared memory.
  db.pragma('locking_mode = EXCLUSIVE');
  const owner = db.pragma('application_id', { simple: true }) as number;
  const isNew = owner === 0 && db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (owner !== applicationId && !isNew) throw foreign(path);
  db.pragma(`page_size = ${pageBytes}`);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('wal_autocheckpoint = 0');
  db.pragma(`journal_size_limit = ${walKeptBytes}`);
  db.pragma(`cache_size = -${pageCacheKib}`);
  db.pragma('cell_size_check = ON');
  if (isMarkedDamaged(path)) throw new DamagedError('found damaged while in use');
  if (isNew) {
    db.pragma(`application_id = ${applicationId}`);
  } else {
    check(db);
  }
  migrate(db);
  syncFolder(path);
  syncLog(path);
  // From here on we sync the log ourselves, beside the event loop (commit-group.ts).
  db.pragma('synchronous = NORMAL');
}

/** A large file is not read wholly: its tables of numbers are, when they are loaded. */
function check(db: Database): void {
  const pages = db.pragma('page_count', { simple: true }) as number;
  if (pages * pageBytes > checkedBytesMax) return;
  const found = db.pragma('quick_check(1)', { simple: true }) as string;
  if (found !== 'ok') throw new DamagedError(found.slice(0, 200));
}

/** A new file, which the log is at each start, may be gone after a power cut without this. */
function syncFolder(path: string): void {
  const fd = openSync(dirname(path), 'r');
  fsyncSync(fd);
  closeSync(fd);
}

function foreign(path: string): MusterError {
  const mend = 'Set another data folder; this file was not made by Muster.';
  return new MusterError('mqtt-store-foreign', `${path} belongs to another program.`, mend);
}

function toMusterError(error: unknown, path: string): unknown {
  const code = sqliteCode(error) ?? (error as { code?: string }).code;
  if (error instanceof MusterError || code === undefined) return error;
  const [name, mend] = /^SQLITE_(BUSY|LOCKED)/.test(code)
    ? ['mqtt-store-in-use', 'Stop the other gateway, or give this one a data folder of its own.']
    : ['mqtt-store-unusable', 'Look at the space and the rights of the data folder.'];
  return new MusterError(name, `${path} cannot be opened (${code}).`, mend, { cause: error });
}
