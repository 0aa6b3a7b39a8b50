/**
 * Listens with the radio of this machine and says nothing on air: for the command line where no
 * agent runs. Without a site it knows blank boxes only. No step of a message's way.
 */
import { type BleHost, type BleReport, bleUuids } from '@muster/adapters/transport-ble';
import {
  type Clock,
  type Crypto,
  type NearbyKind,
  ProximityBook,
  RadioTagReader,
  radioIdBytes,
  radioTagBytes,
} from '@muster/core';
import type { BleScanView } from './ble-views.ts';
import { nearbyLimits } from './limits.ts';
import { heardThings } from './nearby.ts';

export interface ListenerOptions {
  readonly host: Pick<BleHost, 'state' | 'adapters' | 'start' | 'stop'>;
  readonly crypto: Crypto;
  readonly clock: Clock;
  /** Ed25519, 32 bytes; undefined where no site is known. */
  readonly siteKey: Uint8Array | undefined;
}

export class Listener {
  readonly #options: ListenerOptions;
  readonly #reader: RadioTagReader | undefined;
  readonly #book = new ProximityBook();
  /** By address. */
  readonly #strangers = new Set<string>();
  readonly #listening = new Set<BleHost['adapters'][number]>();

  constructor(options: ListenerOptions) {
    const { crypto, siteKey } = options;
    this.#options = options;
    this.#reader = siteKey && new RadioTagReader(crypto, siteKey);
  }

  async start(): Promise<void> {
    await this.#options.host.start(() => void this.#listen());
    await this.#listen();
  }

  async stop(): Promise<void> {
    await Promise.allSettled([...this.#listening].map(({ scanner }) => scanner.stop()));
    this.#listening.clear();
    await this.#options.host.stop();
  }

  get found(): BleScanView {
    const { host, crypto, clock, siteKey } = this.#options;
    const { kind: state, text, mend } = host.state;
    const nobody = { known: () => [], neighbours: () => [] };
    const nearby = this.#book.list(clock.monotonicMs());
    return {
      bluetooth: { state, text, mend },
      heard: heardThings(nearby, { crypto, siteKey: siteKey ?? new Uint8Array(32), ...nobody }),
      strangers: this.#strangers.size,
    };
  }

  async #listen(): Promise<void> {
    for (const adapter of this.#options.host.adapters) {
      if (this.#listening.has(adapter)) continue;
      this.#listening.add(adapter);
      const services = [bleUuids.mesh, bleUuids.claim];
      // An adapter that does not listen is one that hears nothing; it may go on at the next change.
      await adapter.scanner
        .start(services, (report) => this.#onReport(report))
        .catch(() => this.#listening.delete(adapter));
    }
  }

  #onReport({ service, data, peer, rssiDbm }: BleReport): void {
    const atMs = this.#options.clock.monotonicMs();
    const add = (kind: NearbyKind, id: Uint8Array): void => {
      this.#book.add({ kind, id, rssiDbm, atMs });
    };
    if (service === bleUuids.claim) {
      if (data.length === radioTagBytes) add('blank', data.subarray(0, radioIdBytes));
      return;
    }
    const read = this.#reader?.read(data, atMs);
    if (read?.ok) add(read.value.kind, read.value.id);
    else if (this.#strangers.size < nearbyLimits.strangersMax) this.#strangers.add(peer.address);
  }
}
