/**
 * One air in memory: BleHosts in reach of each other, in the time of a clock and by a seed. What is
 * built on Bluetooth is tested on it; sniffers hear all that is said. For tests; nothing that ships
 * imports it.
 */
import type { Clock } from '@muster/core';
import { fraction, type SeededRandom } from '@muster/core/testing';
import { type BleConnection, BleError, type BlePeer } from '../ble.ts';
import { type AirShape, calmAir } from './air-shape.ts';
import { MemoryAdapter, type MemoryAdapterOptions } from './memory-adapter.ts';
import { MemoryBleHost, type MemoryHostOptions } from './memory-host.ts';
import { MemoryLink } from './memory-link.ts';

/** What a sniffer hears. */
export type Sniffed =
  | {
      readonly kind: 'advertisement';
      readonly atMs: number;
      readonly from: BlePeer;
      readonly service: string;
      readonly data: Uint8Array;
    }
  | {
      readonly kind: 'connect';
      readonly atMs: number;
      readonly from: BlePeer;
      readonly to: BlePeer;
    }
  | {
      readonly kind: 'packet';
      readonly atMs: number;
      readonly from: BlePeer;
      readonly to: BlePeer;
      readonly carrier: 'gatt' | 'l2cap';
      readonly bytes: Uint8Array;
    };

/** An adapter's place, as a test sees it. */
export interface RadioPlace {
  readonly host: string;
  readonly name: string;
}

/** Signal strength from one to another, dBm; undefined: out of reach; 127: not told. */
export type Reach = (from: RadioPlace, to: RadioPlace) => number | undefined;

export interface MemoryRadioOptions {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly air?: Partial<AirShape>;
}

interface Dial {
  readonly peer: BlePeer;
  readonly service: string;
  readonly signal: AbortSignal;
}

const rssiUnknown = 127;
/** advDelay: Bluetooth Core 5.4, vol 6 part B, 4.4.2.2. */
const beaconJitterMs = 10;

export class MemoryRadio {
  readonly clock: Clock;
  readonly random: SeededRandom;
  /** May be changed while it runs. */
  readonly air: AirShape;
  readonly #adapters = new Set<MemoryAdapter>();
  readonly #links = new Set<MemoryLink>();
  readonly #sniffers = new Set<(sniffed: Sniffed) => void>();
  #reach: Reach = () => -60;

  constructor({ clock, random, air }: MemoryRadioOptions) {
    this.clock = clock;
    this.random = random;
    this.air = { ...calmAir(), ...air };
  }

  host(options: MemoryHostOptions): MemoryBleHost {
    return new MemoryBleHost(this, options);
  }

