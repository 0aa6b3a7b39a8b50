/**
 * Places for what lasts (a body that is being read, a stream of events): so many in all, and few of
 * them for one address, so that whoever is slow or greedy takes nobody else's.
 */
export interface PlacesMax {
  readonly inAll: number;
  readonly perAddress: number;
}

export class Places {
  readonly #max: PlacesMax;
  /** An address without a place is not kept. */
  readonly #taken = new Map<string, number>();
  #inAll = 0;

  constructor(max: PlacesMax) {
    this.#max = max;
  }

  /** What gives the place back, to be called once; undefined when there is none. */
  take(address: string): (() => void) | undefined {
    const taken = this.#taken.get(address) ?? 0;
    if (this.#inAll >= this.#max.inAll || taken >= this.#max.perAddress) return undefined;
    this.#inAll += 1;
    this.#taken.set(address, taken + 1);
    return () => {
      this.#inAll -= 1;
      const left = this.#taken.get(address)! - 1;
      if (left === 0) this.#taken.delete(address);
      else this.#taken.set(address, left);
    };
  }
}
