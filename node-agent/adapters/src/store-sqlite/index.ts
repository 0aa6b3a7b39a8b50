/**
 * The store of a node on SQLite (step 3). Usage:
 *
 *   const { store, quarantined } = openSqliteStore({ path: '.../store.sqlite', logger });
 *
 * It throws a MusterError for what an operator can mend. A damaged file is put aside and named in
 * `quarantined`; the store then starts empty.
 */
export { type OpenOutcome, openSqliteStore, type SqliteStoreOptions } from './open.ts';
export { syncLog } from './sync-log.ts';
