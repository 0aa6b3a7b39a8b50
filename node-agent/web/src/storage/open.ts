/**
 * Opens the database of one site: on IndexedDB where the browser allows it, else in memory. Each
 * site has its own, so that keys, chains and caches of two sites under one address never mix.
 */
import type { Database } from './database.ts';
import { IndexedDatabase } from './indexed-database.ts';
import { MemoryDatabase } from './memory-database.ts';

export async function openDatabase(siteHex: string): Promise<Database> {
  try {
    return await IndexedDatabase.open(`muster-${siteHex}`);
  } catch {
    return new MemoryDatabase();
  }
}
