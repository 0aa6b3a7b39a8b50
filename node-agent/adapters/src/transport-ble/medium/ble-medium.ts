/**
 * Bluetooth LE as a medium: says who we are, hears who is near, makes links with some of them, and
 * hands their streams to the transport (step 4 of a message's way). It joins its parts and decides
 * nothing itself; whoever is at the other end of a stream is a stranger until the transport knows.
 */
import {
  type ByteStream,
  bytesKey,
  type Clock,
  type Crypto,
  type Logger,
  type Medium,
  type MediumHost,
  ProximityBook,
  type Random,
  radioIdOf,
  radioKeyOf,
  radioNonceBytes,
  sealRadioTag,
} from '@muster/core';
import { BleError, type BleHost, type BleReport } from '../ble.ts';
import type { BleStream } from '../stream/index.ts';
import { bleUuids } from '../uuids.ts';
import { peerOf } from './address.ts';
import { Blanks } from './blanks.ts';
import { type CandidateAddress, Candidates } from './candidates.ts';
import { Dialler } from './dialler.ts';
import { endOf } from './ends.ts';
import { Island, type MeshView } from './island.ts';
import { candidateLimits } from './limits.ts';
import type { MediumStream } from './medium-stream.ts';
import { Neighbours } from './neighbours.ts';
import { Sightings } from './sightings.ts';
import { Station } from './station.ts';
import type { BleLinkStatus, BleStatus } from './status.ts';
import { Streams } from './streams.ts';
import { Teller } from './teller.ts';

export interface BleMediumOptions {
  readonly host: BleHost;
  readonly crypto: Crypto;
  /** The site's root key. */
  readonly siteKey: Uint8Array;
  readonly nodeKey: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** A caller that comes for a claim; such are refused without it. */
  readonly onClaimStream?: (stream: ByteStream) => void;
  /** What is known of the mesh; without it islands are joined by chance alone. */
  readonly mesh?: MeshView;
}

export interface BleMedium extends Medium {
  readonly nearby: ProximityBook;
  /** Set by whoever shows it: somebody came or went, or links, adapters or the state changed. */
  onNearby: () => void;
  /**
   * To the blank box with this claim id, for its claim, once it is heard. Rejects with a BleError,
   * `not-found` when nobody says its tag for 15 s.
   */
  openClaim(claimId: Uint8Array, signal: AbortSignal): Promise<BleStream>;
  status(): BleStatus;
  links(): readonly BleLinkStatus[];
}

export function createBleMedium(options: BleMediumOptions): BleMedium {
  return new RadioMedium(options);
}

class RadioMedium implements BleMedium {
  readonly name = 'ble';
  readonly costClass = 'radio';
  readonly maxFrameBytes = 2_048;
  readonly windowBytes = 4_096;
  readonly nearby = new ProximityBook();
  onNearby: () => void = () => {};
  readonly #options: BleMediumOptions;
  readonly #logger: Logger;
  readonly #radioKey: Uint8Array;
  readonly #ownId: Uint8Array;
  readonly #candidates: Candidates;
  readonly #neighbours: Neighbours;
  readonly #sightings: Sightings;
  readonly #blanks: Blanks;
  readonly #teller: Teller;
  readonly #streams: Streams;
  readonly #dialler: Dialler;
  /** By adapter; those that are gone have been stopped. */
  readonly #stations = new Map<BleHost['adapters'][number], Station>();
  #transport: MediumHost | undefined;
  #rotationsPast = 0;
  #isStopped = false;

