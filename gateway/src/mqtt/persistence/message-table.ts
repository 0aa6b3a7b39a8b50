/**
 * The content of queued publishes (step 6): each on disk once, however many sessions wait for it,
 * and gone with the last of them. Only the counts are in memory.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { Content, QoS } from './packet.ts';
import { isContent, isRowNumber, mustBe } from './row-check.ts';

export class MessageTable {
  readonly #holders = new Map<number, number>();
  readonly #onUnreadable: (error: unknown) => void;
  readonly #insert: Statement;
  readonly #delete: Statement;
  readonly #read: Statement;
  readonly #held: Statement;
  readonly #numberMax: Statement;
  #next = 1;

  constructor(db: Database, onUnreadable: (error: unknown) => void) {
    this.#onUnreadable = onUnreadable;
    this.#insert = db.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?)');
    this.#delete = db.prepare('DELETE FROM messages WHERE no = ?');
    this.#read = db.prepare('SELECT topic, payload, qos, retain FROM messages WHERE no = ?').raw();
    this.#held = db.prepare('SELECT message, count(*) FROM queue GROUP BY message').raw();
    this.#numberMax = db.prepare('SELECT ifnull(max(no), 0) FROM messages').pluck();
  }

  load(): void {
    this.#holders.clear();
    for (const [no, count] of this.#held.iterate() as Iterable<[number, number]>) {
      this.#holders.set(no, count);
    }
    mustBe(isRowNumber(this.#numberMax.get()), 'messages');
    // Never a number twice in one run: a delivery may still hold one.
    this.#next = Math.max(this.#next, (this.#numberMax.get() as number) + 1);
  }

  /** Its number; nobody waits for it yet. */
  add({ topic, payload, qos, retain }: Content): number {
    const no = this.#next++;
    this.#insert.run(no, topic, payload, qos, retain ? 1 : 0);
    return no;
  }

  hold(no: number): void {
    this.#holders.set(no, (this.#holders.get(no) ?? 0) + 1);
  }

  release(no: number): void {
    const left = (this.#holders.get(no) ?? 0) - 1;
    if (left > 0) {
      this.#holders.set(no, left);
    } else if (this.#holders.delete(no)) {
      this.#delete.run(no);
    }
  }

  /** Undefined when it is gone, or not readable. */
  read(no: number): Content | undefined {
    try {
      const row = this.#read.get(no) as [string, Buffer | string, QoS, number] | undefined;
      if (!row) return undefined;
      const [topic, payload, qos, retain] = row;
      mustBe(isContent(topic, payload, qos), 'messages');
      return { topic, payload, qos, retain: retain === 1 };
    } catch (error) {
      this.#onUnreadable(error);
      return undefined;
    }
  }
}
