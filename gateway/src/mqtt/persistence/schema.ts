/**
 * The tables of sessions and retained messages (step 6) and their version. Rows are numbered in
 * order of arrival and found through the memory's index: no second index is written to the card.
 */
import { MusterError } from '@muster/core';
import type { Database } from 'better-sqlite3';

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
const migrations: readonly string[] = [version1];

/** Throws a MusterError for a file of a version that this code does not know. */
export function migrate(db: Database): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length) {
    throw new MusterError(
      'mqtt-store-newer',
      `The broker's store has format ${version}; this version knows up to ${migrations.length}.`,
      'Update Muster, or move mqtt.db away to start with an empty one.',
    );
  }
  for (let next = version; next < migrations.length; next++) {
    db.transaction(() => {
      db.exec(migrations[next]!);
      db.pragma(`user_version = ${next + 1}`);
    }).immediate();
  }
}
