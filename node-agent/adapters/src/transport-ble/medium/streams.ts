/**
 * The streams of all adapters, and the places that they take: a controller holds seven connections,
 * and those of callers who have proven nothing are fewer. Step 4 of a message's way. Whose stream
 * it is, the handshake above says.
 */
import type { Clock, Logger, Random, Timer } from '@muster/core';
import { type BleConnection, BleError, type BlePeer } from '../ble.ts';
import {
  acceptBleStream,
  type BleStream,
  openBleStream,
  type StreamPurpose,
} from '../stream/index.ts';
import { bleUuids } from '../uuids.ts';
import { addressOf } from './address.ts';
import { type Caller, Callers } from './callers.ts';
import { callerLimits, dialTimes, linkLimits } from './limits.ts';
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
  /** A tag of the site was heard from this address: anybody may have repeated it. */
  readonly isAddressHeard: (address: string) => boolean;
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
  readonly #callers: Callers;
  #stopping = new AbortController();
  /** Runs while somebody was refused a moment ago. */
  #crowded: Timer | undefined;
  readonly counts = { linksAccepted: 0, linksRefused: 0, callersUnproven: 0 };

  constructor(options: StreamsOptions) {
    this.#options = options;
    this.#callers = new Callers({
      clock: options.clock,
      isHeard: options.isAddressHeard,
      isProven: (stream) => this.#isProven(stream),
    });
  }

  /** Callers of whom nothing was heard were refused a moment ago; one may be a member. */
  get isCrowded(): boolean {
    return this.#crowded !== undefined;
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
    const { clock, logger, isAddressHeard } = this.#options;
    const caller = this.#callers.admit(station, connection, this.hasRoom(station));
    if (caller === undefined) {
      this.counts.linksRefused += 1;
      connection.close();
      if (!isAddressHeard(addressOf(connection.peer))) this.#noteCrowd();
      return;
    }
    const limit = clock.after(callerLimits.strangerMsMax, () => {
      if (!isAddressHeard(caller.address)) connection.close();
    });
    try {
      await this.#shake(caller);
    } catch (error) {
      this.counts.callersUnproven += 1;
      this.#callers.leave(caller);
      logger.debug('ble-caller-left', { why: (error as Error).message });
    } finally {
      limit.cancel();
      this.#options.onChange();
    }
  }

  /**
   * One that is used less than most and stands for long enough; the least used of those. In place
   * of what is kept the next one goes, where there is one.
   */
  quietest(nowMs: number, isKept: (nodeKey: Uint8Array) => boolean): MediumStream | undefined {
    const byUse = [...this.#live]
      .map((stream) => ({ stream, used: stream.used(nowMs) }))
      .toSorted((a, b) => a.used - b.used)
      .map(({ stream }) => stream);
    const isSettled = ({ sinceMs }: MediumStream): boolean =>
      nowMs - sinceMs >= linkLimits.settledMs;
    const first = byUse.slice(0, Math.ceil(byUse.length / 2)).find(isSettled);
    if (first === undefined) return undefined;
    const settled = byUse.filter(isSettled);
    return settled.find(({ nodeKey }) => nodeKey === undefined || !isKept(nodeKey)) ?? first;
  }

  stop(): void {
    this.#stopping.abort();
    this.#stopping = new AbortController();
    for (const stream of this.#live) stream.close('stopped');
    this.#crowded?.cancel();
  }

  /** Greeting and handshake; resolves when a node key was proven, or it is there for a claim. */
  async #shake(caller: Caller): Promise<void> {
    const { station, connection, address } = caller;
    const { purposes, onMesh, onClaim } = this.#options;
    const place: Place = { station, isCaller: true, address };
    this.#coming.add(place);
    try {
      const parts = this.#parts(station, connection, this.#stopping.signal);
      const stream = await acceptBleStream({ ...parts, purposes });
      const kept = this.#keep(stream, connection, station, () => this.#callers.leave(caller));
      caller.stream = kept;
      if (stream.purpose === 'claim') {
        onClaim(kept);
        return;
      }
      this.counts.linksAccepted += 1;
      this.#coming.delete(place);
      kept.nodeKey = await onMesh(kept);
    } finally {
      this.#coming.delete(place);
    }
  }

  #noteCrowd(): void {
    const { clock, onChange } = this.#options;
    const isNew = this.#crowded === undefined;
    this.#crowded?.cancel();
    this.#crowded = clock.after(callerLimits.crowdedMs, () => {
      this.#crowded = undefined;
      onChange();
    });
    if (isNew) onChange();
  }

  /** Anybody has some key; whose is no member's is sent away above before long. */
  #isProven({ nodeKey, sinceMs }: MediumStream): boolean {
    if (nodeKey === undefined) return false;
    const { clock, isHeard } = this.#options;
    return isHeard(nodeKey) || clock.monotonicMs() - sinceMs >= callerLimits.provenMs;
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

  #keep(
    stream: BleStream,
    connection: BleConnection,
    station: Station,
    onGone: () => void = () => {},
  ): MediumStream {
    const kept = new MediumStream({
      ...{ stream, connection, station, sinceMs: this.#options.clock.monotonicMs() },
      onEnd: (ended, reason) => {
        this.#live.delete(ended);
        onGone();
        this.#options.onEnd(ended, reason);
        this.#options.onChange();
      },
    });
    this.#live.add(kept);
    return kept;
  }
}
