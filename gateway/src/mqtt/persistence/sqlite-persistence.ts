/**
 * What aedes asks of a persistence (step 6), on SQLite: sessions, queues and retained messages that
 * survive a power cut. Whatever a client is told is on disk first; reads come from memory. A
 * refusal is a rejection with a RefusedError; aedes then does not acknowledge. Nobody's packets are
 * given to another client.
 */
import { Readable } from 'node:stream';
import type { Clock, Logger } from '@muster/core';
import type { Sync } from './commit-group.ts';
import { type BrokerRef, Connections } from './connections.ts';
import { type PersistenceLimits, persistenceLimits } from './limits.ts';
import { openDatabase } from './open.ts';
import type { OutgoingDelivery, Receiver } from './outgoing-delivery.ts';
import { type BrokerPacket, type ClientRef, contentOf, type Publish, publishOf } from './packet.ts';
import type { Subscription } from './session.ts';
import { SessionStore } from './session-store.ts';
import { RefusedError } from './store-fault.ts';
import type { Subscriber } from './subscription-table.ts';
import type { Will } from './will-table.ts';

export interface SqlitePersistenceOptions {
  /** The database file; its folder must exist. Files beside it begin with the same name. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Bounds that differ from persistenceLimits. */
  readonly limits?: Partial<PersistenceLimits>;
  /** Whose share a client's retained messages count for; its own unless given. */
  readonly ownerOf?: (clientId: string) => string;
  /** Instead of fs.fdatasync: for tests whose disk fails. */
  readonly sync?: Sync;
}

export interface PersistenceStatus {
  readonly sessions: number;
  readonly retained: number;
  readonly retainedBytes: number;
  readonly queuedBytes: number;
  /** Packets that went at a bound of a queue, since the start. */
  readonly queuedDropped: number;
  /** Sessions that were away too long, or too many, since the start. */
  readonly sessionsDropped: number;
  /** Why nothing can be stored now. */
  readonly refusal: string | undefined;
}

export function createSqlitePersistence(options: SqlitePersistenceOptions): SqlitePersistence {
  return new SqlitePersistence(options);
}

export class SqlitePersistence {
  readonly #options: SqlitePersistenceOptions;
  readonly #connections = new Connections();
  #opened: SessionStore | undefined;

  constructor(options: SqlitePersistenceOptions) {
    this.#options = options;
  }

  get broker(): BrokerRef | undefined {
    return this.#connections.broker;
  }

