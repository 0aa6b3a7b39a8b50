/** Reads what kind of error SQLite reported (step 3). Decides nothing. */

/** 'SQLITE_FULL' and so on; undefined for an error of another kind. */
export function sqliteCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}

/** The file is not what SQLite wrote: neither space nor another try will help. */
export function saysDamaged(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(sqliteCode(error) ?? '');
}
