/**
 * One way of a line: how long a frame takes over it, and what loss, replay and reordering below the
 * transport cost (step 4 of a message's way runs over it). All of it is reckoned at the send, for
 * whole frames: no packet has a timer. It never loses a frame: a transport below mends that.
 */
import { doubledMs } from '@muster/core';
import { type FakeClock, fraction, type SeededRandom } from '@muster/core/testing';
import type { FaultKind } from '../fault-kind.ts';
import type { MangleKind } from './mangler.ts';

export interface LineShape {
  /** Propagation, milliseconds. */
  readonly delayMs: number;
  /** Added to the delay, evenly from 0 to this; frames still arrive in order. */
  readonly jitterMs: number;
  readonly bytesPerSecond: number;
  /** Shares of packets: lost 0 to 0.5, sent twice by the network 0 to 0.6, overtaken 0 to 1. */
  readonly loss: number;
  readonly replay: number;
  readonly reorder: number;
}

export interface LineCounts {
  framesSent: number;
  /** As handed in, and with what was sent again. */
  bytesSent: number;
  bytesOnWire: number;
  packetsLost: number;
  packetsReplayed: number;
  packetsReordered: number;
  framesMangled: number;
  /** The same by what was done to them. */
  readonly mangled: Record<MangleKind, number>;
}

export type CountFault = (fault: FaultKind, times?: number) => void;

/** An Ethernet frame's worth, as TCP cuts a stream. */
const packetBytesMax = 1_400;
/**
 * Until a lost packet is sent again; doubles with each try (RFC 6298), up to the second: a longer
 * one would only say "broken", which is what a block is for.
 */
const retransmitMsMin = 200;
const retransmitMsMax = 6_400;
/**
 * A transport keeps about so much of a line's time full, and no more, so that what is urgent waits
 * for little else; at least one of our frames, at most what the memory wire takes.
 */
const windowMs = 2_000;
const windowBytesMin = 4 * 1_024;
const windowBytesMax = 64 * 1_024;
/** Arrivals fall on a grid that binary numbers hit, so that sums of times come out exact. */
const stepsPerMs = 1_024;
const lossMax = 0.5;
const replayMax = 0.6;

type PacketCount = 'packetsLost' | 'packetsReplayed' | 'packetsReordered';

export interface LineWayOptions {
  readonly clock: FakeClock;
  /** Its own: nobody else draws from it. */
  readonly random: SeededRandom;
  readonly shape: LineShape;
  readonly counts: LineCounts;
  readonly count: CountFault;
}

export class LineWay {
  /** Packets are lost. */
  isBlocked = false;
  /** Packets wait. */
  isClogged = false;
  /** Share of frames that come mangled. */
  mangleShare = 0;
  readonly counts: LineCounts;
  readonly #options: LineWayOptions;
  /** Of one stream: sent and not acknowledged, at which it takes no more. */
  windowBytes = windowBytesMax;
  #shape!: LineShape;
  /** When the last byte handed in so far has left. */
  #freeMs = 0;

  constructor(options: LineWayOptions) {
    this.#options = options;
    this.counts = options.counts;
    this.setShape(options.shape);
  }

  get shape(): LineShape {
    return this.#shape;
  }

  get isOpen(): boolean {
    return !this.isBlocked && !this.isClogged;
  }

  /** For what is sent from now on. */
  setShape(shape: LineShape): void {
    if (!(shape.loss >= 0 && shape.loss <= lossMax)) throw new RangeError('loss is 0 to 0.5');
    if (!(shape.replay >= 0 && shape.replay <= replayMax)) {
      throw new RangeError('replay is 0 to 0.6');
    }
    this.#shape = shape;
    const bytes = (shape.bytesPerSecond * windowMs) / 1_000;
    this.windowBytes = Math.min(windowBytesMax, Math.max(windowBytesMin, bytes));
  }

  /** Sends one frame's packets now; when, in milliseconds, the last of them is at the other end. */
  carry(frameBytes: number): number {
    const { delayMs, jitterMs, bytesPerSecond } = this.#shape;
    const { clock, random } = this.#options;
    const { again, heldMs } = this.#misfortunes(frameBytes);
    const wireBytes = frameBytes + again;
    this.counts.bytesOnWire += wireBytes;
    const startMs = Math.max(clock.monotonicMs(), this.#freeMs);
    this.#freeMs = startMs + (wireBytes * 1000) / bytesPerSecond;
    const jitter = jitterMs === 0 ? 0 : jitterMs * fraction(random);
    const arrivesMs = this.#freeMs + delayMs + jitter + heldMs;
    return Math.ceil(arrivesMs * stepsPerMs) / stepsPerMs;
  }

  /** The tries of one packet that a block swallowed count too. */
  countBlocked(tries: number, packetBytes: number): void {
    if (tries === 0) return;
    this.counts.packetsLost += tries;
    this.counts.bytesOnWire += tries * Math.min(packetBytes, packetBytesMax);
    this.#options.count('packet-lost', tries);
  }

  /** Bytes that the packets of a frame cost again, and how much longer its slowest one takes. */
  #misfortunes(frameBytes: number): { again: number; heldMs: number } {
    const { loss, replay, reorder } = this.#shape;
    let again = 0;
    let heldMs = 0;
    if (loss + replay + reorder === 0) return { again, heldMs };
    let left = frameBytes;
    do {
      const bytes = Math.min(left, packetBytesMax);
      const lost = this.#tries(loss);
      const replayed = this.#chance(replay) ? 1 : 0;
      again += (lost.count + replayed) * bytes;
      heldMs = Math.max(heldMs, lost.waitMs + this.#overtakenMs(reorder));
      this.#count('packetsLost', 'packet-lost', lost.count);
      this.#count('packetsReplayed', 'packet-replayed', replayed);
      left -= bytes;
    } while (left > 0);
    return { again, heldMs };
  }

  /** How often a packet is lost before it comes through, and the time that costs. */
  #tries(loss: number): { count: number; waitMs: number } {
    let count = 0;
    let waitMs = 0;
    while (this.#chance(loss)) {
      waitMs += retransmitDelayMs(count);
      count += 1;
    }
    return { count, waitMs };
  }

  /** A packet that took another way: up to as long again as the straight one. */
  #overtakenMs(reorder: number): number {
    if (!this.#chance(reorder)) return 0;
    this.#count('packetsReordered', 'packet-reordered', 1);
    return fraction(this.#options.random) * (this.#shape.delayMs + this.#shape.jitterMs);
  }

  #chance(share: number): boolean {
    return share > 0 && fraction(this.#options.random) < share;
  }

  #count(name: PacketCount, fault: FaultKind, times: number): void {
    if (times === 0) return;
    this.counts[name] += times;
    this.#options.count(fault, times);
  }
}

/** After this many losses of the same packet before. */
export function retransmitDelayMs(lostBefore: number): number {
  return doubledMs({ min: retransmitMsMin, max: retransmitMsMax }, lostBefore);
}