  /** aedes calls it first. Throws a MusterError for what an operator can mend. */
  async setup(broker: BrokerRef): Promise<void> {
    this.#connections.broker = broker;
    if (this.#opened) return;
    const { path, clock, limits, sync } = this.#options;
    const logger = this.#options.logger.child('mqtt-store');
    const connections = this.#connections;
    const { loaded } = openDatabase(path, logger, (db) => {
      const all = { ...persistenceLimits, ...limits };
      return new SessionStore({ db, path, clock, logger, limits: all, sync, connections });
    });
    this.#opened = loaded;
    loaded.start();
  }

  /** Resolves when all is on disk. Safe before `setup` and twice. aedes leaves it to its owner. */
  async destroy(): Promise<void> {
    const store = this.#opened;
    this.#opened = undefined;
    await store?.stop();
  }

  /** Between `setup` and `destroy`. */
  status(): PersistenceStatus {
    const { sessions, retained, outgoing, sessionsDropped, group } = this.#store;
    return {
      sessions: sessions.size,
      retained: retained.size,
      retainedBytes: retained.bytes,
      queuedBytes: outgoing.bytes,
      queuedDropped: outgoing.dropped,
      sessionsDropped,
      refusal: group.refusal,
    };
  }

  async storeRetained(packet: Publish): Promise<void> {
    const { retained, incoming, group } = this.#store;
    const { clientId = '' } = packet;
    const owner = clientId && (this.#options.ownerOf?.(clientId) ?? clientId);
    const own = incoming.unpublished(packet);
    try {
      if (packet.qos > 0) {
        await this.#write(() => retained.store(packet, owner));
      } else {
        if (group.refusal === 'closed') throw new RefusedError('closed');
        retained.store(packet, owner);
        this.#store.writeSoon();
      }
    } catch (error) {
      incoming.failed(own);
      throw error;
    }
  }

  createRetainedStream(pattern: string): Readable {
    return this.createRetainedStreamCombi([pattern]);
  }

  createRetainedStreamCombi(patterns: readonly string[]): Readable {
    return Readable.from(this.#retained(patterns));
  }

  async addSubscriptions(client: ClientRef, subs: readonly Subscription[]): Promise<void> {
    const { subscriptions } = this.#store;
    await this.#write(() => {
      const session = this.#store.sessionOf(client.id);
      try {
        subscriptions.add(session, subs);
      } finally {
        this.#store.removeIfEmpty(session);
      }
    });
  }

  async removeSubscriptions(client: ClientRef, topics: readonly string[]): Promise<void> {
    const session = this.#store.sessions.get(client.id);
    if (!session) return;
    await this.#write(() => {
      for (const topic of topics) this.#store.subscriptions.remove(session, topic);
      this.#store.removeIfEmpty(session);
    });
  }

  /** aedes asks when a client comes back to its session, and only then. */
  async subscriptionsByClient(client: ClientRef): Promise<Subscription[]> {
    const { sessions } = this.#store;
    const session = sessions.get(client.id);
    if (session) sessions.touch(session);
    return [...(session?.subscriptions.values() ?? [])].map((sub) => ({ ...sub }));
  }

  async subscriptionsByTopic(topic: string): Promise<Subscriber[]> {
    // aedes would end with a failure here; the enqueuing that follows tells.
    return this.#opened?.subscriptions.matching(topic) ?? [];
  }

  async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
    let clientsCount = 0;
    for (const { subscriptions } of this.#store.sessions.all()) {
      if (subscriptions.size > 0) clientsCount++;
    }
    return { subsCount: this.#store.subscriptions.count, clientsCount };
  }

  /** A clean CONNECT: the session of before ends, with all that waited for it. */
  async cleanSubscriptions(client: ClientRef): Promise<void> {
    const session = this.#store.sessions.get(client.id);
    if (session) await this.#write(() => this.#store.remove(session));
  }

  getClientList(topic: string): Readable {
    const sessions = [...(this.#opened?.sessions.all() ?? [])];
    const subscribed = sessions.filter(({ subscriptions }) => subscriptions.has(topic));
    return Readable.from(subscribed.map(({ client }) => client));
  }

  async outgoingEnqueue(sub: Receiver, packet: Publish): Promise<void> {
    await this.#delivery.enqueue([sub], packet);
  }

  async outgoingEnqueueCombi(subs: readonly Receiver[], packet: Publish): Promise<void> {
    await this.#delivery.enqueue(subs, packet);
  }

  async outgoingUpdate(client: ClientRef, packet: BrokerPacket): Promise<void> {
    await this.#delivery.update(client, packet);
  }

  async outgoingClearMessageId(
    client: ClientRef,
    packet: BrokerPacket,
  ): Promise<BrokerPacket | undefined> {
    return this.#delivery.confirmed(client, packet);
  }

  outgoingStream(client: ClientRef): Readable {
    return Readable.from(this.#opened?.delivery.waiting(client) ?? []);
  }

  async incomingStorePacket(client: ClientRef, packet: Publish): Promise<void> {
    const messageId = packet.messageId ?? 0;
    const stored = publishOf(packet);
    this.#store.incoming.add(client, Object.assign(stored, { messageId }));
  }

  async incomingGetPacket(client: ClientRef, { messageId }: BrokerPacket): Promise<BrokerPacket> {
    const found = this.#incoming(client, messageId);
    if (!found) throw new Error('no such packet');
    return found;
  }

  async incomingDelPacket(client: ClientRef, { messageId }: BrokerPacket): Promise<void> {
    if (typeof messageId !== 'number' || !this.#incoming(client, messageId)) {
      throw new Error('no such packet');
    }
    const session = this.#store.sessions.get(client.id);
    const { incoming } = this.#store;
    if (!session?.incoming.has(messageId)) {
      incoming.remove(undefined, client.id, messageId);
      return;
    }
    await this.#write(() => {
      incoming.remove(session, client.id, messageId);
      this.#store.removeIfEmpty(session);
    });
  }

  async cleanIncoming(client: ClientRef): Promise<void> {
    const session = this.#store.sessions.get(client.id);
    const { incoming } = this.#store;
    if (!session || session.incoming.size === 0) {
      incoming.removeAll(undefined, client.id);
      return;
    }
    await this.#write(() => {
      incoming.removeAll(session, client.id);
      this.#store.removeIfEmpty(session);
    });
  }

  async putWill(client: ClientRef, packet: BrokerPacket): Promise<void> {
    const names = { clientId: client.id, brokerId: this.#connections.broker?.id ?? '' };
    // aedes expects the very packet, with these.
    const will: Will = Object.assign(packet, contentOf(packet), names);
    await this.#write(() => this.#store.wills.put(will));
  }

  async getWill(client: ClientRef): Promise<Will | undefined> {
    return this.#store.wills.get(client.id);
  }

  /** Never rejects: aedes would end with that. What cannot be removed now stays. */
  async delWill(client: ClientRef): Promise<Will | undefined> {
    const wills = this.#opened?.wills;
    const will = wills?.get(client.id);
    if (will) await this.#write(() => wills?.remove(client.id)).catch(() => {});
    return will;
  }

  /** Wills of brokers that are not among these. */
  streamWill(brokers: Readonly<Record<string, unknown>> = {}): Readable {
    const all = this.#opened?.wills.all() ?? [];
    const wills = all.filter(({ brokerId }) => !brokers[brokerId]);
    return Readable.from(wills);
  }

  *#retained(patterns: readonly string[]): Generator<Publish> {
    for (const pattern of patterns) yield* this.#opened?.retained.matching(pattern) ?? [];
  }

  get #store(): SessionStore {
    if (!this.#opened) throw new RefusedError('closed');
    return this.#opened;
  }

  get #delivery(): OutgoingDelivery {
    return this.#store.delivery;
  }

  #write(change: () => void): Promise<void> {
    return this.#store.write(change);
  }

  #incoming(client: ClientRef, messageId: BrokerPacket['messageId']): BrokerPacket | undefined {
    const { incoming, sessions } = this.#store;
    if (typeof messageId !== 'number') return undefined;
    return incoming.get(sessions.get(client.id), client.id, messageId);
  }
}
