/**
 * Carries out the plan of links: dials through the transport, and says in the candidates how it
 * went. Whoever answers and is not who its tag said waits long; a new address of somebody whom we
 * are dialling under an old one is dialled instead. Before step 4 of a message's way.
 */
import {
  between,
  type Clock,
  equalBytes,
  equalJitterMs,
  fullJitterMs,
  type Logger,
  type Random,
  shortId,
  type Timer,
} from '@muster/core';
import { BleError } from '../ble.ts';
import type { Candidate, CandidateAddress, Candidates } from './candidates.ts';
import { endOf } from './ends.ts';
import type { Island } from './island.ts';
import { dialTimes, linkLimits } from './limits.ts';
import { chooseLink, type DialChoice } from './link-plan.ts';
import type { MediumStream } from './medium-stream.ts';
import type { Station } from './station.ts';
import type { Streams } from './streams.ts';
import { Wandering } from './wandering.ts';

export interface DiallerOptions {
  readonly ownId: Uint8Array;
  readonly candidates: Candidates;
  readonly streams: Streams;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly stations: () => readonly Station[];
  readonly isSound: (candidate: Candidate) => boolean;
  readonly island: Island;
  /** Through the transport, which comes back by `open`; the id of the node key it proved. */
  readonly dial: (address: string) => Promise<Uint8Array>;
  /** Whether anybody is missing; called at each look. */
  readonly onLook: (isMissing: boolean) => void;
}

/** Whom to connect with, and who heard it. */
export type Target = Pick<CandidateAddress, 'text' | 'peer' | 'heardBy'>;

interface Attempt {
  readonly station: Station;
  readonly stopping: AbortController;
  stream: MediumStream | undefined;
  isOutdated: boolean;
}

/** It says nothing of the other end: left for a newer address, or our adapter went away. */
function isOurDoing({ isOutdated, station }: Attempt): boolean {
  return isOutdated || station.isStopped;
}

export class Dialler {
  readonly #options: DiallerOptions;
  /** By address; as many as there are adapters, at most. */
  readonly #attempts = new Map<string, Attempt>();
  /** Why streams ended whose handshake is still awaited. */
  readonly #ends = new WeakMap<MediumStream, string>();
  #timer: Timer | undefined;
  readonly #wandering: Wandering;
  /** The dials to other islands so far are paid for by then. */
  #joinsPaidMs = Number.NEGATIVE_INFINITY;
  /** Drawn: the next is not before it. */
  #joinMs = Number.NEGATIVE_INFINITY;
  /** Closed to make room, and not gone yet. */
  #leaving: MediumStream | undefined;
  #isStopped = false;
  readonly counts = { dials: 0, dialsFailed: 0, joins: 0, wandered: 0, madeRoom: 0 };

  constructor(options: DiallerOptions) {
    this.#options = options;
    this.#wandering = new Wandering(options);
  }

