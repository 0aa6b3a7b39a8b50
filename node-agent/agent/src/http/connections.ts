/**
 * Counts open connections per address and refuses what is beyond the caps, before a single byte is
 * read. What it counts is given back when the connection closes, so it cannot grow beyond them.
 */
import type { Socket } from 'node:net';
import { addressGroup } from './address.ts';

export class ConnectionCounter {
  readonly #perAddressMax: number;
  readonly #counts = new Map<string, number>();
  refused = 0;

  constructor(perAddressMax: number) {
    this.#perAddressMax = perAddressMax;
  }

  /** False: this address has too many already. Otherwise counted until the socket closes. */
  add(socket: Socket): boolean {
    const address = addressGroup(socket.remoteAddress ?? '');
    const count = this.#counts.get(address) ?? 0;
    if (count >= this.#perAddressMax) {
      this.refused += 1;
      return false;
    }
    this.#counts.set(address, count + 1);
    socket.once('close', () => {
      const left = this.#counts.get(address)! - 1;
      if (left === 0) this.#counts.delete(address);
      else this.#counts.set(address, left);
    });
    return true;
  }
}
