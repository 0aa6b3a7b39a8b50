/**
 * One bounded part of a box's store, as a checker imagines it: messages in the order in which they
 * would go, and the bytes of those that cannot have gone yet. It counts a message for as long as it
 * may still live there, rather too long than too short: so whatever a box may rightly have
 * displaced, this displaces too.
 */
import type { Place } from './history.ts';

export interface ShelfLimits {
  readonly bytesMax: number;
  readonly entriesMax: number;
}

/** Between two passes over a full shelf for what has died on it. */
const tidyEveryMs = 10 * 60_000;

export class Shelf {
  bytes = 0;
  entries = 0;
  #places: Place[] = [];
  #tidiedMs = Number.NEGATIVE_INFINITY;

  /** At the end, or in the order of a rank. */
  add(place: Place, rank?: (place: Place) => number): void {
    this.#places.splice(rank ? this.#placeOf(rank(place), rank) : this.#places.length, 0, place);
    this.count(place, 1);
  }

  count({ message }: Place, change: 1 | -1): void {
    this.bytes += change * message.bytes;
    this.entries += change;
  }

  isOver({ bytesMax, entriesMax }: ShelfLimits): boolean {
    return this.bytes > bytesMax || this.entries > entriesMax;
  }

  /** Takes out what is dead, now and then, by `letGo`, which has to count it out of all shelves. */
  tidy(nowMs: number, letGo: (place: Place) => boolean): void {
    if (nowMs - this.#tidiedMs < tidyEveryMs) return;
    this.#tidiedMs = nowMs;
    this.#places = this.#places.filter((place) => place.safe && !letGo(place));
  }

  /** The next that would go and is not known to have gone, or undefined. */
  first(): Place | undefined {
    const gone = this.#places.findIndex(({ safe }) => safe);
    this.#places.splice(0, gone === -1 ? this.#places.length : gone);
    return this.#places[0];
  }

  /** All that cannot have gone yet. */
  *safe(): Generator<Place> {
    for (const place of this.#places) if (place.safe) yield place;
  }

  #placeOf(rank: number, rankOf: (place: Place) => number): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rankOf(this.#places[middle]!) <= rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
