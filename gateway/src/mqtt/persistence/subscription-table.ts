/**
 * The subscriptions of all sessions (step 6): by client, and by topic for a publish of QoS 1 or 2.
 * Those of QoS 0 are restored with their session, but nothing is queued for them.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { PersistenceLimits } from './limits.ts';
import { isTooDeep, type QoS } from './packet.ts';
import { isQos, mustBe } from './row-check.ts';
import type { Session, Subscription } from './session.ts';
import type { SessionTable } from './session-table.ts';
import { RefusedError } from './store-fault.ts';
import { TopicTree } from './topic-tree.ts';

/** One session's subscription that a topic matches. */
export interface Subscriber {
  readonly clientId: string;
  readonly topic: string;
  readonly qos: QoS;
}

type Row = [number, string, QoS, number | null, number | null, number | null, number | null];

export class SubscriptionTable {
  readonly #limits: PersistenceLimits;
  /** By filter, then by client. */
  readonly #byFilter = new TopicTree<Map<string, Subscription>>();
  readonly #insert: Statement;
  readonly #delete: Statement;
  readonly #deleteAll: Statement;
  readonly #all: Statement;
  #count = 0;

  constructor(db: Database, limits: PersistenceLimits) {
    this.#limits = limits;
    this.#insert = db.prepare('INSERT OR REPLACE INTO subscriptions VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#delete = db.prepare('DELETE FROM subscriptions WHERE session = ? AND topic = ?');
    this.#deleteAll = db.prepare('DELETE FROM subscriptions WHERE session = ?');
    this.#all = db.prepare('SELECT * FROM subscriptions').raw();
  }

  /** After the sessions. */
  load(sessions: SessionTable): void {
    this.#byFilter.clear();
    this.#count = 0;
    for (const row of this.#all.iterate() as Iterable<Row>) {
      mustBe(row[1] !== '' && isQos(row[2]), 'subscriptions');
      const session = sessions.byNo(row[0]);
      if (session) this.#index(session, fromRow(row));
    }
  }

  /** Those of QoS 1 and 2. */
  get count(): number {
    return this.#count;
  }

  /** Within a write; all or none. */
  add(session: Session, subs: readonly Subscription[]): void {
    const { subscriptionsPerSessionMax, topicLevelsMax } = this.#limits;
    if (subs.some(({ topic }) => isTooDeep(topic, topicLevelsMax))) {
      throw new RefusedError('topic-too-deep');
    }
    const topics = new Set([...session.subscriptions.keys(), ...subs.map(({ topic }) => topic)]);
    if (topics.size > subscriptionsPerSessionMax) throw new RefusedError('subscriptions-full');
    for (const sub of subs) this.#put(session, sub);
  }

  remove(session: Session, topic: string): void {
    const sub = session.subscriptions.get(topic);
    if (!sub) return;
    this.#delete.run(session.no, topic);
    this.#unindex(session, sub);
    session.subscriptions.delete(topic);
  }

  removeAll(session: Session): void {
    if (session.subscriptions.size === 0) return;
    this.#deleteAll.run(session.no);
    for (const sub of session.subscriptions.values()) this.#unindex(session, sub);
    session.subscriptions.clear();
  }

  matching(topic: string): Subscriber[] {
    const found: Subscriber[] = [];
    for (const byClient of this.#byFilter.matching(topic)) {
      for (const [clientId, { topic: filter, qos, rh, rap, nl }] of byClient) {
        found.push({ clientId, topic: filter, qos, rh, rap, nl } as Subscriber);
      }
    }
    return found;
  }

  #put(session: Session, { topic, qos, rh, rap, nl, subscriptionIdentifier: no }: Subscription) {
    const { subscriptions } = session;
    const sub = {
      topic,
      qos,
      rh,
      rap,
      nl,
      ...(no !== undefined && { subscriptionIdentifier: no }),
    };
    const old = subscriptions.get(topic);
    if (old && isSame(old, sub)) return;
    this.#insert.run(session.no, topic, qos, rh ?? null, bit(rap), bit(nl), no ?? null);
    if (old) this.#unindex(session, old);
    this.#index(session, sub);
  }

  #index(session: Session, sub: Subscription): void {
    session.subscriptions.set(sub.topic, sub);
    if (sub.qos === 0) return;
    const byClient = this.#byFilter.get(sub.topic);
    if (byClient) byClient.set(session.client, sub);
    else this.#byFilter.set(sub.topic, new Map([[session.client, sub]]));
    this.#count++;
  }

  #unindex(session: Session, { topic, qos }: Subscription): void {
    if (qos === 0) return;
    const byClient = this.#byFilter.get(topic);
    byClient?.delete(session.client);
    if (byClient?.size === 0) this.#byFilter.delete(topic);
    this.#count--;
  }
}

function fromRow([, topic, qos, rh, rap, nl, identifier]: Row): Subscription {
  return {
    topic,
    qos,
    rh: rh ?? undefined,
    rap: flag(rap),
    nl: flag(nl),
    ...(identifier !== null && { subscriptionIdentifier: identifier }),
  };
}

function isSame(a: Subscription, b: Subscription): boolean {
  const sameOptions = a.rh === b.rh && a.rap === b.rap && a.nl === b.nl;
  return a.qos === b.qos && sameOptions && a.subscriptionIdentifier === b.subscriptionIdentifier;
}

function bit(flag: boolean | undefined): number | null {
  return flag === undefined ? null : Number(flag);
}

function flag(bit: number | null): boolean | undefined {
  return bit === null ? undefined : bit === 1;
}
