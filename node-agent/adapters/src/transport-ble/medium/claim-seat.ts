/**
 * A blank node on air: says by each adapter that it is ready to be claimed, with tags that only who
 * has its label knows again, and takes those who come for it. No step of a message's way. Anybody
 * in reach may come; the few places are free again soon from whoever says nothing.
 */
import {
  type Clock,
  type Crypto,
  claimTagOf,
  type Logger,
  type Random,
  radioNonceBytes,
} from '@muster/core';
import type { BleAdapter, BleConnection, BleHost } from '../ble.ts';
import { acceptBleStream, type BleStream } from '../stream/index.ts';
import { bleUuids } from '../uuids.ts';
import { claimTimes } from './limits.ts';
import { Station } from './station.ts';
import { watched } from './watched.ts';

export interface ClaimSeatOptions {
  readonly host: BleHost;
  readonly crypto: Crypto;
  /** Of the label, 8 bytes. */
  readonly claimId: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onStream: (stream: BleStream) => void;
}

export interface ClaimSeat {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createClaimSeat(options: ClaimSeatOptions): ClaimSeat {
  return new RadioClaimSeat(options);
}

class RadioClaimSeat implements ClaimSeat {
  readonly #options: ClaimSeatOptions;
  readonly #stations = new Map<BleAdapter, Station>();
  readonly #callers = new Set<BleConnection>();
  readonly #stopping = new AbortController();
  #isStarted = false;

  constructor(options: ClaimSeatOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#isStarted = true;
    await this.#options.host.start(() => this.#settle());
    this.#settle();
  }

  async stop(): Promise<void> {
    if (!this.#isStarted || this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    await Promise.all([...this.#stations.values()].map((station) => station.stop()));
    for (const connection of this.#callers) connection.close();
    await this.#options.host.stop();
  }

  #settle(): void {
    if (this.#stopping.signal.aborted) return;
    const { host, clock, random, logger } = this.#options;
    for (const [adapter, station] of this.#stations) {
      if (host.adapters.includes(adapter)) continue;
      this.#stations.delete(adapter);
      void station.stop();
    }
    for (const adapter of host.adapters) {
      if (this.#stations.has(adapter)) continue;
      const station = new Station({
        ...{ adapter, clock, random, logger, service: bleUuids.claim },
        next: () => this.#nextTag(),
        onReport() {},
        onConnection: (connection, at) => void this.#accept(connection, at),
        onChange() {},
      });
      this.#stations.set(adapter, station);
      station.start();
    }
  }

  #nextTag(): Uint8Array {
    const { crypto, claimId, random } = this.#options;
    return claimTagOf(crypto, claimId, random.bytes(radioNonceBytes));
  }

  async #accept(connection: BleConnection, { door }: Station): Promise<void> {
    if (this.#callers.size >= claimTimes.callersMax) {
      connection.close();
      return;
    }
    this.#callers.add(connection);
    const free = (): unknown => this.#callers.delete(connection);
    const { clock, random, logger, onStream } = this.#options;
    const parts = { door, clock, random, logger, signal: this.#stopping.signal };
    try {
      const stream = await acceptBleStream({
        ...{ connection: watched(connection, free), purposes: ['claim'] },
        ...parts,
      });
      clock.after(claimTimes.silentMs, () => {
        if (stream.counts.payloadBytesReceived === 0) stream.close('silent');
      });
      onStream(stream);
    } catch (error) {
      free();
      logger.debug('ble-caller-left', { why: (error as Error).message });
    }
  }
}