  /** Connections that stand. */
  get links(): readonly MemoryLink[] {
    return [...this.#links];
  }

  /** Everybody moves; links out of reach die after the supervision timeout. */
  place(reach: Reach): void {
    this.#reach = reach;
    for (const link of this.#links) this.#supervise(link);
  }

  /** Called for everything that is on air, until the function returned is called. */
  sniff(run: (sniffed: Sniffed) => void): () => void {
    this.#sniffers.add(run);
    return () => this.#sniffers.delete(run);
  }

  // What follows is for the parts of the radio.

  addAdapter(host: string, options: MemoryAdapterOptions): MemoryAdapter {
    const adapter = new MemoryAdapter(this, host, options);
    this.#adapters.add(adapter);
    return adapter;
  }

  removeAdapter(adapter: MemoryAdapter): void {
    adapter.vanish();
    this.#adapters.delete(adapter);
    for (const link of this.#links) {
      if (link.central === adapter || link.peripheral === adapter) link.cut();
    }
  }

  freshPeer(addressType: BlePeer['addressType']): BlePeer {
    const bytes = this.random.bytes(6);
    // The two highest bits say what kind of random address it is: 01, resolvable private.
    if (addressType === 'random') bytes[0] = (bytes[0]! & 0x3f) | 0x40;
    const address = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
    return { address: address.toUpperCase(), addressType };
  }

  beaconMs(): number {
    return this.air.advertiseMs + fraction(this.random) * beaconJitterMs;
  }

  rssi(from: MemoryAdapter, to: MemoryAdapter): number | undefined {
    const rssiDbm = this.#reach(from, to);
    const { rssiNoiseDb } = this.air;
    if (rssiDbm === undefined || rssiDbm === rssiUnknown || rssiNoiseDb === 0) return rssiDbm;
    return Math.round(rssiDbm + (2 * fraction(this.random) - 1) * rssiNoiseDb);
  }

  sniffed(what: Sniffed): void {
    for (const run of this.#sniffers) run(what);
  }

  broadcast(from: MemoryAdapter): void {
    const { service, data } = from.advertisement!;
    const { peer } = from;
    this.sniffed({
      kind: 'advertisement',
      atMs: this.clock.monotonicMs(),
      from: peer,
      service,
      data,
    });
    for (const to of this.#adapters) {
      if (to === from || !to.isScanning) continue;
      const rssiDbm = this.rssi(from, to);
      if (rssiDbm !== undefined) to.hear({ peer, service, data, rssiDbm });
    }
  }

  linkOf(adapter: MemoryAdapter, peer: BlePeer): MemoryLink | undefined {
    return this.links.find(
      ({ central, peripheral, centralPeer, peripheralPeer }) =>
        (central === adapter && peripheralPeer.address === peer.address) ||
        (peripheral === adapter && centralPeer.address === peer.address),
    );
  }

  async connect(central: MemoryAdapter, { peer, service, signal }: Dial): Promise<BleConnection> {
    central.mustBeThere();
    await this.pass(this.air.connectMs, signal);
    const there = await this.#awaitThere(central, peer, signal);
    central.mustBeThere();
    const onConnection = there.served(service);
    if (onConnection === undefined) throw new BleError('refused', 'the service is not offered');
    if (this.#isFull(central) || this.#isFull(there)) throw new BleError('refused', 'no place');
    const centralPeer = central.use();
    const link: MemoryLink = new MemoryLink({
      ...{
        radio: this,
        central,
        peripheral: there,
        centralPeer,
        peripheralPeer: peer,
      },
      onEnded: () => this.#links.delete(link),
    });
    this.#links.add(link);
    this.sniffed({ kind: 'connect', atMs: this.clock.monotonicMs(), from: centralPeer, to: peer });
    this.clock.after(0, () => onConnection(link.back));
    return link.out;
  }

  /** Time goes by; rejects when the signal says so. */
  pass(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        timer.cancel();
        reject(new BleError('aborted', 'it was given up'));
      };
      const timer = this.clock.after(ms, () => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Waits for its next advertisement, as a controller does. */
  async #awaitThere(
    from: MemoryAdapter,
    peer: BlePeer,
    signal: AbortSignal,
  ): Promise<MemoryAdapter> {
    const { advertiseMs, connectLimitMs } = this.air;
    const untilMs = this.clock.monotonicMs() + connectLimitMs;
    for (;;) {
      for (const adapter of this.#adapters) {
        const isPeer = adapter.peer.address === peer.address && adapter.advertisement !== undefined;
        if (isPeer && this.rssi(adapter, from) !== undefined) return adapter;
      }
      if (this.clock.monotonicMs() >= untilMs) throw new BleError('timeout', 'it was not heard');
      await this.pass(Math.min(advertiseMs, connectLimitMs), signal);
    }
  }

  #isFull(adapter: MemoryAdapter): boolean {
    const links = this.links.filter(
      ({ central, peripheral }) => central === adapter || peripheral === adapter,
    );
    return links.length >= this.air.linksMax;
  }

  #supervise(link: MemoryLink): void {
    const isOut = (): boolean => this.#reach(link.central, link.peripheral) === undefined;
    if (!isOut()) return;
    this.clock.after(this.air.supervisionMs, () => {
      if (isOut()) link.cut();
    });
  }
}
