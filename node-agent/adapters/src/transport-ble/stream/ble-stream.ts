/**
 * One byte stream with a device in reach, below step 4 of a message's way: over the packets of
 * GATT, and over an L2CAP channel while there is one; nobody above sees the switch. It runs the
 * flow of packets by one timer, and never believes what comes in.
 */
import {
  type ByteStream,
  type ByteStreamHandlers,
  type Clock,
  equalBytes,
  type Logger,
  type Timer,
} from '@muster/core';
import type { BleConnection } from '../ble.ts';
import type { CarrierEnd, CarrierListener } from './carrier-end.ts';
import { Carriers } from './carriers.ts';
import type { ChannelDoor } from './channel-door.ts';
import type { Greeted } from './greeting.ts';
import { channelLimits, sendLimits, timing } from './limits.ts';
import { PacketFlow, type StreamMatter } from './packet-flow.ts';
import { encodePacket, type Greeting, type StreamFault, type StreamPurpose } from './packets.ts';
import { Silence, type SilenceStep } from './silence.ts';

export interface BleStreamParts {
  readonly connection: BleConnection;
  readonly gatt: CarrierEnd;
  readonly greeted: Greeted;
  readonly door: ChannelDoor | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * `closing`: our end was or will be sent, and its acknowledgement is awaited. `ended`: theirs came,
 * and they close the connection.
 */
type State = 'open' | 'closing' | 'ended' | 'closed';

const never = Number.POSITIVE_INFINITY;

export class BleStream implements ByteStream, CarrierListener {
  readonly address: string;
  readonly initiator: boolean;
  readonly purpose: StreamPurpose;
  /** The carrier is another one now. */
  onCarrier: () => void = () => {};
  readonly #parts: BleStreamParts;
  readonly #clock: Clock;
  readonly #carriers: Carriers;
  readonly #flow = new PacketFlow((bytes) => this.#deliver(bytes));
  readonly #silence: Silence;
  #handlers: ByteStreamHandlers | undefined;
  #isReading = false;
  #wantsDrain = false;
  #state: State = 'open';
  /** Why it closed; the first cause counts. */
  #reason: string | undefined;
  #isTold = false;
  /** By `close`: nothing is delivered any more. */
  #isClosedHere = false;
  #timer: Timer | undefined;
  #timerDueMs = 0;
  /** When what was written in this turn goes out. */
  #corkDueMs: number = never;
  #deadlineMs: number = never;

  constructor(parts: BleStreamParts) {
    const { connection, greeted, door, clock, logger } = parts;
    const { peer, initiator } = connection;
    this.#parts = parts;
    this.#clock = clock;
    this.address = addressOf(connection);
    this.initiator = initiator;
    this.purpose = greeted.theirs.purpose;
    this.#silence = new Silence(clock.monotonicMs());
    this.#carriers = new Carriers({
      ...{ gatt: parts.gatt, flow: this.#flow, listener: this },
      channel: door && {
        ...{ door, clock, logger, peer, initiator, psm: greeted.theirs.psm },
        ownToken: greeted.mine.token,
        peerToken: greeted.theirs.token,
      },
      onChange: () => this.#switched(),
    });
  }

