/**
 * A run of elements that is too long for one body: each body says how many elements are left, its
 * own included, and then holds some of them (step 4 of a message's way). Writing splits, reading
 * checks that the numbers add up, that every body moves on, and that no byte is left over.
 */
import { ok, type Result, refused } from '../../result.ts';
import type { BodyReader } from './body-reader.ts';
import { BodyWriter } from './body-writer.ts';
import { bodyBytesMin } from './constants.ts';

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
  /** A number told in every body, before that of the elements. */
  readonly told?: number;
  readonly total: number;
  readonly elementBytesMax: number;
  readonly maxBodyBytes: number;
  readonly write: (writer: BodyWriter, at: number) => void;
}

/** At least one body, also for no elements. */
export function seriesBodies(shape: SeriesShape): Uint8Array[] {
  const { kind, total, elementBytesMax, maxBodyBytes } = shape;
  if (maxBodyBytes < bodyBytesMin) throw new RangeError('bodies must be allowed bodyBytesMin');
  const bodies: Uint8Array[] = [];
  let at = 0;
  do {
    const needed = 1 + 2 * varintBytesMax + (total - at) * elementBytesMax;
    const writer = new BodyWriter(Math.min(maxBodyBytes, needed));
    writer.byte(kind);
    if (shape.told !== undefined) writer.varint(shape.told);
    writer.varint(total - at);
    while (at < total && writer.room >= elementBytesMax) shape.write(writer, at++);
    bodies.push(writer.finish());
  } while (at < total);
  return bodies;
}

export interface SeriesBounds {
  /** How many elements there may be. */
  readonly least: number;
  readonly most: number;
  /** Where a number is told, the largest that it may be. */
  readonly toldMax?: number;
}

export class Series {
  readonly #bounds: SeriesBounds;
  #left: number | undefined;
  #told = 0;

  constructor(bounds: SeriesBounds) {
    this.#bounds = bounds;
  }

  /** The number told beside the elements. */
  get told(): number {
    return this.#told;
  }

  /**
   * Takes one body from its second byte on. `readElements` reads to the end, at most `left`
   * elements, and answers how many. True when the series is complete.
   */
  take(
    reader: BodyReader,
    readElements: (left: number) => Result<number, ReconcileFailure>,
  ): Result<boolean, ReconcileFailure> {
    const { least, most, toldMax } = this.#bounds;
    const told = toldMax === undefined ? 0 : reader.varint();
    const left = reader.varint();
    if (reader.failed) return refused('malformed');
    const begins = this.#left === undefined;
    const fits = begins
      ? left >= least && left <= most && told <= (toldMax ?? 0)
      : left === this.#left && told === this.#told;
    if (!fits) return refused('peer-lies');
    this.#told = told;
    const read = readElements(left);
    if (!read.ok) return read;
    const stalls = read.value === 0 && left > 0;
    if (reader.failed || reader.left > 0 || stalls) return refused('malformed');
    this.#left = left - read.value;
    return ok(this.#left === 0);
  }
}
