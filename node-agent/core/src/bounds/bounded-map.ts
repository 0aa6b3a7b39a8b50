/**
 * A map with a maximum: at it, the entry set longest ago goes. Memory of what was seen, sent or
 * heard of in step 4 of a message's way is kept in these.
 */
export class BoundedMap<K, V> {
  readonly #max: number;
  readonly #map = new Map<K, V>();
  /**
   * Stands at the oldest entry, because a new one would step over all gaps at the beginning. It
   * lasts until something else is removed: left behind, it would keep every table outgrown since.
   */
  #oldest: MapIterator<[K, V]> | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#map.size;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  values(): IterableIterator<V> {
    return this.#map.values();
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  /** Sets it as the newest; returns what had to go. */
  set(key: K, value: V): V | undefined {
    const before = this.#map.size;
    this.#map.set(key, value);
    if (this.#map.size === before) {
      this.delete(key);
      this.#map.set(key, value);
    }
    return this.#shrink();
  }

  delete(key: K): boolean {
    const had = this.#map.delete(key);
    if (had) this.#oldest = undefined;
    return had;
  }

  #shrink(): V | undefined {
    if (this.#map.size <= this.#max) return undefined;
    this.#oldest ??= this.#map.entries();
    // Never at its end: all that it passed was removed, and more than `max` is left.
    const [oldest, gone] = this.#oldest.next().value!;
    this.#map.delete(oldest);
    return gone;
  }
}
