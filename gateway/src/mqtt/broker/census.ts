/**
 * Counts connections in all and per address, opening and admitted, and refuses what is beyond the
 * caps before a byte is read. It holds no address that has no connection.
 */
import type { MqttLimits } from '../limits.ts';

interface AddressCount {
  open: number;
  opening: number;
}

export class Census {
  readonly #limits: MqttLimits;
  readonly #addresses = new Map<string, AddressCount>();
  #open = 0;

  constructor(limits: MqttLimits) {
    this.#limits = limits;
  }

  /** False: refused. Otherwise counted as open and opening. */
  enter(address: string): boolean {
    const { connectionsMax, connectionsPerAddressMax, openingPerAddressMax } = this.#limits;
    if (this.#open >= connectionsMax) return false;
    const count = this.#addresses.get(address) ?? { open: 0, opening: 0 };
    if (count.open >= connectionsPerAddressMax || count.opening >= openingPerAddressMax) {
      return false;
    }
    count.open += 1;
    count.opening += 1;
    this.#open += 1;
    this.#addresses.set(address, count);
    return true;
  }

  /** Its CONNECT was read: it is not opening any more. */
  opened(address: string): void {
    this.#addresses.get(address)!.opening -= 1;
  }

  /** `opened`: whether `opened` was called for it. */
  leave(address: string, opened: boolean): void {
    if (!opened) this.opened(address);
    const count = this.#addresses.get(address)!;
    count.open -= 1;
    this.#open -= 1;
    if (count.open === 0) this.#addresses.delete(address);
  }
}
