/**
 * Sessions and retained messages of the broker on SQLite (step 6): the public face of the folder.
 */
export { type PersistenceLimits, persistenceLimits } from './limits.ts';
export {
  createSqlitePersistence,
  type PersistenceStatus,
  type SqlitePersistence,
  type SqlitePersistenceOptions,
} from './sqlite-persistence.ts';
export { RefusedError, type StoreFault } from './store-fault.ts';
