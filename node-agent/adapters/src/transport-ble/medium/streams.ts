/**
 * The streams of all adapters, and the places that they take: a controller holds seven connections,
 * and those of callers who have proven nothing are fewer. Step 4 of a message's way. Whose stream
 * it is, the handshake above says.
 */
import type { Clock, Logger, Random } from '@muster/core';
import { type BleConnection, BleError, type BlePeer } from '../ble.ts';
import {
  acceptBleStream,
  type BleStream,
  openBleStream,
  type StreamPurpose,
} from '../stream/index.ts';
import { bleUuids } from '../uuids.ts';
import { addressOf } from './address.ts';
import { dialTimes, linkLimits } from './limits.ts';
import { MediumStream } from './medium-stream.ts';
import type { Station } from './station.ts';
import { watched } from './watched.ts';

export interface StreamsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly purposes: readonly StreamPurpose[];
  /** A caller's stream: the node key that was proven on it; rejects when none was. */
  readonly onMesh: (stream: MediumStream) => Promise<Uint8Array>;
  readonly onClaim: (stream: MediumStream) => void;
  /** A node with this key was heard with a tag of the site: no stranger can make one up. */
  readonly isHeard: (nodeKey: Uint8Array) => boolean;
  readonly onEnd: (stream: MediumStream, reason: string) => void;
  /** Streams or places are not what they were. */
  readonly onChange: () => void;
}

/** A connection that is being made, ours or a caller's. */
interface Place {
  readonly station: Station;
  readonly isCaller: boolean;
  readonly address: string;
}

export class Streams {
  readonly #options: StreamsOptions;
  readonly #live = new Set<MediumStream>();
  readonly #coming = new Set<Place>();
  #stopping = new AbortController();
  readonly counts = { linksAccepted: 0, linksRefused: 0, callersUnproven: 0 };

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  get live(): ReadonlySet<MediumStream> {
    return this.#live;
  }

