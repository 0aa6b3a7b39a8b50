/**
 * The wills of connected clients (step 6), so that they are published even when the broker itself
 * was cut off: those of an earlier broker are the ones whose clients nobody saw leave.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { PersistenceLimits } from './limits.ts';
import { type Content, contentBytes, type QoS } from './packet.ts';
import { isContent, mustBe } from './row-check.ts';
import { RefusedError } from './store-fault.ts';

export interface Will extends Content {
  clientId: string;
  brokerId: string;
}

type Row = [string, string, string, Buffer | string, QoS, number];

export class WillTable {
  readonly #limits: PersistenceLimits;
  readonly #byClient = new Map<string, Will>();
  readonly #put: Statement;
  readonly #delete: Statement;
  readonly #all: Statement;

  constructor(db: Database, limits: PersistenceLimits) {
    this.#limits = limits;
    this.#put = db.prepare('INSERT OR REPLACE INTO wills VALUES (?, ?, ?, ?, ?, ?)');
    this.#delete = db.prepare('DELETE FROM wills WHERE client = ?');
    this.#all = db.prepare('SELECT * FROM wills').raw();
  }

  load(): void {
    this.#byClient.clear();
    for (const [clientId, brokerId, topic, payload, qos, retain] of this.#all.all() as Row[]) {
      mustBe(clientId !== '' && isContent(topic, payload, qos), 'wills');
      const will = { clientId, brokerId, topic, payload, qos, retain: retain === 1 };
      this.#byClient.set(clientId, will);
    }
  }

  get(clientId: string): Will | undefined {
    return this.#byClient.get(clientId);
  }

  all(): Will[] {
    return [...this.#byClient.values()];
  }

  put(will: Will): void {
    const { willsMax, willBytesMax } = this.#limits;
    const isNew = !this.#byClient.has(will.clientId);
    if ((isNew && this.#byClient.size >= willsMax) || contentBytes(will) > willBytesMax) {
      throw new RefusedError('will-refused');
    }
    const { clientId, brokerId, topic, payload, qos, retain } = will;
    this.#put.run(clientId, brokerId, topic, payload, qos, retain ? 1 : 0);
    this.#byClient.set(clientId, will);
  }

  remove(clientId: string): void {
    this.#delete.run(clientId);
    this.#byClient.delete(clientId);
  }
}
