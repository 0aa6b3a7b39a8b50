/**
 * SQLite's own word on a database file after it was opened and closed by the code that owns it. It
 * is another SQLite than the one that wrote: Node's own.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What is wrong with it; the file must not be open elsewhere. */
export function checkSqliteFile(path: string): string[] {
  const db = new DatabaseSync(path);
  try {
    const found = Object.values(db.prepare('PRAGMA integrity_check').get() ?? {})[0];
    return found === 'ok' ? [] : [`integrity_check: ${String(found).slice(0, 200)}`];
  } finally {
    db.close();
  }
}

/** A damaged file was put aside: nothing that a power cut leaves may count as damaged. */
export function quarantinesOf(path: string): string[] {
  const prefix = `${basename(path)}.damaged-`;
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(prefix));
  return names.map((name) => `${name} was put aside`);
}
