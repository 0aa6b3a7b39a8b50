/**
 * The BleChannels of one adapter, whatever becomes of the helper: listens anew with each one, and
 * bounds how many channels there are, in all and with one device. Below step 4 of a message's way.
 * It believes nobody about who they are: that is proven above.
 */
import type { Logger } from '@muster/core';
import { type BleChannels, BleError, type BlePeer } from '../ble.ts';
import type { PacketCarrier } from '../packet-carrier.ts';
import { deviceKey, isDevice } from './device.ts';
import { channelLimits } from './limits.ts';
import type { AcceptPlan, L2capSession } from './session.ts';

type OnCarrier = (carrier: PacketCarrier, peer: BlePeer) => void;

export class AdapterChannels implements BleChannels {
  readonly #adapter: BlePeer;
  readonly #logger: Logger;
  #session: L2capSession | undefined;
  #psm: number | undefined;
  #onCarrier: OnCarrier | undefined;
  #listening: Promise<number> | undefined;
  #trouble: string | undefined;
  /** Channels of each device, those that are on their way included. */
  readonly #perPeer = new Map<string, number>();
  #count = 0;

  constructor(adapter: BlePeer, logger: Logger) {
    this.#adapter = adapter;
    this.#logger = logger;
  }

  get psm(): number | undefined {
    return this.#psm;
  }

  /** Why nothing listens, though it was asked for. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  get count(): number {
    return this.#count;
  }

  /** A helper that is ready; undefined: there is none. */
  use(session: L2capSession | undefined): void {
    this.#session = session;
    this.#psm = undefined;
    this.#listening = undefined;
    if (session === undefined || this.#onCarrier === undefined) return;
    this.#listen(session).catch((error: Error) => {
      this.#logger.warn('l2cap-listen-failed', { because: error.message });
    });
  }

  async listen(onCarrier: OnCarrier): Promise<number> {
    this.#onCarrier = onCarrier;
    return await this.#listen(this.#sessionNow());
  }

  async connect(peer: BlePeer, psm: number, signal: AbortSignal): Promise<PacketCarrier> {
    const session = this.#sessionNow();
    if (signal.aborted) throw new BleError('aborted', 'the channel is not wanted any more');
    if (psm < 0x80 || psm > 0xff || !isDevice(peer)) {
      throw new BleError('malformed', `no PSM or address of a device: ${psm}, ${peer.address}`);
    }
    const onOver = this.#place(peer);
    if (onOver === undefined) throw new BleError('refused', 'there are too many channels');
    return await session.connect({ adapter: this.#adapter, peer, psm, signal, onOver });
  }

  #sessionNow(): L2capSession {
    if (this.#session === undefined) throw new BleError('gone', 'the L2CAP helper is not there');
    return this.#session;
  }

  #listen(session: L2capSession): Promise<number> {
    this.#listening ??= new Promise((resolve, reject) => {
      session.listen({
        adapter: this.#adapter,
        onPsm: (psm) => {
          this.#psm = psm;
          this.#trouble = undefined;
          resolve(psm);
        },
        onCarrier: (peer) => this.#accept(peer),
        onEnd: (error) => {
          if (this.#session === session) {
            this.#psm = undefined;
            this.#listening = undefined;
            this.#trouble = error.message;
          }
          reject(error);
        },
      });
    });
    return this.#listening;
  }

  #accept(peer: BlePeer): AcceptPlan | undefined {
    const onOver = this.#place(peer);
    if (onOver === undefined) {
      this.#logger.debug('l2cap-channel-refused', { channels: this.#count });
      return undefined;
    }
    return { take: (carrier) => this.#onCarrier?.(carrier, peer), onOver };
  }

  /** Takes a place for this device; what gives it back, or undefined where there is none. */
  #place(peer: BlePeer): (() => void) | undefined {
    const key = deviceKey(peer);
    const ofPeer = this.#perPeer.get(key) ?? 0;
    if (this.#count >= channelLimits.perAdapterMax || ofPeer >= channelLimits.perPeerMax) {
      return undefined;
    }
    this.#count += 1;
    this.#perPeer.set(key, ofPeer + 1);
    return () => {
      this.#count -= 1;
      const left = (this.#perPeer.get(key) ?? 0) - 1;
      if (left > 0) this.#perPeer.set(key, left);
      else this.#perPeer.delete(key);
    };
  }
}
