/**
 * All tables over one open database (step 6): what changes together is written together, and what
 * the commit group took back is read again. The housekeeping of sessions is here too.
 */
import { isDamage, markDamaged, pageBytes } from '@muster/adapters/store-sqlite';
import type { Clock, Logger, Timer } from '@muster/core';
import type { Database } from 'better-sqlite3';
import { CommitGroup, type Sync } from './commit-group.ts';
import type { Connections } from './connections.ts';
import { IncomingIds } from './incoming-ids.ts';
import type { PersistenceLimits } from './limits.ts';
import { MessageTable } from './message-table.ts';
import { OutgoingDelivery } from './outgoing-delivery.ts';
import { OutgoingQueue } from './outgoing-queue.ts';
import { RetainedTable } from './retained-table.ts';
import { RunningTime } from './running-time.ts';
import type { QueuedPacket, Session } from './session.ts';
import { SessionTable } from './session-table.ts';
import { RefusedError } from './store-fault.ts';
import { SubscriptionTable } from './subscription-table.ts';
import { WillTable } from './will-table.ts';

export interface SessionStoreParts {
  readonly db: Database;
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: PersistenceLimits;
  readonly sync: Sync | undefined;
  readonly connections: Connections;
}

export class SessionStore {
  readonly #parts: SessionStoreParts;
  readonly #running: RunningTime;
  readonly #messages: MessageTable;
  readonly sessions: SessionTable;
  readonly subscriptions: SubscriptionTable;
  readonly outgoing: OutgoingQueue;
  readonly incoming: IncomingIds;
  readonly retained: RetainedTable;
  readonly wills: WillTable;
  readonly delivery: OutgoingDelivery;
  readonly group: CommitGroup;
  #sweepTimer: Timer | undefined;
  #lazyTimer: Timer | undefined;
  #sessionsDropped = 0;

  constructor(parts: SessionStoreParts) {
    const { db, limits, clock, connections } = parts;
    const isConnected = (client: string) => connections.isConnected(client);
    this.#parts = parts;
    db.pragma(`max_page_count = ${Math.ceil(limits.fileBytesMax / pageBytes)}`);
    const onUnreadable = (error: unknown) => this.#onUnreadable(error);
    const running = new RunningTime(db, clock);
    const runningMs = () => running.nowMs();
    this.#running = running;
    this.#messages = new MessageTable(db, onUnreadable);
    this.sessions = new SessionTable({ db, limits, runningMs, isConnected });
    this.subscriptions = new SubscriptionTable(db, limits);
    const { sessions } = this;
    this.outgoing = new OutgoingQueue({ db, limits, messages: this.#messages, sessions });
    this.incoming = new IncomingIds(db, limits);
    this.retained = new RetainedTable(db, limits, onUnreadable);
    this.wills = new WillTable(db, limits);
    this.delivery = new OutgoingDelivery(this, connections);
    const onDamage = () => markDamaged(parts.path);
    const { fullDiskPauseMs } = limits;
    const onTakenBack = () => this.#load();
    this.group = new CommitGroup({ ...parts, fullDiskPauseMs, onTakenBack, onDamage });
    this.#load();
  }

  start(): void {
    this.#sweepTimer = this.#parts.clock.after(this.#parts.limits.sweepMs, () => this.#sweep());
  }

  async stop(): Promise<void> {
    this.#sweepTimer?.cancel();
    this.#lazyTimer?.cancel();
    this.#attempt(() => this.#running.write());
    this.#writeLazily();
    await this.group.close();
    this.#parts.db.close();
  }

  /** All that `change` writes stays or goes together; resolves when it is on disk. */
  async write(change: () => void): Promise<void> {
    this.group.write(change);
    await this.group.durable();
  }

  /** Sessions that went because they were away too long, or too many, since the start. */
  get sessionsDropped(): number {
    return this.#sessionsDropped;
  }

  /** Within a write. */
  sessionOf(client: string): Session {
    const found = this.sessions.get(client);
    if (found) return found;
    const leaving = this.sessions.toMakeRoom();
    if (leaving) this.#drop(leaving, 'too-many');
    return this.sessions.open(client);
  }

  /** Within a write: nothing of it is left. */
  remove(session: Session): void {
    this.subscriptions.removeAll(session);
    this.outgoing.removeAll(session);
    this.incoming.removeAll(session, session.client);
    this.sessions.remove(session);
  }

  /** Within a write. */
  removeIfEmpty(session: Session): void {
    const { subscriptions, queue, incoming } = session;
    if (subscriptions.size + queue.length + incoming.size === 0) this.sessions.remove(session);
  }

  /** Retained messages of QoS 0 are written in a while, all at once. */
  writeSoon(): void {
    this.#lazyTimer ??= this.#parts.clock.after(this.#parts.limits.lazyWriteMs, () => {
      this.#lazyTimer = undefined;
      this.#writeLazily();
    });
  }

  #writeLazily(): void {
    if (this.retained.unwritten === 0) return;
    if (!this.#attempt(() => this.retained.writeAll())) this.writeSoon();
  }

  #sweep(): void {
    this.#attempt(() => {
      this.#running.write();
      for (const session of this.sessions.review()) this.#drop(session, 'abandoned');
    });
    this.start();
  }

  #drop(session: Session, why: string): void {
    const { client, queue } = session;
    this.#parts.logger.warn('mqtt-session-dropped', { client, why, queued: queue.length });
    this.remove(session);
    this.#sessionsDropped++;
  }

  /** False when the store is refusing: the housekeeping comes again. */
  #attempt(change: () => void): boolean {
    try {
      this.group.write(change);
      return true;
    } catch (error) {
      if (error instanceof RefusedError) return false;
      throw error;
    }
  }

  #load(): void {
    const known = new Map<number, QueuedPacket>();
    for (const { queue } of this.sessions.all()) {
      for (const queued of queue) known.set(queued.no, queued);
    }
    this.#messages.load();
    this.sessions.load();
    this.subscriptions.load(this.sessions);
    this.outgoing.load(known);
    this.incoming.load(this.sessions);
    this.retained.load();
    this.wills.load();
  }

  #onUnreadable(error: unknown): void {
    this.#parts.logger.error('mqtt-read-failed', { error: String(error) });
    if (isDamage(error)) markDamaged(this.#parts.path);
  }
}
