/**
 * A bounded memory of byte strings, such as ids: at its maximum what was set longest ago goes. The
 * relay link keeps with it what was wanted, asked and known (step 6 of a message's way).
 */
import { bytesKey } from '@muster/core';

export class RecentMap<V> {
  readonly #max: number;
  readonly #map = new Map<string, V>();

  constructor(max: number) {
    this.#max = max;
  }

  get(key: Uint8Array): V | undefined {
    return this.#map.get(bytesKey(key));
  }

  has(key: Uint8Array): boolean {
    return this.#map.has(bytesKey(key));
  }

  /** Sets it as the newest. */
  set(key: Uint8Array, value: V): void {
    const text = bytesKey(key);
    this.#map.delete(text);
    this.#map.set(text, value);
    if (this.#map.size <= this.#max) return;
    const [oldest] = this.#map.keys();
    if (oldest !== undefined) this.#map.delete(oldest);
  }

  delete(key: Uint8Array): void {
    this.#map.delete(bytesKey(key));
  }
}
