/**
 * The last retained message of each topic (step 6). The index of topics is in memory, payloads are
 * on disk. A message of QoS 0 stays in memory and is written with the next lazy round, once for all
 * that changed its topic meanwhile: a sensor that retains every reading must not wear out the card.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { PersistenceLimits } from './limits.ts';
import { contentBytes, isTooDeep, type Publish, publishOf, type QoS } from './packet.ts';
import { isContent, isCount, isRowNumber, mustBe } from './row-check.ts';
import { RefusedError } from './store-fault.ts';
import { TopicTree } from './topic-tree.ts';

interface Retained {
  readonly no: number;
  readonly topic: string;
  readonly bytes: number;
  readonly owner: string;
  /** Its row is on disk, though perhaps with what the topic had before. */
  isOnDisk: boolean;
  /** Until it is written. */
  packet: Publish | undefined;
}

export class RetainedTable {
  readonly #limits: PersistenceLimits;
  readonly #onUnreadable: (error: unknown) => void;
  readonly #byTopic = new TopicTree<Retained>();
  readonly #countByOwner = new Map<string, number>();
  /** What the topic has, or the number of its row that goes: no more than topics and rows. */
  readonly #unwritten = new Map<string, Retained | number>();
  readonly #put: Statement;
  readonly #delete: Statement;
  readonly #read: Statement;
  readonly #all: Statement;
  #next = 1;
  #bytes = 0;

  constructor(db: Database, limits: PersistenceLimits, onUnreadable: (error: unknown) => void) {
    this.#limits = limits;
    this.#onUnreadable = onUnreadable;
    this.#put = db.prepare('INSERT OR REPLACE INTO retained VALUES (?, ?, ?, ?, ?)');
    this.#delete = db.prepare('DELETE FROM retained WHERE no = ?');
    this.#read = db.prepare('SELECT payload, qos FROM retained WHERE no = ?').raw();
    this.#all = db
      .prepare('SELECT no, topic, octet_length(payload), owner FROM retained ORDER BY no')
      .raw();
  }

  load(): void {
    this.#byTopic.clear();
    this.#countByOwner.clear();
    this.#bytes = 0;
    for (const [no, topic, payloadBytes, owner] of this.#all.iterate() as Iterable<
      [number, string, number, string]
    >) {
      mustBe(isRowNumber(no) && topic !== '' && isCount(payloadBytes), 'retained');
      const bytes = Buffer.byteLength(topic) + payloadBytes;
      this.#index({ no, topic, bytes, owner, isOnDisk: true, packet: undefined });
      this.#next = Math.max(this.#next, no + 1);
    }
    for (const [topic, change] of this.#unwritten) {
      this.#unindex(topic);
      if (typeof change !== 'number') this.#index(change);
    }
  }

  get size(): number {
    return this.#byTopic.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get unwritten(): number {
    return this.#unwritten.size;
  }

  /** An empty payload removes (MQTT 3.1.1, section 3.3.1.3). Within a write unless QoS is 0. */
  store(packet: Publish, owner: string): void {
    const { topic, payload, qos } = packet;
    const old = this.#byTopic.get(topic);
    if (payload.length === 0) {
      if (old) this.#remove(old, qos);
      return;
    }
    const bytes = contentBytes(packet);
    this.#mustFit({ topic, bytes, owner, old });
    const left = this.#unwritten.get(topic);
    const no = old?.no ?? (typeof left === 'number' ? left : this.#next++);
    const isOnDisk = old?.isOnDisk ?? typeof left === 'number';
    // The payload's memory may be a small part of a large buffer that came from the socket.
    const own = typeof payload === 'string' ? payload : Buffer.from(payload);
    const kept = { ...packet, payload: own };
    const retained: Retained = { no, topic, bytes, owner, isOnDisk, packet: kept };
    if (qos > 0) this.#write(retained);
    else this.#unwritten.set(topic, retained);
    this.#unindex(topic);
    this.#index(retained);
  }

  /** Within a write: all that waits to be written. */
  writeAll(): void {
    for (const [topic, change] of this.#unwritten) {
      if (typeof change === 'number') this.#delete.run(change);
      else this.#write(change);
      this.#unwritten.delete(topic);
    }
  }

  /** In no order; those that a subscription to this filter is shown. */
  *matching(filter: string): Generator<Publish> {
    for (const retained of this.#byTopic.under(filter)) {
      const packet = this.#packetOf(retained);
      if (packet) yield packet;
    }
  }

  #write(retained: Retained): void {
    const { topic, payload, qos } = retained.packet!;
    this.#put.run(retained.no, topic, payload, qos, retained.owner);
    retained.packet = undefined;
    retained.isOnDisk = true;
    this.#unwritten.delete(topic);
  }

  #remove(old: Retained, qos: QoS): void {
    this.#unwritten.delete(old.topic);
    if (old.isOnDisk && qos > 0) this.#delete.run(old.no);
    else if (old.isOnDisk) this.#unwritten.set(old.topic, old.no);
    this.#unindex(old.topic);
  }

  #packetOf(retained: Retained): Publish | undefined {
    if (retained.packet) return { ...retained.packet };
    try {
      const row = this.#read.get(retained.no) as [Buffer | string, QoS] | undefined;
      if (!row) return undefined;
      const [payload, qos] = row;
      mustBe(isContent(retained.topic, payload, qos), 'retained');
      return publishOf({ topic: retained.topic, payload, qos, retain: true });
    } catch (error) {
      this.#onUnreadable(error);
      return undefined;
    }
  }

  #mustFit(change: {
    readonly topic: string;
    readonly bytes: number;
    readonly owner: string;
    readonly old: Retained | undefined;
  }): void {
    const { retainedMax, retainedPerClientMax, retainedBytesMax, topicLevelsMax } = this.#limits;
    const { topic, bytes, owner, old } = change;
    if (isTooDeep(topic, topicLevelsMax)) throw new RefusedError('topic-too-deep');
    const more = bytes - (old?.bytes ?? 0);
    const tooMany = !old && this.size >= retainedMax;
    if (tooMany || (more > 0 && this.#bytes + more > retainedBytesMax)) {
      throw new RefusedError('retained-full');
    }
    // The gateway's own are bounded by what it knows.
    const owned = owner === '' || old?.owner === owner ? 0 : (this.#countByOwner.get(owner) ?? 0);
    if (owned >= retainedPerClientMax) throw new RefusedError('retained-client-full');
  }

  #index(retained: Retained): void {
    const { topic, bytes, owner } = retained;
    this.#byTopic.set(topic, retained);
    this.#bytes += bytes;
    this.#countByOwner.set(owner, (this.#countByOwner.get(owner) ?? 0) + 1);
  }

  #unindex(topic: string): void {
    const old = this.#byTopic.get(topic);
    if (!old) return;
    this.#byTopic.delete(topic);
    this.#bytes -= old.bytes;
    const left = this.#countByOwner.get(old.owner)! - 1;
    if (left > 0) this.#countByOwner.set(old.owner, left);
    else this.#countByOwner.delete(old.owner);
  }
}
