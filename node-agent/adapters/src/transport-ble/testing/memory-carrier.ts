/**
 * One way of a carrier in memory: a queue with rate, latency, a window, reordering within a bound
 * and silent loss, in the time of a clock. Nobody is called from within `send`. For tests.
 */
import type { Clock, Timer } from '@muster/core';
import { chance, intBelow, type SeededRandom } from '@muster/core/testing';
import type { PacketCarrier, PacketHandlers } from '../packet-carrier.ts';
import type { CarrierShape } from './air-shape.ts';

/** Packets kept for an end that has not started; more are lost. */
const keptMax = 64;
/** Packets that were overtaken arrive after this when none follows. */
const flushMs = 5;

export interface CarrierSide {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly kind: PacketCarrier['kind'];
  /** Read at each packet: a test may change it. */
  readonly shape: CarrierShape;
  /** Undefined: `send` answers false at the window. A number: beyond it they are lost. */
  readonly queueMax: number | undefined;
  /** Called as a packet leaves: false and it is lost. */
  readonly passes: (packet: Uint8Array) => boolean;
  readonly onClosed: () => void;
}

interface Item {
  readonly packet: Uint8Array;
  /** Packets leave in the order of their keys. */
  readonly key: number;
}

export class MemoryCarrier implements PacketCarrier {
  readonly kind: PacketCarrier['kind'];
  readonly maxPacketBytes: number;
  readonly counts = { packetsSent: 0, bytesSent: 0, packetsLost: 0 };
  peer!: MemoryCarrier;
  readonly #side: CarrierSide;
  #handlers: PacketHandlers | undefined;
  #kept: Uint8Array[] = [];
  #waiting: Uint8Array[] = [];
  #pool: Item[] = [];
  #left = 0;
  #isBusy = false;
  #wantsDrain = false;
  #closedBecause: string | undefined;
  #isTold = false;
  #flushTimer: Timer | undefined;

  constructor(side: CarrierSide) {
    this.#side = side;
    this.kind = side.kind;
    this.maxPacketBytes = side.shape.maxPacketBytes;
  }

  start(handlers: PacketHandlers): void {
    if (this.#handlers !== undefined) throw new Error('a carrier is started once');
    this.#handlers = handlers;
    const kept = this.#kept;
    this.#kept = [];
    this.#side.clock.after(0, () => {
      for (const packet of kept) this.#hand(packet);
      this.#tell();
    });
  }

  send(packet: Uint8Array): boolean {
    if (packet.length === 0 || packet.length > this.maxPacketBytes) {
      throw new RangeError(`a packet of ${packet.length} bytes`);
    }
    if (this.#closedBecause !== undefined) return false;
    const { queueMax, shape } = this.#side;
    if (queueMax !== undefined && this.#waiting.length >= queueMax) {
      this.counts.packetsLost += 1;
      return true;
    }
    this.counts.packetsSent += 1;
    this.counts.bytesSent += packet.length;
    this.#waiting.push(packet);
    this.#next();
    this.#wantsDrain ||= queueMax === undefined && this.#waiting.length >= shape.windowPackets;
    return !this.#wantsDrain;
  }

  close(): void {
    this.#side.onClosed();
  }

  /** The carrier is gone at this end. */
  end(reason: string): void {
    if (this.#closedBecause !== undefined) return;
    this.#closedBecause = reason;
    this.#waiting = [];
    this.#pool = [];
    this.#flushTimer?.cancel();
    if (this.#handlers !== undefined) this.#side.clock.after(0, () => this.#tell());
  }

  receive(packet: Uint8Array): void {
    if (this.#closedBecause !== undefined) return;
    if (this.#handlers !== undefined) this.#hand(packet);
    else if (this.#kept.length < keptMax) this.#kept.push(packet);
  }

  #hand(packet: Uint8Array): void {
    if (this.#closedBecause === undefined) this.#handlers!.onPacket(packet);
  }

  #tell(): void {
    if (this.#closedBecause === undefined || this.#isTold) return;
    this.#isTold = true;
    this.#handlers!.onClose(this.#closedBecause);
  }

  /** The line takes one packet after the other. */
  #next(): void {
    const packet = this.#waiting[0];
    if (this.#isBusy || packet === undefined) return;
    this.#isBusy = true;
    const { clock, shape } = this.#side;
    clock.after((packet.length * 1_000) / shape.bytesPerSecond, () => {
      this.#isBusy = false;
      if (this.#closedBecause !== undefined) return;
      this.#waiting.shift();
      this.#leave(packet);
      this.#next();
      this.#drained();
    });
  }

  #drained(): void {
    const room = this.#waiting.length <= this.#side.shape.windowPackets / 2;
    if (!this.#wantsDrain || !room || this.#closedBecause !== undefined) return;
    this.#wantsDrain = false;
    this.#handlers?.onDrain();
  }

  #leave(packet: Uint8Array): void {
    const { clock, random, shape, passes } = this.#side;
    const number = this.#left;
    this.#left += 1;
    if (!passes(packet) || (shape.loss > 0 && chance(random, shape.loss))) {
      this.counts.packetsLost += 1;
    } else {
      const late = shape.reorderPackets > 0 ? intBelow(random, shape.reorderPackets + 1) : 0;
      this.#pool.push({ packet, key: number + late });
    }
    this.#flushTimer?.cancel();
    // Whatever comes later has a later key.
    this.#arrive((key) => key <= number);
    if (this.#pool.length === 0) return;
    this.#flushTimer = clock.after(flushMs, () => this.#arrive(() => true));
  }

  #arrive(isDue: (key: number) => boolean): void {
    const { clock, shape } = this.#side;
    const due = this.#pool.filter(({ key }) => isDue(key)).sort((a, b) => a.key - b.key);
    this.#pool = this.#pool.filter(({ key }) => !isDue(key));
    for (const { packet } of due) clock.after(shape.latencyMs, () => this.peer.receive(packet));
  }
}

/** Two ends that are each other's other end. */
export function joinCarriers(a: MemoryCarrier, b: MemoryCarrier): void {
  a.peer = b;
  b.peer = a;
}
