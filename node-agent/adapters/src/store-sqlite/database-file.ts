/**
 * What every database of ours goes through when it is opened (step 3; the broker's sessions too,
 * step 6): one process has it, it is ours and of a version that we know, it is whole, it has our
 * tables, and what is read from now on is on the disk. Then the caller syncs the log itself.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { MusterError } from '@muster/core';
import type { Database } from 'better-sqlite3';
import { pageBytes, walKeptBytes } from './constants.ts';
import { isMarkedDamaged } from './quarantine.ts';
import { saysDamaged } from './sqlite-code.ts';
import { syncLog } from './sync-log.ts';

export interface DatabaseKind {
  /** What its faults are called by, such as `store` in `store-newer`. */
  readonly name: string;
  /** Tells it from any other database: four letters in ASCII. */
  readonly applicationId: number;
  /** SQLite's own cache. */
  readonly pageCacheKib: number;
  /** The one at index n makes version n + 1 out of version n. Never change one that shipped. */
  readonly migrations: readonly string[];
  /** Throws a DamagedError, or what SQLite throws, for a damaged file. */
  check(db: Database): void;
}

/** The file is wrong in itself. */
export class DamagedError extends Error {}

/** Neither space nor another try will help: the file has to be put aside. */
export function isDamage(error: unknown): boolean {
  return error instanceof DamagedError || saysDamaged(error);
}

/** Throws a MusterError for a file of somebody else or of the future, which stays as it is. */
export function prepareDatabase(db: Database, path: string, kind: DatabaseKind): void {
  // Exclusive: two processes never share a file, and the log needs no shared memory.
  db.pragma('locking_mode = EXCLUSIVE');
  const owner = db.pragma('application_id', { simple: true }) as number;
  const isNew = owner === 0 && db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (owner !== kind.applicationId && !isNew) throw foreign(path, kind);
  mustBeKnown(db, path, kind);
  db.pragma(`page_size = ${pageBytes}`);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('wal_autocheckpoint = 0');
  db.pragma(`journal_size_limit = ${walKeptBytes}`);
  db.pragma(`cache_size = -${kind.pageCacheKib}`);
  db.pragma('cell_size_check = ON');
  if (isMarkedDamaged(path)) throw new DamagedError('found damaged while in use');
  if (isNew) db.pragma(`application_id = ${kind.applicationId}`);
  else kind.check(db);
  migrate(db, kind.migrations);
  syncFolder(path);
  syncLog(path);
  db.pragma('synchronous = NORMAL');
}

/** Each step is one transaction. */
export function migrate(db: Database, migrations: readonly string[]): void {
  for (let next = versionOf(db); next < migrations.length; next++) {
    db.transaction(() => {
      db.exec(migrations[next]!);
      db.pragma(`user_version = ${next + 1}`);
    }).immediate();
  }
}

function mustBeKnown(db: Database, path: string, { name, migrations }: DatabaseKind): void {
  const version = versionOf(db);
  if (version <= migrations.length) return;
  const file = basename(path);
  throw new MusterError(
    `${name}-newer`,
    `${file} has format ${version}; this version of Muster knows up to ${migrations.length}.`,
    `Update Muster, or move ${file} away to start with an empty one.`,
  );
}

function versionOf(db: Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

function foreign(path: string, { name }: DatabaseKind): MusterError {
  const mend = 'Set another data folder; this file was not made by Muster.';
  return new MusterError(`${name}-foreign`, `${path} belongs to another program.`, mend);
}

/** A new file, which the log is at each start, may be gone after a power cut without this. */
function syncFolder(path: string): void {
  const fd = openSync(dirname(path), 'r');
  fsyncSync(fd);
  closeSync(fd);
}
