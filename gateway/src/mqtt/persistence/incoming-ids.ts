/**
 * Message ids of QoS 2 publishes between PUBLISH and PUBREL (step 6), by which a repeat is known:
 * MQTT 3.1.1, section 4.3.3. An id is on disk if and only if its publish is in the queues of its
 * subscribers: both are written together, so that a crash between them loses nothing.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { PersistenceLimits } from './limits.ts';
import { type BrokerPacket, type ClientRef, contentBytes, type Publish } from './packet.ts';
import { isMessageId, mustBe } from './row-check.ts';
import type { Session } from './session.ts';
import type { SessionTable } from './session-table.ts';
import { RefusedError } from './store-fault.ts';

export interface Incoming {
  readonly clientId: string;
  readonly messageId: number;
  /** Its client's session outlives the connection. */
  readonly isKept: boolean;
  /** As it came, until it is in the queues; then nobody needs its content. */
  packet: BrokerPacket;
  bytes: number;
}

export class IncomingIds {
  readonly #limits: PersistenceLimits;
  /** By client, then by id. Those from before the start are only in their Session. */
  readonly #byClient = new Map<string, Map<number, Incoming>>();
  /** The same, oldest first. */
  readonly #inOrder = new Set<Incoming>();
  /** Not in the queues yet. The broker hands the same payload over again when it publishes. */
  readonly #unpublished = new WeakMap<object, Incoming>();
  readonly #put: Statement;
  readonly #delete: Statement;
  readonly #deleteAll: Statement;
  readonly #all: Statement;
  #bytes = 0;

  constructor(db: Database, limits: PersistenceLimits) {
    this.#limits = limits;
    this.#put = db.prepare('INSERT OR REPLACE INTO incoming VALUES (?, ?)');
    this.#delete = db.prepare('DELETE FROM incoming WHERE session = ? AND message_id = ?');
    this.#deleteAll = db.prepare('DELETE FROM incoming WHERE session = ?');
    this.#all = db.prepare('SELECT session, message_id FROM incoming').raw();
  }

  /** After the sessions. */
  load(sessions: SessionTable): void {
    for (const [no, messageId] of this.#all.iterate() as Iterable<[number, number]>) {
      mustBe(isMessageId(messageId), 'incoming');
      sessions.byNo(no)?.incoming.add(messageId);
    }
  }

  add(client: ClientRef, packet: Publish & { readonly messageId: number }): void {
    const { messageId, payload } = packet;
    const mine = this.#byClient.get(client.id) ?? new Map<number, Incoming>();
    if (!mine.has(messageId) && mine.size >= this.#limits.incomingPerClientMax) {
      throw new RefusedError('incoming-full');
    }
    this.#forget(client.id, messageId);
    const isKept = client.clean !== true;
    const bytes = contentBytes(packet);
    const incoming = { clientId: client.id, messageId, isKept, packet, bytes };
    this.#byClient.set(client.id, mine.set(messageId, incoming));
    this.#inOrder.add(incoming);
    this.#bytes += incoming.bytes;
    if (typeof payload === 'object') this.#unpublished.set(payload, incoming);
    this.#makeRoom();
  }

  /** The publish as it came, or no more than its id. */
  get(session: Session | undefined, clientId: string, messageId: number): BrokerPacket | undefined {
    const incoming = this.#byClient.get(clientId)?.get(messageId);
    if (incoming) return incoming.packet;
    return session?.incoming.has(messageId) ? { cmd: 'publish', messageId } : undefined;
  }

  /** The one that this publish is, if it was not in the queues yet. */
  unpublished({ payload }: Publish): Incoming | undefined {
    return typeof payload === 'object' ? this.#unpublished.get(payload) : undefined;
  }

  /** It goes into the queues: within that write when its session is given. */
  published(session: Session | undefined, incoming: Incoming): void {
    const { messageId, packet } = incoming;
    if (session) {
      this.#put.run(session.no, messageId);
      session.incoming.add(messageId);
    }
    if (typeof packet.payload === 'object') this.#unpublished.delete(packet.payload);
    this.#bytes -= incoming.bytes;
    incoming.bytes = 0;
    incoming.packet = { cmd: 'publish', messageId };
  }

  /** It could not be stored: a repeat is to be taken as new. */
  failed(incoming: Incoming | undefined): void {
    if (incoming) this.#forget(incoming.clientId, incoming.messageId);
  }

  remove(session: Session | undefined, clientId: string, messageId: number): void {
    if (session?.incoming.has(messageId)) {
      this.#delete.run(session.no, messageId);
      session.incoming.delete(messageId);
    }
    this.#forget(clientId, messageId);
  }

  removeAll(session: Session | undefined, clientId: string): void {
    if (session && session.incoming.size > 0) {
      this.#deleteAll.run(session.no);
      session.incoming.clear();
    }
    for (const incoming of [...(this.#byClient.get(clientId)?.values() ?? [])]) {
      this.#forget(clientId, incoming.messageId);
    }
  }

  #makeRoom(): void {
    const { incomingMax, incomingBytesMax } = this.#limits;
    for (const { clientId, messageId } of this.#inOrder) {
      if (this.#inOrder.size <= incomingMax && this.#bytes <= incomingBytesMax) return;
      this.#forget(clientId, messageId);
    }
  }

  #forget(clientId: string, messageId: number): void {
    const mine = this.#byClient.get(clientId);
    const incoming = mine?.get(messageId);
    if (!mine || !incoming) return;
    mine.delete(messageId);
    if (mine.size === 0) this.#byClient.delete(clientId);
    this.#inOrder.delete(incoming);
    this.#bytes -= incoming.bytes;
  }
}
