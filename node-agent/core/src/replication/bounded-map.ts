/**
 * A map with a maximum: at it, the entry set longest ago goes. Memory of what was seen, sent or
 * heard of in step 4 of a message's way is kept in these.
 */
export class BoundedMap<K, V> {
  readonly #max: number;
  readonly #map = new Map<K, V>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#map.size;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  /** Sets it as the newest; returns what had to go. */
  set(key: K, value: V): V | undefined {
    this.#map.delete(key);
    this.#map.set(key, value);
    if (this.#map.size <= this.#max) return undefined;
    const [oldest, gone] = this.#map.entries().next().value!;
    this.#map.delete(oldest);
    return gone;
  }

  delete(key: K): boolean {
    return this.#map.delete(key);
  }
}
