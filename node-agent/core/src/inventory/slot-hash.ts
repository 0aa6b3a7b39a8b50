/**
 * Hashes for the inventory's indexes: a keyed multiply-mix over 8 bytes (step 2 of a message's
 * way). What is hashed is chosen by strangers, the keys are not known to them.
 */
import type { Random } from '../ports/random.ts';

export class SlotHash {
  readonly #keys: Uint32Array;

  constructor(random: Random) {
    this.#keys = new Uint32Array(new Uint8Array(random.bytes(16)).buffer);
  }

  ofId(id: Uint8Array): number {
    const low = id[0]! | (id[1]! << 8) | (id[2]! << 16) | (id[3]! << 24);
    const high = id[4]! | (id[5]! << 8) | (id[6]! << 16) | (id[7]! << 24);
    return this.#mix(low, high);
  }

  ofSeq(authorNo: number, seq: number): number {
    // Mixed twice: authors choose both halves of a number, and could make up for another's `no`.
    return this.#mix(this.#mix(authorNo, Math.floor(seq / 2 ** 32)), seq | 0);
  }

  #mix(low: number, high: number): number {
    const keys = this.#keys;
    let h = Math.imul(low ^ keys[0]!, keys[1]! | 1);
    h = Math.imul(h ^ (h >>> 15) ^ high ^ keys[2]!, keys[3]! | 1);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    return (h ^ (h >>> 13)) >>> 0;
  }
}
