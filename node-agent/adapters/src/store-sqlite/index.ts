/**
 * The store of a node on SQLite (step 3). Usage:
 *
 *   const { store, quarantined } = openSqliteStore({ path: '.../store.sqlite', logger });
 *
 * It throws a MusterError for what an operator can mend. A damaged file is put aside and named in
 * `quarantined`; the store then starts empty.
 *
 * What else keeps a database on the card opens it in the same way: `prepareDatabase`.
 */
export { pageBytes } from './constants.ts';
export { DamagedError, type DatabaseKind, isDamage, prepareDatabase } from './database-file.ts';
export { type OpenOutcome, openSqliteStore, type SqliteStoreOptions } from './open.ts';
export { markDamaged, quarantine } from './quarantine.ts';
export { saysDamaged, sqliteCode } from './sqlite-code.ts';
