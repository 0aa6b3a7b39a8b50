/**
 * What waits for the clients of sessions (step 6): order and state in memory, all on disk. A
 * publish is queued once for a client, however many of its filters match. At a bound the oldest
 * goes, counted. What a client confirmed may come back after a crash, as MQTT permits; never less
 * than all.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { PersistenceLimits } from './limits.ts';
import type { MessageTable } from './message-table.ts';
import { type BrokerPacket, type Content, contentBytes, publishOf, type QoS } from './packet.ts';
import { isCount, isMessageId, isQos, isRowNumber, mustBe } from './row-check.ts';
import type { QueuedPacket, Session } from './session.ts';
import type { SessionTable } from './session-table.ts';

export interface OutgoingQueueParts {
  readonly db: Database;
  readonly limits: PersistenceLimits;
  readonly messages: MessageTable;
  readonly sessions: SessionTable;
}

interface Row {
  no: number;
  session: number;
  message: number;
  bytes: number;
  qos: QoS;
  message_id: number | null;
  released: number;
}

/** Stands for the brokers of earlier runs; no broker has this id. */
const earlierBroker = 'earlier';

export class OutgoingQueue {
  readonly #parts: OutgoingQueueParts;
  readonly #insert: Statement;
  readonly #update: Statement;
  readonly #delete: Statement;
  readonly #all: Statement;
  #next = 1;
  #bytes = 0;
  #dropped = 0;

  constructor(parts: OutgoingQueueParts) {
    const { db } = parts;
    this.#parts = parts;
    this.#insert = db.prepare('INSERT INTO queue VALUES (?, ?, ?, ?, ?, NULL, 0)');
    this.#update = db.prepare(
      'UPDATE queue SET qos = ?, message_id = ?, released = ? WHERE no = ?',
    );
    this.#delete = db.prepare('DELETE FROM queue WHERE no = ?');
    this.#all = db.prepare('SELECT * FROM queue ORDER BY no');
  }

  /** Bytes of all queues, the charge of each packet included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Packets that went at a bound, since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * After the sessions. `known`: packets of this run, which the broker knows by its own numbers.
   */
  load(known: ReadonlyMap<number, QueuedPacket>): void {
    this.#bytes = 0;
    for (const row of this.#all.all() as Row[]) {
      mustBe(isRight(row), 'queue');
      this.#next = Math.max(this.#next, row.no + 1);
      const session = this.#parts.sessions.byNo(row.session);
      const before = known.get(row.no);
      const { no, message, bytes, qos } = row;
      session?.queue.push({
        no,
        message,
        bytes,
        qos,
        messageId: row.message_id ?? undefined,
        released: row.released === 1,
        brokerId: before?.brokerId ?? earlierBroker,
        brokerCounter: before?.brokerCounter ?? no,
        announced: true,
        sentOn: before?.sentOn,
        gone: false,
      });
      if (session) session.queuedBytes += bytes;
      this.#bytes += session ? bytes : 0;
    }
  }

  /** One content for many sessions, each with the QoS that it subscribed with. */
  push(
    receivers: ReadonlyMap<Session, QoS>,
    content: Content,
    packet: BrokerPacket,
  ): QueuedPacket[] {
    const { limits, messages } = this.#parts;
    const message = messages.add(content);
    const bytes = contentBytes(content) + limits.queuedChargeBytes;
    return [...receivers].map(([session, qos]) => {
      this.#makeRoom(session, bytes);
      const no = this.#next++;
      this.#insert.run(no, session.no, message, bytes, qos);
      messages.hold(message);
      const queued = {
        no,
        message,
        bytes,
        qos,
        messageId: undefined,
        released: false,
        brokerId: packet.brokerId ?? earlierBroker,
        brokerCounter: packet.brokerCounter || no,
        announced: false,
        sentOn: undefined,
        gone: false,
      };
      session.queue.push(queued);
      session.queuedBytes += bytes;
      this.#bytes += bytes;
      return queued;
    });
  }

  /** Its state changed. */
  update({ no, qos, messageId, released }: QueuedPacket): void {
    this.#update.run(qos, messageId ?? null, released ? 1 : 0, no);
  }

  remove(session: Session, queued: QueuedPacket): void {
    this.#delete.run(queued.no);
    this.#parts.messages.release(queued.message);
    session.queue.splice(session.queue.indexOf(queued), 1);
    session.queuedBytes -= queued.bytes;
    this.#bytes -= queued.bytes;
    queued.gone = true;
  }

  removeAll(session: Session): void {
    while (session.queue.length > 0) this.remove(session, session.queue.at(-1)!);
  }

  /** As it is to be sent; undefined when it is gone. */
  packetOf(queued: QueuedPacket): BrokerPacket | undefined {
    if (queued.gone) return undefined;
    if (queued.released) return { cmd: 'pubrel', messageId: queued.messageId };
    const content = this.#parts.messages.read(queued.message);
    const { qos, messageId, brokerId, brokerCounter } = queued;
    return content && publishOf({ ...content, qos }, { messageId, brokerId, brokerCounter });
  }

  #makeRoom(session: Session, bytes: number): void {
    const { queuedPerSessionMax, queuedBytesPerSessionMax, queuedBytesMax } = this.#parts.limits;
    while (
      session.queue.length >= queuedPerSessionMax ||
      (session.queue.length > 0 && session.queuedBytes + bytes > queuedBytesPerSessionMax)
    ) {
      this.#dropOldest(session);
    }
    while (this.#bytes > 0 && this.#bytes + bytes > queuedBytesMax)
      this.#dropOldest(this.#largest());
  }

  #dropOldest(session: Session): void {
    this.remove(session, session.queue[0]!);
    this.#dropped++;
  }

  #largest(): Session {
    let largest: Session | undefined;
    for (const session of this.#parts.sessions.all()) {
      if (!largest || session.queuedBytes > largest.queuedBytes) largest = session;
    }
    return largest!;
  }
}

function isRight({ no, message, bytes, qos, message_id: id, released }: Row): boolean {
  const areNumbers = isRowNumber(no) && isRowNumber(message) && isCount(bytes);
  // What is released is known to its client by an id.
  const isKnown = id === null ? released === 0 : isMessageId(id);
  return areNumbers && isQos(qos) && isKnown;
}