  /** Looks what is due, does it, and looks again when more is. */
  look(): void {
    if (this.#isStopped) return;
    this.#timer?.cancel();
    const { clock, ownId, candidates, streams, isSound, island } = this.#options;
    const nowMs = clock.monotonicMs();
    this.#makeRoom();
    const isNews = island.mark(candidates.values(), nowMs);
    if (isNews && this.#joinMs <= nowMs) this.#waitToJoin(nowMs);
    for (;;) {
      const choice = chooseLink({
        ...{
          nowMs,
          ownId,
          isSound,
          candidates: candidates.values(),
          wanderMs: this.#wandering.dueMs,
        },
        isIslandKnown: island.isKnown,
        joinMs: this.#joinMs,
        isConnected: (address) => streams.isWith(address),
        links: streams.links + this.#opening().length,
        hasRoom: this.#freeStations().length > 0,
      });
      if (choice.dial === undefined) {
        this.#options.onLook(choice.isMissing);
        if (choice.nextMs === Number.POSITIVE_INFINITY) return;
        this.#timer = clock.after(Math.max(1, choice.nextMs - nowMs), () => this.look());
        return;
      }
      if (choice.dial.reason === 'wander') this.#wander();
      if (choice.dial.reason === 'join') this.#joins(choice.dial.candidate);
      void this.#dial(choice.dial);
    }
  }

  /** Somebody who was not there before: it may be of another island. */
  met(): void {
    this.#wandering.met();
  }

  /**
   * It is heard under a new address: whoever is dialled under an old one has rotated. That is rare;
   * a stranger who repeats its tag from ever fresh addresses would else have us dial without end.
   */
  moved(candidate: Candidate): void {
    const nowMs = this.#options.clock.monotonicMs();
    const isFirst = candidate.addresses.length < 2;
    if (isFirst || nowMs - candidate.movedMs < dialTimes.movedMsMin) return;
    candidate.movedMs = nowMs;
    // What failed did so with who it was before, perhaps just before it began anew.
    candidate.notBeforeMs = Math.min(candidate.notBeforeMs, nowMs);
    for (const { text } of candidate.addresses.slice(1)) {
      const attempt = this.#attempts.get(text);
      if (attempt === undefined || attempt.stream !== undefined) continue;
      attempt.isOutdated = true;
      attempt.stopping.abort();
    }
  }

  /** For the transport: the stream to an address that was dialled, or that somebody asks for. */
  async open(address: Target, signal: AbortSignal): Promise<MediumStream> {
    const attempt = this.#attempts.get(address.text);
    const station = attempt?.station ?? this.#stationFor(address);
    if (station === undefined) throw new BleError('refused', 'no adapter is free to dial');
    const whole = attempt ? AbortSignal.any([signal, attempt.stopping.signal]) : signal;
    const stream = await this.#options.streams.open(station, address.peer, whole);
    if (attempt) attempt.stream = stream;
    return stream;
  }

  ended(stream: MediumStream, reason: string): void {
    this.#ends.set(stream, reason);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    for (const { stopping } of this.#attempts.values()) stopping.abort();
  }

  async #dial({ candidate, address, reason }: DialChoice): Promise<void> {
    const { logger, dial, isSound } = this.#options;
    const attempt: Attempt = {
      // The plan dials only where one is free.
      station: this.#stationFor(address)!,
      stopping: new AbortController(),
      stream: undefined,
      isOutdated: false,
    };
    this.#attempts.set(address.text, attempt);
    candidate.isDialling = true;
    this.counts.dials += 1;
    logger.debug('ble-dial', { id: shortId(candidate.id), reason });
    let id: Uint8Array | undefined;
    try {
      id = await dial(address.text);
    } catch (error) {
      logger.debug('ble-dial-failed', { id: shortId(candidate.id), why: (error as Error).message });
    }
    this.#attempts.delete(address.text);
    candidate.isDialling = false;
    if (this.#isStopped) return;
    if (id !== undefined && equalBytes(id, candidate.id)) this.#linked(candidate, address);
    else if (!isOurDoing(attempt) && !isSound(candidate)) this.#failed(candidate, address, attempt);
    this.look();
  }

  #linked(candidate: Candidate, address: CandidateAddress): void {
    candidate.triedMs = this.#options.clock.monotonicMs();
    address.failures = 0;
  }

  /** The quietest goes when more than the settled ones stand; callers need a place as well. */
  #makeRoom(): void {
    const { streams, clock, island } = this.#options;
    const isLeaving = this.#leaving !== undefined && streams.live.has(this.#leaving);
    if (streams.live.size <= linkLimits.settledMax || isLeaving) return;
    this.#leaving = streams.quietest(clock.monotonicMs(), (key) => island.isBridge(key));
    if (this.#leaving === undefined) return;
    this.counts.madeRoom += 1;
    this.#leaving.close('making-room');
  }

  #failed(candidate: Candidate, address: CandidateAddress, attempt: Attempt): void {
    const { clock, random } = this.#options;
    const nowMs = clock.monotonicMs();
    const { backoffMsMin, backoffMsMax, strangerMsMin, strangerMsMax } = dialTimes;
    this.counts.dialsFailed += 1;
    candidate.failures += 1;
    address.failures += 1;
    // A place may be free there soon; but others want to be tried as well.
    if (candidate.failures % dialTimes.triesInTurn === 0) candidate.triedMs = nowMs;
    const bounds = { min: backoffMsMin, max: backoffMsMax };
    candidate.notBeforeMs = nowMs + fullJitterMs(random, bounds, candidate.failures);
    const isByAir =
      attempt.stream === undefined || endOf(this.#ends.get(attempt.stream) ?? '') === 'air';
    if (isByAir) return;
    const waits = { min: strangerMsMin, max: strangerMsMax };
    address.notBeforeMs = nowMs + equalJitterMs(random, waits, address.failures);
  }

  #freeStations(): Station[] {
    const { streams, stations } = this.#options;
    const opening = this.#opening().map(({ station }) => station);
    return stations().filter((station) => {
      const isBusy = opening.includes(station) || station.advertiser.isSilent;
      return !isBusy && streams.hasRoom(station);
    });
  }

  /** One connection is made at a time by each controller. */
  #opening(): Attempt[] {
    return [...this.#attempts.values()].filter(({ stream }) => stream === undefined);
  }

  /** That heard it lately and best, 127 being "not measured". */
  #stationFor({ heardBy }: Target): Station | undefined {
    const strength = ({ adapter }: Station): number => {
      const rssiDbm = heardBy.get(adapter.name)?.rssiDbm ?? -200;
      return rssiDbm > 20 ? -127 : rssiDbm;
    };
    return this.#freeStations().toSorted((a, b) => strength(b) - strength(a))[0];
  }

  /**
   * It counts whether or not a link comes of it: what is said of links may be false, and a link
   * that joins nothing must not be made again and again.
   */
  #joins(candidate: Candidate): void {
    const { clock, random } = this.#options;
    const nowMs = clock.monotonicMs();
    const { joinAgainMsMin, joinAgainMsMax, joinEveryMs } = dialTimes;
    this.counts.joins += 1;
    this.#joinsPaidMs = Math.max(this.#joinsPaidMs, nowMs) + joinEveryMs;
    const waits = { min: joinAgainMsMin, max: joinAgainMsMax };
    candidate.joinTries += 1;
    candidate.joinNotBeforeMs = nowMs + equalJitterMs(random, waits, candidate.joinTries);
    this.#waitToJoin(nowMs);
  }

  #waitToJoin(nowMs: number): void {
    const { joinMsMin, joinMsMax, joinBurst, joinEveryMs } = dialTimes;
    const allowedMs = this.#joinsPaidMs - (joinBurst - 1) * joinEveryMs;
    const drawnMs = nowMs + between(this.#options.random, joinMsMin, joinMsMax);
    this.#joinMs = Math.max(allowedMs, drawnMs);
  }

  #wander(): void {
    this.counts.wandered += 1;
    this.#wandering.next();
  }
}
