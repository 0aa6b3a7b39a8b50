/**
 * Opens the database of sessions and retained messages (step 6): takes the lock, checks the file,
 * puts a damaged one aside and starts with an empty one instead. What an operator can mend is a
 * MusterError; then nothing was changed.
 */
import { basename } from 'node:path';
import {
  DamagedError,
  type DatabaseKind,
  isDamage,
  pageBytes,
  prepareDatabase,
  quarantine,
  sqliteCode,
} from '@muster/adapters/store-sqlite';
import { type Logger, MusterError } from '@muster/core';
import Sqlite, { type Database } from 'better-sqlite3';
import { checkedBytesMax, pageCacheKib } from './limits.ts';
import { applicationId, migrations } from './schema.ts';

const sessionsKind: DatabaseKind = {
  name: 'mqtt-store',
  ...{ applicationId, pageCacheKib, migrations, check },
};

/** `load` reads what is needed; what it throws for a damaged file counts as damage too. */
export function openDatabase<T>(
  path: string,
  logger: Logger,
  load: (db: Database) => T,
): { readonly db: Database; readonly loaded: T } {
  try {
    return openOnce(path, load);
  } catch (error) {
    if (!isDamage(error)) throw toMusterError(error, path);
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
    prepareDatabase(db, path, sessionsKind);
    return { db, loaded: load(db) };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A large file is not read wholly: its tables of numbers are, when they are loaded. */
function check(db: Database): void {
  const pages = db.pragma('page_count', { simple: true }) as number;
  if (pages * pageBytes > checkedBytesMax) return;
  const found = db.pragma('quick_check(1)', { simple: true }) as string;
  if (found !== 'ok') throw new DamagedError(found.slice(0, 200));
}

function toMusterError(error: unknown, path: string): unknown {
  const code = sqliteCode(error) ?? (error as { code?: string }).code;
  if (error instanceof MusterError || code === undefined) return error;
  const [name, mend] = /^SQLITE_(BUSY|LOCKED)/.test(code)
    ? ['mqtt-store-in-use', 'Stop the other gateway, or give this one a data folder of its own.']
    : ['mqtt-store-unusable', 'Look at the space and the rights of the data folder.'];
  return new MusterError(name, `${path} cannot be opened (${code}).`, mend, { cause: error });
}
