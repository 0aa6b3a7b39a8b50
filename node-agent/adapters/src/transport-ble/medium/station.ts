/**
 * One adapter at work: serves, says who we are, listens, and awaits channels. What fails is tried
 * again until the adapter is gone. Before step 4 of a message's way. It decides nothing.
 */
import type { Clock, Logger, Random, Timer } from '@muster/core';
import type { BleAdapter, BleConnection, BleReport } from '../ble.ts';
import { ChannelDoor } from '../stream/index.ts';
import { bleUuids } from '../uuids.ts';
import { Advertiser } from './advertiser.ts';
import { Ear, type Listening } from './ear.ts';
import { rotationTimes } from './limits.ts';

export interface StationOptions {
  readonly adapter: BleAdapter;
  /** What is served here and said on air: the one of members or that of blank boxes. */
  readonly service: string;
  /** A fresh tag. */
  readonly next: () => Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onReport: (report: BleReport, station: Station) => void;
  readonly onConnection: (connection: BleConnection, station: Station) => void;
  readonly onChange: () => void;
}

export class Station {
  readonly adapter: BleAdapter;
  readonly advertiser: Advertiser;
  /** Undefined: GATT only. */
  readonly door: ChannelDoor | undefined;
  readonly #options: StationOptions;
  readonly #ear: Ear;
  #listening: Listening = 'none';
  #retry: Timer | undefined;
  #isStopped = false;

  constructor(options: StationOptions) {
    const { adapter, service, next, clock, random, logger, onReport, onChange } = options;
    this.#options = options;
    this.adapter = adapter;
    this.advertiser = new Advertiser({
      ...{ peripheral: adapter.peripheral, clock, random, logger },
      next: () => ({ service, data: next() }),
      onChange: () => {
        this.#followAddress();
        onChange();
      },
    });
    this.#ear = new Ear({
      ...{ scanner: adapter.scanner, services: [bleUuids.mesh, bleUuids.claim], clock, logger },
      onReport: (report) => onReport(report, this),
    });
    const { channels } = adapter;
    this.door = channels && new ChannelDoor({ channels, clock, logger });
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  start(): void {
    void this.door?.start();
    void this.#serve();
  }

  listen(mode: Listening): void {
    this.#listening = mode;
    this.#followAddress();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#retry?.cancel();
    this.door?.stop();
    this.#ear.set('none');
    await this.advertiser.stop();
  }

  /** Says who we are only once callers are answered. */
  async #serve(): Promise<void> {
    const { adapter, service, clock, logger, onConnection } = this.#options;
    try {
      await adapter.peripheral.serve(service, (connection) => {
        if (this.#isStopped) connection.close();
        else onConnection(connection, this);
      });
    } catch (error) {
      logger.debug('ble-not-served', { adapter: adapter.name, why: (error as Error).message });
      if (this.#isStopped) return;
      this.#retry = clock.after(rotationTimes.retryMsMin, () => void this.#serve());
      return;
    }
    if (!this.#isStopped) this.advertiser.start();
  }

  #followAddress(): void {
    const isQuiet = this.advertiser.isSilent || this.#isStopped;
    this.#ear.set(isQuiet ? 'none' : this.#listening);
  }
}
