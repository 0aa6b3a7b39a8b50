/**
 * The sessions by client (step 6), in memory and on disk, and the rule of which one goes: at the
 * bound the one away for longest, and any that was away too long. Counted in the node's running
 * time.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { PersistenceLimits } from './limits.ts';
import { isCount, isRowNumber, mustBe } from './row-check.ts';
import type { Session } from './session.ts';
import { RefusedError } from './store-fault.ts';

export interface SessionTableParts {
  readonly db: Database;
  readonly limits: PersistenceLimits;
  readonly runningMs: () => number;
  readonly isConnected: (client: string) => boolean;
}

export class SessionTable {
  readonly #parts: SessionTableParts;
  readonly #byClient = new Map<string, Session>();
  readonly #byNo = new Map<number, Session>();
  readonly #insert: Statement;
  readonly #delete: Statement;
  readonly #seen: Statement;
  readonly #all: Statement;
  #next = 1;

  constructor(parts: SessionTableParts) {
    const { db } = parts;
    this.#parts = parts;
    this.#insert = db.prepare('INSERT INTO sessions VALUES (?, ?, ?)');
    this.#delete = db.prepare('DELETE FROM sessions WHERE no = ?');
    this.#seen = db.prepare('UPDATE sessions SET seen_ms = ? WHERE no = ?');
    this.#all = db.prepare('SELECT no, client, seen_ms FROM sessions').raw();
  }

  load(): void {
    const before = new Map(this.#byClient);
    this.#byClient.clear();
    this.#byNo.clear();
    for (const [no, client, seenMs] of this.#all.all() as [number, string, number][]) {
      mustBe(isRowNumber(no) && isCount(seenMs) && client !== '', 'sessions');
      const session = this.#add(no, client, seenMs);
      session.seenMs = Math.max(seenMs, before.get(client)?.seenMs ?? 0);
      this.#next = Math.max(this.#next, no + 1);
    }
  }

  get size(): number {
    return this.#byClient.size;
  }

  get(client: string): Session | undefined {
    return this.#byClient.get(client);
  }

  byNo(no: number): Session | undefined {
    return this.#byNo.get(no);
  }

  all(): Iterable<Session> {
    return this.#byClient.values();
  }

  /** Its client has just connected. */
  touch(session: Session): void {
    session.seenMs = this.#parts.runningMs();
  }

  /** Call `toMakeRoom` before: this one only counts. */
  open(client: string): Session {
    if (this.size >= this.#parts.limits.sessionsMax) throw new RefusedError('sessions-full');
    const seenMs = this.#parts.runningMs();
    const no = this.#next++;
    this.#insert.run(no, client, seenMs);
    return this.#add(no, client, seenMs);
  }

  /** The row and the entry; what hangs on it is the caller's. */
  remove(session: Session): void {
    this.#delete.run(session.no);
    this.#byClient.delete(session.client);
    this.#byNo.delete(session.no);
  }

  /** Which session goes for a new one; undefined while there is room, or when none is away. */
  toMakeRoom(): Session | undefined {
    if (this.size < this.#parts.limits.sessionsMax) return undefined;
    let longest: Session | undefined;
    for (const session of this.#byClient.values()) {
      if (this.#parts.isConnected(session.client)) continue;
      if (!longest || session.seenMs < longest.seenMs) longest = session;
    }
    return longest;
  }

  /** Notes who is connected; gives those that were away too long. */
  review(): Session[] {
    const nowMs = this.#parts.runningMs();
    const abandoned: Session[] = [];
    for (const session of this.#byClient.values()) {
      if (this.#parts.isConnected(session.client)) session.seenMs = nowMs;
      const isAbandoned = nowMs - session.seenMs > this.#parts.limits.sessionAwayMsMax;
      if (isAbandoned) abandoned.push(session);
      else if (session.seenMs !== session.writtenSeenMs) this.#writeSeen(session);
    }
    return abandoned;
  }

  #writeSeen(session: Session): void {
    this.#seen.run(session.seenMs, session.no);
    session.writtenSeenMs = session.seenMs;
  }

  #add(no: number, client: string, seenMs: number): Session {
    const session: Session = {
      no,
      client,
      seenMs,
      writtenSeenMs: seenMs,
      subscriptions: new Map(),
      queue: [],
      queuedBytes: 0,
      incoming: new Set(),
    };
    this.#byClient.set(client, session);
    this.#byNo.set(no, session);
    return session;
  }
}
