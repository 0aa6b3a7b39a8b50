/**
 * The tables of the SQLite store and how a file of an older version becomes one of this version
 * (step 3). Each migration is one transaction; a newer file than this code knows stays untouched.
 */
/**
 * Rows of the store are numbered by the core. Entries and contents are packed by segment: a run of
 * successive rows that were committed together, stored under its first row (see entry-segment.ts
 * and content-segment.ts), because a table row for each would write twice as much to the card.
 */
const version1 = `
  CREATE TABLE entries (row INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT;
  CREATE TABLE contents (row INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT;
  CREATE TABLE writers (
    no INTEGER PRIMARY KEY,
    ticket BLOB NOT NULL,
    author BLOB NOT NULL,
    issuer BLOB NOT NULL,
    UNIQUE (ticket, author, issuer)
  ) STRICT;
  CREATE TABLE tickets (
    no INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    wire BLOB NOT NULL
  ) STRICT;
  CREATE TABLE authors (
    author BLOB PRIMARY KEY,
    seq_max INTEGER NOT NULL,
    frozen INTEGER NOT NULL,
    written_at_row INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE proofs (
    author BLOB PRIMARY KEY,
    seq INTEGER NOT NULL,
    first_signed BLOB NOT NULL,
    first_signature BLOB NOT NULL,
    second_signed BLOB NOT NULL,
    second_signature BLOB NOT NULL
  ) STRICT;
  CREATE TABLE expired (
    forget_tick_ms INTEGER NOT NULL,
    prefix BLOB NOT NULL,
    PRIMARY KEY (forget_tick_ms, prefix)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE named_values (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
`;

/** The migration at index n makes version n + 1 out of version n. Never change one that shipped. */
export const migrations: readonly string[] = [version1];
