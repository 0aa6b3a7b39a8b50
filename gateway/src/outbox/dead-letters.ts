/**
 * Dead letters: what one uplink will never carry, and why, for the admin to see (step 6). Kept with
 * the store, in the same commit that moves the cursor past them. It holds no content: the bundle
 * itself stays in the store as long as it lives.
 */
import {
  CborReader,
  encodeCbor,
  equalBytes,
  type Lane,
  type NodeApi,
  nameLimits,
} from '@muster/core';
import { outboxLimits } from './limits.ts';

export interface DeadLetter {
  readonly id: Uint8Array;
  readonly row: number;
  readonly lane: Lane;
  readonly author: Uint8Array;
  readonly channel: string;
  /** In words. */
  readonly reason: string;
  readonly attempts: number;
  /** Wall time at which it was given up, as this node believed; for display. */
  readonly unixMs: number;
}

export type KeptValue = readonly [name: string, value: Uint8Array | undefined];

const version = 1;
const { lettersMax } = outboxLimits;
const channelBytesMax = 2 * nameLimits.nameBytesMax;
const reasonBytesMax = 4 * outboxLimits.reasonLettersMax;

export class DeadLetters {
  readonly #prefix: string;
  readonly #changed = new Map<number, DeadLetter | undefined>();
  /** By number; place in the store is the number modulo the maximum. */
  readonly #letters = new Map<number, DeadLetter>();
  #next = 0;
  /** Letters that were let go because there were too many. */
  #lost = 0;
  #countsChanged = false;

  constructor(uplink: string, node: Pick<NodeApi, 'value'>) {
    this.#prefix = `gateway/letters/${uplink}`;
    this.#load(node);
  }

  get lost(): number {
    return this.#lost;
  }

  /** Oldest first. */
  list(): readonly DeadLetter[] {
    return [...this.#letters.values()];
  }

  find(id: Uint8Array): DeadLetter | undefined {
    return this.list().find((letter) => equalBytes(letter.id, id));
  }

  /** A letter that was here under the same id gives way. */
  add(letter: DeadLetter): void {
    this.remove(letter.id);
    const number = this.#next;
    if (this.#letters.delete(number - lettersMax)) this.#lost += 1;
    this.#letters.set(number, letter);
    this.#changed.set(number % lettersMax, letter);
    this.#next += 1;
    this.#countsChanged = true;
  }

  remove(id: Uint8Array): boolean {
    for (const [number, letter] of this.#letters) {
      if (!equalBytes(letter.id, id)) continue;
      this.#letters.delete(number);
      this.#changed.set(number % lettersMax, undefined);
      return true;
    }
    return false;
  }

  /** What is to be kept since the last call. */
  takeChanges(): KeptValue[] {
    const values = [...this.#changed].map(
      ([place, letter]): KeptValue => [`${this.#prefix}/${place}`, letter && encode(letter)],
    );
    if (this.#countsChanged)
      values.push([this.#prefix, encodeCbor([version, this.#next, this.#lost])]);
    this.#changed.clear();
    this.#countsChanged = false;
    return values;
  }

  /** What takes every letter out of the store. */
  removal(): KeptValue[] {
    const places = [...this.#letters.keys()].map((number) => number % lettersMax);
    const values = places.map((place): KeptValue => [`${this.#prefix}/${place}`, undefined]);
    return [...values, [this.#prefix, undefined]];
  }

  #load(node: Pick<NodeApi, 'value'>): void {
    const counts = node.value(this.#prefix);
    if (!counts) return;
    const reader = new CborReader(counts);
    reader.array(3);
    reader.uint(version, version);
    const next = reader.uint(Number.MAX_SAFE_INTEGER);
    const lost = reader.uint(Number.MAX_SAFE_INTEGER);
    if (!reader.done()) return;
    this.#next = next;
    this.#lost = lost;
    for (let number = Math.max(0, next - lettersMax); number < next; number += 1) {
      const letter = decode(node.value(`${this.#prefix}/${number % lettersMax}`));
      if (letter) this.#letters.set(number, letter);
    }
  }
}

function encode({ id, row, lane, author, channel, reason, attempts, unixMs }: DeadLetter) {
  return encodeCbor([version, id, row, lane, author, channel, reason, attempts, unixMs]);
}

function decode(value: Uint8Array | undefined): DeadLetter | undefined {
  if (!value) return undefined;
  const reader = new CborReader(value);
  reader.array(9);
  reader.uint(version, version);
  const letter = {
    id: reader.bytes(32).slice(),
    row: reader.uint(Number.MAX_SAFE_INTEGER),
    lane: reader.uint(2) as Lane,
    author: reader.bytes(32).slice(),
    channel: reader.text(channelBytesMax),
    reason: reader.text(reasonBytesMax),
    attempts: reader.uint(Number.MAX_SAFE_INTEGER),
    unixMs: reader.uint(Number.MAX_SAFE_INTEGER),
  };
  return reader.done() ? letter : undefined;
}
