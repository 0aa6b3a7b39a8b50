/**
 * A run of elements that is too long for one body: each body says how many elements are left, its
 * own included, and then holds some of them (step 4 of a message's way). Writing splits, reading
 * checks that the numbers add up, that every body moves on, and that no byte is left over.
 */
import { ok, type Result, refused } from '../../result.ts';
import type { BodyReader } from './body-reader.ts';
import { BodyWriter } from './body-writer.ts';

/** Why an exchange was broken off. After any of these the peer is not to be believed. */
export type ReconcileFailure =
  /** A body that cannot be parsed. */
  | 'malformed'
  /** A message that has no place at this point of the exchange. */
  | 'unexpected'
  /** What it says contradicts itself or exceeds what its own set size allows. */
  | 'peer-lies';

const varintBytesMax = 5;

export interface SeriesShape {
  /** The first byte of every body. */
  readonly kind: number;
  readonly total: number;
  readonly elementBytesMax: number;
  readonly maxBodyBytes: number;
  readonly write: (writer: BodyWriter, at: number) => void;
}

/** At least one body, also for no elements. */
export function seriesBodies(shape: SeriesShape): Uint8Array[] {
  const { kind, total, elementBytesMax, maxBodyBytes } = shape;
  const bodies: Uint8Array[] = [];
  let at = 0;
  do {
    const needed = 1 + varintBytesMax + (total - at) * elementBytesMax;
    const writer = new BodyWriter(Math.min(maxBodyBytes, needed));
    writer.byte(kind);
    writer.varint(total - at);
    while (at < total && writer.room >= elementBytesMax) shape.write(writer, at++);
    bodies.push(writer.finish());
  } while (at < total);
  return bodies;
}

export class Series {
  readonly #least: number;
  readonly #most: number;
  #left: number | undefined;

  /** A series of `least` to `most` elements. */
  constructor(least: number, most: number) {
    this.#least = least;
    this.#most = most;
  }

  get begun(): boolean {
    return this.#left !== undefined;
  }

  /**
   * Takes one body from its number of elements on. `readElements` reads to the end, at most `left`
   * elements, and answers how many. True when the series is complete.
   */
  take(
    reader: BodyReader,
    readElements: (left: number) => Result<number, ReconcileFailure>,
  ): Result<boolean, ReconcileFailure> {
    const left = reader.varint();
    if (reader.failed) return refused('malformed');
    const due = this.#left;
    const fits = due === undefined ? left >= this.#least && left <= this.#most : left === due;
    if (!fits) return refused('peer-lies');
    const read = readElements(left);
    if (!read.ok) return read;
    const stalls = read.value === 0 && left > 0;
    if (reader.failed || reader.left > 0 || stalls) return refused('malformed');
    this.#left = left - read.value;
    return ok(this.#left === 0);
  }
}
