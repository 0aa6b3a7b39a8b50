/**
 * A connection between two adapters of a MemoryRadio with all its carriers: what a test does to it
 * (cut it at a byte, silence one direction, take its channels away) is done here. For tests.
 */
import type { BleConnection, BlePeer } from '../ble.ts';
import type { AirShape } from './air-shape.ts';
import type { MemoryAdapter } from './memory-adapter.ts';
import { joinCarriers, MemoryCarrier } from './memory-carrier.ts';
import type { MemoryRadio } from './memory-radio.ts';

/** From the side that connected, or to it. */
export type LinkWay = 'out' | 'back';

export interface MemoryLinkOptions {
  readonly radio: MemoryRadio;
  readonly central: MemoryAdapter;
  readonly peripheral: MemoryAdapter;
  readonly centralPeer: BlePeer;
  readonly peripheralPeer: BlePeer;
  readonly onEnded: () => void;
}

export class MemoryLink {
  readonly central: MemoryAdapter;
  readonly peripheral: MemoryAdapter;
  readonly centralPeer: BlePeer;
  readonly peripheralPeer: BlePeer;
  /** Of the side that connected, and of the other. */
  readonly out: BleConnection;
  readonly back: BleConnection;
  /** Bytes of all carriers that have left, each way. */
  readonly bytes = { out: 0, back: 0 };
  readonly #options: MemoryLinkOptions;
  readonly #silent = new Set<LinkWay>();
  readonly #gatt: readonly MemoryCarrier[];
  #channels: MemoryCarrier[] = [];
  #cutAtBytes = Number.POSITIVE_INFINITY;
  #isEnded = false;

  constructor(options: MemoryLinkOptions) {
    const { central, peripheral, centralPeer, peripheralPeer, radio } = options;
    this.#options = options;
    this.central = central;
    this.peripheral = peripheral;
    this.centralPeer = centralPeer;
    this.peripheralPeer = peripheralPeer;
    const close = (): void => this.cut('closed');
    this.#gatt = this.#pair('gatt', radio.air.gatt, close);
    const connection = (
      gatt: MemoryCarrier,
      peer: BlePeer,
      from: MemoryAdapter,
      to: MemoryAdapter,
    ) => ({
      peer,
      initiator: peer === peripheralPeer,
      gatt,
      rssiDbm: () => radio.rssi(from, to),
      close,
    });
    this.out = connection(this.#gatt[0]!, peripheralPeer, peripheral, central);
    this.back = connection(this.#gatt[1]!, centralPeer, central, peripheral);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Ends it at both ends at once; what is under way is lost. */
  cut(reason = 'connection-lost'): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const carrier of [...this.#gatt, ...this.#channels]) carrier.end(reason);
    this.#options.onEnded();
  }

  /** Cuts it when this many bytes more have left, both ways together. */
  cutAfterBytes(bytes: number): void {
    this.#cutAtBytes = this.bytes.out + this.bytes.back + bytes;
  }

  /** From now on nothing arrives this way, and no end is told. */
  silence(...ways: readonly LinkWay[]): void {
    for (const way of ways) this.#silent.add(way);
  }

  /** Everything that `silence` did is over. */
  unsilence(): void {
    this.#silent.clear();
  }

  /** The channels die at both ends, or at one; the connection lives. */
  cutChannels(...ways: readonly LinkWay[]): void {
    const ends = this.#channels;
    const isHit = (at: number): boolean =>
      ways.length === 0 || ways.includes(at % 2 === 0 ? 'out' : 'back');
    for (const [at, carrier] of ends.entries()) if (isHit(at)) carrier.end('the channel was cut');
    if (ways.length === 0) this.#channels = [];
  }

  /** A new channel: the end of the side that asked, and the other. */
  openChannel(from: MemoryAdapter): readonly [MemoryCarrier, MemoryCarrier] {
    const pair = this.#pair('l2cap', this.#options.radio.air.l2cap!, () => {
      for (const carrier of pair) carrier.end('closed');
      this.#channels = this.#channels.filter((carrier) => !pair.includes(carrier));
    });
    this.#channels.push(...pair);
    return from === this.central ? pair : [pair[1], pair[0]];
  }

  get channels(): number {
    return this.#channels.length / 2;
  }

  #pair(
    kind: 'gatt' | 'l2cap',
    shape: AirShape['gatt'],
    onClosed: () => void,
  ): readonly [MemoryCarrier, MemoryCarrier] {
    const { clock, random, air } = this.#options.radio;
    const one = (way: LinkWay): MemoryCarrier =>
      new MemoryCarrier({
        ...{ clock, random, kind, shape, onClosed },
        queueMax: kind === 'gatt' && way === 'back' ? air.notificationsMax : undefined,
        passes: (packet) => this.#passes(way, kind, packet),
      });
    const pair = [one('out'), one('back')] as const;
    joinCarriers(...pair);
    return pair;
  }

  #passes(way: LinkWay, carrier: 'gatt' | 'l2cap', bytes: Uint8Array): boolean {
    const { radio, central, peripheral } = this.#options;
    this.bytes[way] += bytes.length;
    const [from, to] =
      way === 'out'
        ? [this.centralPeer, this.peripheralPeer]
        : [this.peripheralPeer, this.centralPeer];
    radio.sniffed({ kind: 'packet', atMs: radio.clock.monotonicMs(), from, to, carrier, bytes });
    if (this.bytes.out + this.bytes.back >= this.#cutAtBytes) {
      this.cut();
      return false;
    }
    return !this.#silent.has(way) && radio.rssi(central, peripheral) !== undefined;
  }
}
