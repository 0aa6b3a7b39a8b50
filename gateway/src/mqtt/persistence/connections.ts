/**
 * Numbers the connections of this run (step 6): by it a packet knows whether it went out on the
 * very connection that now asks for what waits. Keeps no connection alive.
 */
import type { ClientRef } from './packet.ts';

/** As much of aedes as is needed. */
export interface BrokerRef {
  readonly id: string;
  readonly clients?: Readonly<Record<string, unknown>>;
}

export class Connections {
  readonly #numbers = new WeakMap<ClientRef, number>();
  #next = 1;
  /** Set before anything is asked. */
  broker: BrokerRef | undefined;

  isConnected(clientId: string): boolean {
    return this.broker?.clients?.[clientId] !== undefined;
  }

  /** Undefined for one that only stands for a client. */
  numberOf(client: ClientRef): number | undefined {
    if (this.broker?.clients?.[client.id] !== client) return undefined;
    const known = this.#numbers.get(client);
    if (known !== undefined) return known;
    this.#numbers.set(client, this.#next);
    return this.#next++;
  }
}
