/**
 * Syncs the log of a database in WAL mode at its opening (step 3; the broker's sessions too, step
 * 6): what a process wrote that was killed may be in the system's memory alone. It is read from now
 * on, and so answered as held.
 */
import { closeSync, fdatasyncSync, openSync } from 'node:fs';

/** `path` of the database, which is open and in WAL mode. */
export function syncLog(path: string): void {
  const fd = openSync(`${path}-wal`, 'r+');
  try {
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