  /** Called once, by the maker, right after the greeting. */
  open(): void {
    this.#carriers.gatt.hand(this);
    if (this.#carriers.gatt.isClosed) this.#finish('connection-lost');
    for (const packet of this.#parts.greeted.early) this.onPacket(packet, this.#carriers.gatt);
    if (this.#state !== 'closed') this.#carriers.start();
    this.#arm();
  }

  get carrier(): CarrierEnd['kind'] {
    return this.#carriers.active.kind;
  }

  get counts(): PacketFlow['counts'] {
    return this.#flow.counts;
  }

  /** Smoothed, with the time that acknowledgements wait; undefined before the first. */
  get rttMs(): number | undefined {
    return this.#flow.sending.roundTrip.ms;
  }

  start(handlers: ByteStreamHandlers): void {
    if (this.#handlers !== undefined) throw new Error('a stream is started once');
    this.#handlers = handlers;
    this.#clock.after(0, () => {
      this.#isReading = true;
      this.#flow.open(this.#clock.monotonicMs());
      const isWhole = this.#flow.receiving.isFinished && !this.#isClosedHere;
      if (this.#state === 'closed' && isWhole) this.#reason = 'closed-by-peer';
      this.#pump();
      this.#tell();
    });
  }

  send(bytes: Uint8Array): boolean {
    if (this.#state !== 'open') return false;
    this.#flow.sending.add(bytes);
    this.#wantsDrain ||= this.#flow.sending.unsentBytes >= this.#aheadBytes;
    this.#cork();
    return !this.#wantsDrain;
  }

  close(reason: string): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#isClosedHere = true;
    this.#reason = reason;
    this.#flow.sending.finish();
    this.#deadlineMs = this.#clock.monotonicMs() + timing.lingerMs;
    this.#cork();
  }

  onPacket(packet: Uint8Array, end: CarrierEnd): void {
    if (this.#state === 'closed') return;
    const nowMs = this.#clock.monotonicMs();
    this.#silence.heard(nowMs);
    const matter = this.#flow.take(packet, end, nowMs);
    const fault = typeof matter === 'object' ? this.#handle(matter, end) : matter;
    if (fault === undefined) this.#pump();
    else this.#fault(fault);
  }

  onDrain(): void {
    this.#pump();
  }

  onClose(_reason: string, end: CarrierEnd): void {
    if (end === this.#carriers.gatt) this.#finish('connection-lost');
    else if (end === this.#carriers.active) this.#carriers.leaveChannel();
  }

  #handle(packet: StreamMatter, end: CarrierEnd): StreamFault | undefined {
    if (packet.kind === 'abort') {
      this.#parts.logger.debug('the other end gave up', { fault: packet.fault });
      this.#finish('aborted-by-peer');
      return undefined;
    }
    if (end !== this.#carriers.gatt) return 'misplaced';
    if (packet.kind === 'greeting') return this.#greetAgain(packet);
    this.#carriers.leaveChannel();
    return undefined;
  }

  /** They say it again, because ours was lost. */
  #greetAgain(packet: Greeting): StreamFault | undefined {
    const { mine, theirs } = this.#parts.greeted;
    if (!equalBytes(encodePacket(packet), encodePacket(theirs))) return 'misplaced';
    if (!this.initiator && this.#carriers.gatt.canSend)
      this.#flow.control(mine, this.#carriers.gatt);
    return undefined;
  }

  #deliver(bytes: Uint8Array): void {
    if (!this.#isClosedHere) this.#handlers!.onBytes(bytes);
  }

  /** Everything that is due, in its order. */
  #pump(): void {
    if (this.#state === 'closed') return;
    do {
      // Whoever is told to wait has more to come, which fills the last packet.
      const wholeOnly = this.#wantsDrain && this.#state === 'open';
      this.#flow.pump(this.#carriers.active, { nowMs: this.#clock.monotonicMs(), wholeOnly });
      this.#checkEnds();
    } while (this.#drained());
    this.#arm();
  }

  get #aheadBytes(): number {
    const { aheadBytes, aheadPackets } = sendLimits;
    return Math.max(aheadBytes, aheadPackets * this.#carriers.active.payloadBytesMax);
  }

  #checkEnds(): void {
    const { sending, receiving } = this.#flow;
    if (this.#state === 'closing' && sending.isDone) this.#finish('closed');
    if (this.#state !== 'open' || !receiving.isFinished) return;
    this.#state = 'ended';
    this.#reason = 'closed-by-peer';
    this.#deadlineMs = this.#clock.monotonicMs() + timing.lingerMs;
    this.#tell();
  }

  /** Asks for more when half of it went; true: it can go at once. */
  #drained(): boolean {
    const { sending } = this.#flow;
    const isFull = sending.unsentBytes > this.#aheadBytes / 2;
    if (!this.#wantsDrain || isFull || !this.#isReading || this.#state !== 'open') return false;
    this.#wantsDrain = false;
    const before = sending.unsentBytes;
    this.#handlers!.onDrain();
    // What was kept back for more goes in the next turn in any case.
    if (before > 0) this.#cork();
    return sending.unsentBytes > before && this.#carriers.active.canSend;
  }

  #switched(): void {
    this.onCarrier();
    this.#pump();
  }

  #cork(): void {
    this.#corkDueMs = Math.min(this.#corkDueMs, this.#clock.monotonicMs());
    this.#arm();
  }

  #arm(): void {
    if (this.#state === 'closed') return;
    const { ackDueMs, sending } = this.#flow;
    const dueMs = Math.min(
      this.#corkDueMs,
      this.#deadlineMs,
      this.#silence.dueMs,
      sending.dueMs,
      this.#carriers.active.canSend ? ackDueMs : never,
    );
    // One that comes too early looks again: cheaper than a new timer for each packet.
    if (this.#timer !== undefined && this.#timerDueMs <= dueMs) return;
    this.#timer?.cancel();
    this.#timerDueMs = dueMs;
    this.#timer = this.#clock.after(dueMs - this.#clock.monotonicMs(), () => this.#due());
  }

  #due(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.monotonicMs();
    const { sending } = this.#flow;
    if (this.#corkDueMs <= nowMs) this.#corkDueMs = never;
    if (this.#deadlineMs <= nowMs) this.#finish('closed');
    else if (sending.isStalled(nowMs)) this.#finish('stalled');
    else if (this.#silence.dueMs <= nowMs) this.#silent(this.#silence.due(nowMs), nowMs);
    if (this.#state === 'closed') return;
    if (sending.dueMs <= nowMs) {
      sending.due(nowMs, this.#carriers.active.canSend);
      // Little time is left to one that closes.
      const resendsMax = this.#state === 'closing' ? 1 : channelLimits.resendsMax;
      if (sending.resendsInRow >= resendsMax) this.#carriers.doubt();
    }
    this.#pump();
  }

  #silent(step: SilenceStep, nowMs: number): void {
    if (step === 'silent') {
      this.#finish('silent');
    } else {
      if (step === 'doubt') this.#carriers.doubt();
      this.#flow.ask(this.#carriers.active, nowMs);
    }
  }

  /** What they sent has no place in a stream; they are told so if that is possible. */
  #fault(fault: StreamFault): void {
    this.#parts.logger.debug('a stream is given up', { fault, address: this.address });
    if (this.#carriers.active.canSend)
      this.#flow.control({ kind: 'abort', fault }, this.#carriers.active);
    this.#finish(fault);
  }

  #finish(reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#reason ??= reason;
    this.#timer?.cancel();
    this.#carriers.stop();
    this.#parts.connection.close();
    this.#tell();
  }

  /** Once, a turn later; those who have not started yet are told when they do. */
  #tell(): void {
    if (this.#state === 'open' || this.#state === 'closing') return;
    if (this.#isTold || !this.#isReading) return;
    this.#isTold = true;
    this.#clock.after(0, () => this.#handlers!.onClose(this.#reason!));
  }
}

/** As in `r-c01122334455`. */
function addressOf({ peer }: BleConnection): string {
  return `${peer.addressType[0]}-${peer.address.replaceAll(':', '').toLowerCase()}`;
}
