/** LE L2CAP channels of one adapter of a MemoryRadio. For tests. */
import { type BleChannels, BleError, type BlePeer } from '../ble.ts';
import type { PacketCarrier } from '../packet-carrier.ts';
import type { MemoryAdapter } from './memory-adapter.ts';

/** The kernel gives the first free one. */
const psmFirst = 0x80;
const channelsMax = 8;

export class MemoryChannels implements BleChannels {
  /** For tests: the helper is away; channels cannot be opened, those that stand live on. */
  isAway = false;
  readonly #adapter: MemoryAdapter;
  #onCarrier: ((carrier: PacketCarrier, peer: BlePeer) => void) | undefined;

  constructor(adapter: MemoryAdapter) {
    this.#adapter = adapter;
  }

  get psm(): number | undefined {
    return this.#onCarrier === undefined || this.isAway ? undefined : psmFirst;
  }

  async listen(onCarrier: (carrier: PacketCarrier, peer: BlePeer) => void): Promise<number> {
    this.#mustRun();
    this.#onCarrier = onCarrier;
    return psmFirst;
  }

  async connect(peer: BlePeer, psm: number, signal: AbortSignal): Promise<PacketCarrier> {
    this.#mustRun();
    const { radio } = this.#adapter;
    await radio.pass(radio.air.connectMs, signal);
    const link = radio.linkOf(this.#adapter, peer);
    if (link === undefined) throw new BleError('gone', 'there is no connection');
    const other = link.central === this.#adapter ? link.peripheral : link.central;
    const theirs = other.channels as MemoryChannels | undefined;
    if (theirs?.psm !== psm || link.channels >= channelsMax) {
      throw new BleError('refused', 'nobody awaits channels there');
    }
    const [mine, yours] = link.openChannel(this.#adapter);
    theirs.#onCarrier!(
      yours,
      link.central === this.#adapter ? link.centralPeer : link.peripheralPeer,
    );
    return mine;
  }

  #mustRun(): void {
    this.#adapter.mustBeThere();
    if (this.isAway) throw new BleError('failed', 'the helper is away');
  }
}