  constructor(options: BleMediumOptions) {
    const { crypto, siteKey, nodeKey, clock, random, onClaimStream } = options;
    this.#options = options;
    this.#logger = options.logger.child('transport-ble');
    const logger = this.#logger;
    this.#radioKey = radioKeyOf(crypto, siteKey);
    const idOf = (key: Uint8Array): Uint8Array => radioIdOf(crypto, siteKey, key);
    this.#ownId = idOf(nodeKey);
    this.#teller = new Teller(clock, this.nearby, () => this.onNearby());
    this.#blanks = new Blanks(crypto, clock);
    this.#candidates = new Candidates(random);
    this.#neighbours = new Neighbours(this.#candidates, random, idOf);
    this.#sightings = new Sightings({
      ...{ crypto, siteKey, ownId: this.#ownId, book: this.nearby },
      onNode: (id, report, adapter) => this.#onNode(id, report, adapter),
      onNearby: () => this.#teller.changed(),
    });
    this.#streams = new Streams({
      ...{ clock, random, logger },
      purposes: onClaimStream ? ['mesh', 'claim'] : ['mesh'],
      onMesh: (stream) => this.#transport!.accept(stream),
      isHeard: (key) => this.#candidates.get(this.#neighbours.idOf(key)) !== undefined,
      isAddressHeard: (address) => this.#isFresh(this.#heard(address)),
      onClaim: (stream) => onClaimStream?.(stream),
      onEnd: (stream, reason) => this.#onEnd(stream, reason),
      onChange: () => this.#onStreams(),
    });
    this.#dialler = new Dialler({
      ...{ ownId: this.#ownId, candidates: this.#candidates, streams: this.#streams },
      ...{ clock, random, logger },
      stations: () => [...this.#stations.values()],
      isSound: (candidate) => this.#neighbours.isSound(candidate),
      island: new Island(options.mesh, (key) => bytesKey(idOf(key))),
      dial: (address) => this.#dial(address),
      onLook: (isMissing) => this.#listen(isMissing),
    });
  }

  async start(transport: MediumHost): Promise<void> {
    this.#transport = transport;
    await this.#options.host.start(() => this.#settle());
    this.#settle();
    this.#teller.start();
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#teller.stop();
    this.#dialler.stop();
    this.#streams.stop();
    await Promise.all([...this.#stations.values()].map((station) => station.stop()));
    this.#stations.clear();
    if (this.#transport !== undefined) await this.#options.host.stop();
  }

  onPeers(): void {
    if (this.#transport === undefined || this.#isStopped) return;
    const isMissed = this.#neighbours.update(this.#transport.peers(), this.#nowMs());
    if (isMissed) for (const { advertiser } of this.#stations.values()) advertiser.hurry();
    this.#onStreams();
  }

  async open(text: string, signal: AbortSignal): Promise<ByteStream> {
    const peer = peerOf(text);
    if (peer === undefined) throw new BleError('not-found', 'this is no Bluetooth address');
    return await this.#dialler.open(
      this.#heard(text) ?? { text, peer, heardBy: new Map() },
      signal,
    );
  }

  async openClaim(claimId: Uint8Array, signal: AbortSignal): Promise<BleStream> {
    if (this.#blanks.isSought) throw new BleError('in-progress', 'another box is looked for');
    const finding = this.#blanks.find(claimId, signal);
    this.#dialler.look();
    const { station, peer } = await finding.finally(() => this.#dialler.look());
    return await this.#streams.openClaim(station, peer, signal);
  }

  status(): BleStatus {
    const { host } = this.#options;
    const stations = [...this.#stations.values()];
    const nowMs = this.#nowMs();
    const onAirMs = stations.flatMap(({ advertiser }) => advertiser.sinceMs ?? []);
    const { dials, dialsFailed } = this.#dialler.counts;
    const rotations = stations.reduce((sum, { advertiser }) => sum + advertiser.rotations, 0);
    return {
      state: host.state,
      adapters: stations.map((station) => ({
        name: station.adapter.name,
        isAdvertising: station.advertiser.sinceMs !== undefined,
        links: this.#streams.countOf(station),
        addressLifeMs: station.adapter.peripheral.addressLifeMs,
      })),
      tagForMs: onAirMs.length === 0 ? undefined : nowMs - Math.max(...onAirMs),
      counts: {
        ...{ dials, dialsFailed, rotations: this.#rotationsPast + rotations },
        ...this.#streams.counts,
        ...this.#sightings.counts,
      },
      strangers: this.#sightings.strangers(nowMs),
    };
  }

  links(): readonly BleLinkStatus[] {
    return [...this.#streams.live].map(({ stream, connection, station, sinceMs, nodeKey }) => ({
      adapter: station.adapter.name,
      address: stream.address,
      initiator: stream.initiator,
      carrier: stream.carrier,
      rttMs: stream.rttMs,
      rssiDbm: connection.rssiDbm(),
      sinceMs,
      nodeKey,
      counts: stream.counts,
    }));
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }

  /** The host's adapters came or went, or its state is another one. */
  #settle(): void {
    if (this.#isStopped) return;
    const { host, clock, random } = this.#options;
    for (const [adapter, station] of this.#stations) {
      if (host.adapters.includes(adapter)) continue;
      this.#stations.delete(adapter);
      this.#rotationsPast += station.advertiser.rotations;
      void station.stop();
    }
    for (const adapter of host.adapters) {
      if (this.#stations.has(adapter)) continue;
      const station = new Station({
        ...{ adapter, service: bleUuids.mesh, clock, random, logger: this.#logger },
        next: () => this.#nextTag(),
        onReport: (report, at) => this.#onReport(report, at),
        onConnection: (connection, at) => void this.#streams.accept(at, connection),
        onChange: () => this.#onStreams(),
      });
      this.#stations.set(adapter, station);
      this.#neighbours.beginAnew(this.#nowMs());
      station.start();
    }
    this.#logger.info('ble-state', { state: host.state.kind, adapters: this.#stations.size });
    this.#onStreams();
  }

  #nextTag(): Uint8Array {
    const { crypto, random } = this.#options;
    const tag = { id: this.#ownId, kind: 'node' } as const;
    const nonce = random.bytes(radioNonceBytes);
    return sealRadioTag(crypto, this.#radioKey, tag, nonce);
  }

  #listen(isMissing: boolean): void {
    const isCrowded = this.#streams.isCrowded || this.#blanks.isSought;
    const isSeeking = isMissing || this.#neighbours.size === 0 || isCrowded;
    for (const station of this.#stations.values()) {
      station.listen(isSeeking ? 'constant' : 'sparse');
    }
  }

  #onReport(report: BleReport, station: Station): void {
    if (this.#isStopped || station.isStopped) return;
    const nowMs = this.#nowMs();
    if (report.service === bleUuids.claim) this.#blanks.hear(report, station, nowMs);
    this.#sightings.hear(report, station.adapter.name, nowMs);
  }

  #onNode(id: Uint8Array, report: BleReport, adapter: string): void {
    const nowMs = this.#nowMs();
    const heardMs = this.#candidates.get(id)?.heardMs;
    const isMoved = this.#candidates.hear(id, report, adapter, nowMs);
    const candidate = this.#candidates.get(id);
    if (candidate === undefined || this.#neighbours.isSound(candidate)) return;
    if (heardMs === undefined) this.#dialler.met();
    if (isMoved) this.#dialler.moved(candidate);
    // Of one that was there already, the next look is due at its time: crowds say much.
    const wasFresh = heardMs !== undefined && nowMs - heardMs < candidateLimits.freshMs;
    if (isMoved || !wasFresh) this.#dialler.look();
  }

  async #dial(address: string): Promise<Uint8Array> {
    const nodeKey = await this.#transport!.dial(address);
    for (const stream of this.#streams.live) {
      if (stream.initiator && stream.address === address) stream.nodeKey ??= nodeKey;
    }
    return this.#neighbours.idOf(nodeKey);
  }

  #onEnd(stream: MediumStream, reason: string): void {
    const { nodeKey } = stream;
    this.#dialler.ended(stream, reason);
    if (nodeKey) this.#neighbours.ended(nodeKey, endOf(reason), this.#nowMs());
  }

  #onStreams(): void {
    if (this.#isStopped) return;
    this.#dialler.look();
    this.#teller.changed();
  }

  #isFresh(address: CandidateAddress | undefined): boolean {
    return address !== undefined && this.#nowMs() - address.heardMs < candidateLimits.freshMs;
  }

  #heard(text: string): CandidateAddress | undefined {
    for (const { addresses } of this.#candidates.values()) {
      const heard = addresses.find((address) => address.text === text);
      if (heard) return heard;
    }
    return undefined;
  }
}
