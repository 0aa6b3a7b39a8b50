/**
 * The trace of a run: every event folded into one hash, so that two runs can be compared by a
 * single word, and the last events kept in readable form for when a check fails.
 */
import { type Crypto, concat, toHex, utf8 } from '@muster/core';

const keptMax = 200;
/** Events are hashed in groups: one hash an event would be most of the run. */
const groupMax = 256;

export class Trace {
  readonly #crypto: Crypto;
  readonly #kept: string[] = [];
  #hash: Uint8Array = new Uint8Array(32);
  #group: string[] = [];
  #count = 0;

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  get count(): number {
    return this.#count;
  }

  add(nowMs: number, event: string): void {
    const line = `${nowMs.toFixed(3)} ${event}`;
    this.#count++;
    this.#group.push(line);
    this.#kept.push(line);
    if (this.#kept.length > 2 * keptMax) this.#kept.splice(0, keptMax);
    if (this.#group.length >= groupMax) this.#fold();
  }

  /** Hexadecimal, of all events so far in their order. */
  hash(): string {
    this.#fold();
    return toHex(this.#hash);
  }

  last(): readonly string[] {
    return this.#kept.slice(-keptMax);
  }

  #fold(): void {
    this.#hash = this.#crypto.blake2b(32, concat(this.#hash, utf8(this.#group.join('\n'))));
    this.#group = [];
  }
}
