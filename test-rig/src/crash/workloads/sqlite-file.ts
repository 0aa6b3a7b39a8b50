/** SQLite's own word on a database file after it was opened and closed by the code that owns it. */
import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import Sqlite from 'better-sqlite3';

/** What is wrong with it; the file must not be open elsewhere. */
export function checkSqliteFile(path: string): string[] {
  const db = new Sqlite(path);
  try {
    const found = db.pragma('integrity_check', { simple: true }) as string;
    return found === 'ok' ? [] : [`integrity_check: ${found.slice(0, 200)}`];
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
