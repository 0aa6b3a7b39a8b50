/**
 * The tables of sessions and retained messages (step 6) and their version. Rows are numbered in
 * order of arrival and found through the memory's index: no second index is written to the card.
 */
/** 'MuMq' in ASCII: tells our file from any other database. */
export const applicationId = 0x4d754d71;

/** The content of a publish is stored once, however many sessions wait for it in `queue`. */
const version1 = `
  CREATE TABLE sessions (
    no INTEGER PRIMARY KEY,
    client TEXT NOT NULL UNIQUE,
    seen_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE subscriptions (
    session INTEGER NOT NULL,
    topic TEXT NOT NULL,
    qos INTEGER NOT NULL,
    rh INTEGER,
    rap INTEGER,
    nl INTEGER,
    identifier INTEGER,
    PRIMARY KEY (session, topic)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE messages (
    no INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    payload ANY NOT NULL,
    qos INTEGER NOT NULL,
    retain INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE queue (
    no INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    message INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    qos INTEGER NOT NULL,
    message_id INTEGER,
    released INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE incoming (
    session INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (session, message_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE retained (
    no INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    payload ANY NOT NULL,
    qos INTEGER NOT NULL,
    owner TEXT NOT NULL
  ) STRICT;
  CREATE TABLE wills (
    client TEXT PRIMARY KEY,
    broker TEXT NOT NULL,
    topic TEXT NOT NULL,
    payload ANY NOT NULL,
    qos INTEGER NOT NULL,
    retain INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE named_values (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** The migration at index n makes version n + 1 out of version n. Never change one that shipped. */
export const migrations: readonly string[] = [version1];