  /**
   * Links, as far as they keep us from looking for others. Of callers who have proven nothing one
   * counts, since most are neighbours; strangers who call must not stand for neighbours.
   */
  get links(): number {
    const proven = [...this.#live].filter((stream) => stream.initiator || this.#isProven(stream));
    const callers = [...this.#coming].filter(({ isCaller }) => isCaller);
    return proven.length + Math.min(1, this.#live.size - proven.length + callers.length);
  }

  countOf(station: Station): number {
    const ofStation = (of: { readonly station: Station }): boolean => of.station === station;
    return [...this.#live, ...this.#coming].filter(ofStation).length;
  }

  /** Two connections with one device would be one, and end together. */
  isWith(address: string): boolean {
    return [...this.#live, ...this.#coming].some((one) => one.address === address);
  }

  hasRoom(station: Station): boolean {
    return this.countOf(station) < linkLimits.perAdapterMax;
  }

  /** Rejects with a BleError. */
  async open(station: Station, peer: BlePeer, signal: AbortSignal): Promise<MediumStream> {
    const place = this.#take(station, peer);
    try {
      return await this.#within(signal, async (whole) => {
        const connection = await station.adapter.central.connect(peer, bleUuids.mesh, whole);
        const parts = this.#parts(station, connection, whole);
        const stream = await openBleStream({ ...parts, purpose: 'mesh' });
        return this.#keep(stream, connection, station);
      });
    } finally {
      this.#free(place);
    }
  }

  /** To a blank box, for its claim; the place is free again when it ends. */
  async openClaim(station: Station, peer: BlePeer, signal: AbortSignal): Promise<BleStream> {
    const place = this.#take(station, peer);
    try {
      return await this.#within(signal, async (whole) => {
        const connection = await station.adapter.central.connect(peer, bleUuids.claim, whole);
        const seen = watched(connection, () => this.#free(place));
        return await openBleStream({ ...this.#parts(station, seen, whole), purpose: 'claim' });
      });
    } catch (error) {
      this.#free(place);
      throw error;
    }
  }

  /** Somebody connected. Never rejects. */
  async accept(station: Station, connection: BleConnection): Promise<void> {
    if (!this.hasRoom(station) || this.#unprovenOf(station) >= linkLimits.unprovenMax) {
      this.counts.linksRefused += 1;
      connection.close();
      return;
    }
    const place: Place = { station, isCaller: true, address: addressOf(connection.peer) };
    this.#coming.add(place);
    const { purposes, onMesh, onClaim, onChange } = this.#options;
    try {
      const parts = this.#parts(station, connection, this.#stopping.signal);
      const stream = await acceptBleStream({ ...parts, purposes });
      this.#coming.delete(place);
      const kept = this.#keep(stream, connection, station);
      if (stream.purpose === 'claim') {
        onClaim(kept);
        return;
      }
      this.counts.linksAccepted += 1;
      kept.nodeKey = await onMesh(kept);
    } catch (error) {
      this.counts.callersUnproven += 1;
      this.#options.logger.debug('ble-caller-left', { why: (error as Error).message });
    } finally {
      this.#coming.delete(place);
      onChange();
    }
  }

  /** One that is used less than most and stands for long enough; the least used of those. */
  quietest(nowMs: number): MediumStream | undefined {
    const byUse = [...this.#live]
      .map((stream) => ({ stream, used: stream.used(nowMs) }))
      .toSorted((a, b) => a.used - b.used);
    const quiet = byUse.slice(0, Math.ceil(byUse.length / 2));
    return quiet.find(({ stream }) => nowMs - stream.sinceMs >= linkLimits.settledMs)?.stream;
  }

  stop(): void {
    this.#stopping.abort();
    this.#stopping = new AbortController();
    for (const stream of this.#live) stream.close('stopped');
  }

  #unprovenOf(station: Station): number {
    const callers = [...this.#coming].filter(
      (place) => place.station === station && place.isCaller,
    );
    const strangers = [...this.#live].filter(
      (stream) => stream.station === station && !stream.initiator && !this.#isProven(stream),
    );
    return callers.length + strangers.length;
  }

  /** Anybody has some key; whose is no member's is sent away above before long. */
  #isProven({ nodeKey, sinceMs }: MediumStream): boolean {
    if (nodeKey === undefined) return false;
    const { clock, isHeard } = this.#options;
    return isHeard(nodeKey) || clock.monotonicMs() - sinceMs >= linkLimits.provenMs;
  }

  #take(station: Station, peer: BlePeer): Place {
    if (!this.hasRoom(station)) throw new BleError('refused', 'every link of the adapter is taken');
    const place: Place = { station, isCaller: false, address: addressOf(peer) };
    this.#coming.add(place);
    return place;
  }

  #free(place: Place): void {
    if (this.#coming.delete(place)) this.#options.onChange();
  }

  /** The signal, the time and the end of the medium, whichever is first. */
  async #within<T>(signal: AbortSignal, run: (whole: AbortSignal) => Promise<T>): Promise<T> {
    const limit = new AbortController();
    const timer = this.#options.clock.after(dialTimes.openMsMax, () => limit.abort());
    try {
      return await run(AbortSignal.any([signal, limit.signal, this.#stopping.signal]));
    } finally {
      timer.cancel();
    }
  }

  #parts(station: Station, connection: BleConnection, signal: AbortSignal) {
    const { clock, random, logger } = this.#options;
    return { connection, door: station.door, clock, random, logger, signal };
  }

  #keep(stream: BleStream, connection: BleConnection, station: Station): MediumStream {
    const kept = new MediumStream({
      ...{ stream, connection, station, sinceMs: this.#options.clock.monotonicMs() },
      onEnd: (ended, reason) => {
        this.#live.delete(ended);
        this.#options.onEnd(ended, reason);
        this.#options.onChange();
      },
    });
    this.#live.add(kept);
    return kept;
  }
}
