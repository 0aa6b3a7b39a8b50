/**
 * What one end of a stream has under way: which bytes go into the next packet, which were
 * acknowledged, which must go again. Pure; bytes are numbered, not packets, so that what was cut
 * for one carrier can be cut again for another. Below step 4 of a message's way.
 */
import { type CarrierLimits, timing, windowLimits } from './limits.ts';
import { fromWireOffset } from './offsets.ts';
import { RoundTrip } from './round-trip.ts';
import { SendBuffer } from './send-buffer.ts';
import { SendWindow } from './send-window.ts';

export interface Segment {
  readonly start: number;
  /** Behind its last byte of payload. */
  readonly end: number;
  readonly isLast: boolean;
  readonly isAgain: boolean;
  /** We wait for its acknowledgement. */
  readonly isUrgent: boolean;
}

/** A carrier as far as it matters here. */
export interface Way {
  readonly limits: CarrierLimits;
  readonly payloadBytesMax: number;
}

interface Flight {
  readonly start: number;
  /** Behind its last number; the end of the stream has a number of its own. */
  end: number;
  sentMs: number;
  way: Way;
  isAgain: boolean;
  /** It asked for its acknowledgement, so what comes back is the round trip and no delay. */
  isUrgent: boolean;
  isLost: boolean;
}

export class SendHalf {
  readonly roundTrip = new RoundTrip();
  readonly #window = new SendWindow();
  readonly #buffer: SendBuffer;
  /** By start, without holes: from what is acknowledged to what was sent. */
  readonly #flights: Flight[] = [];
  #acknowledged: number;
  /** Behind the last number ever sent. */
  #sent: number;
  #isFinished = false;
  #lost = 0;
  #underWayBytes = 0;
  /** When the oldest packet under way began to be waited for. */
  #waitsSinceMs = 0;
  #progressMs = 0;
  /** Below it everything was under way when a packet was last taken for lost (RFC 6582). */
  #recover = 0;
  #resendsInRow = 0;

  constructor(firstOffset = 0) {
    this.#buffer = new SendBuffer(firstOffset);
    this.#acknowledged = firstOffset;
    this.#sent = firstOffset;
  }

  /** Taken and never sent yet. */
  get unsentBytes(): number {
    return Math.max(0, this.#buffer.end - this.#sent);
  }

  /** Everything was acknowledged, the end of the stream too. */
  get isDone(): boolean {
    return this.#isFinished && this.#acknowledged > this.#buffer.end;
  }

  get resendsInRow(): number {
    return this.#resendsInRow;
  }

  add(bytes: Uint8Array): void {
    if (!this.#isFinished) this.#buffer.add(bytes);
  }

  /** Nothing follows what was taken. */
  finish(): void {
    this.#isFinished = true;
  }

  /** What goes next by this carrier; undefined: nothing, or the window is full. */
  next(way: Way, nowMs: number, wholeOnly = false): Segment | undefined {
    if (this.#isFull(way)) {
      this.#window.filled();
      // The one that everything waits for goes again, however full it is of later ones.
      if (!this.#flights[0]?.isLost) return undefined;
    }
    if (this.#packets === 0) this.#waitsSinceMs = nowMs;
    if (this.#flights.length === 0) this.#progressMs = nowMs;
    const isKept = wholeOnly && this.unsentBytes < way.payloadBytesMax;
    const flight = this.#lost > 0 ? this.#again(way) : isKept ? undefined : this.#fresh(way);
    if (flight === undefined) return undefined;
    flight.sentMs = nowMs;
    flight.way = way;
    const { start, isAgain } = flight;
    this.#underWayBytes += flight.end - start;
    flight.isUrgent = this.#window.asks(flight.end - start) || isAgain;
    const { isUrgent } = flight;
    const end = Math.min(flight.end, this.#buffer.end);
    return { start, end, isLast: flight.end > this.#buffer.end, isAgain, isUrgent };
  }

  /** Copies the payload of a segment that `next` just gave. */
  copy(segment: Segment, packet: Uint8Array, at: number): void {
    this.#buffer.copy(segment.start, segment.end, packet, at);
  }

  /** Every number below this one has arrived. */
  acknowledge(wire: number, nowMs: number): 'progress' | 'none' | 'acknowledged-unsent' {
    const offset = fromWireOffset(wire, this.#acknowledged);
    if (offset > this.#sent) return 'acknowledged-unsent';
    if (offset <= this.#acknowledged) return 'none';
    this.#acknowledged = offset;
    this.#land(offset, nowMs);
    this.#buffer.release(Math.min(offset, this.#buffer.end));
    this.#waitsSinceMs = nowMs;
    this.#progressMs = nowMs;
    this.#resendsInRow = 0;
    this.roundTrip.progressed();
    if (offset < this.#recover) this.#loseFirst();
    return 'progress';
  }

  /** When what is under way must go again; infinite: nothing is. */
  get dueMs(): number {
    if (this.#flights.length === this.#lost) return Number.POSITIVE_INFINITY;
    return this.#waitsSinceMs + this.roundTrip.resendMs;
  }

  /** Call at `dueMs`. `canSend` false: the carrier has not even sent it yet. */
  due(nowMs: number, canSend: boolean): void {
    this.#resendsInRow += 1;
    this.#waitsSinceMs = nowMs;
    this.roundTrip.backOff();
    if (!canSend) return;
    this.#window.lost(this.#underWayBytes);
    this.#recover = this.#sent;
    this.#loseFirst();
  }

  /** Something waits for an acknowledgement, and none came for too long. */
  isStalled(nowMs: number): boolean {
    return this.#flights.length > 0 && nowMs - this.#progressMs >= timing.stalledMs;
  }

  /** A carrier is gone, and what was under way by it. */
  loseWay(way: Way): void {
    for (const flight of this.#flights) if (flight.way === way) this.#lose(flight);
  }

  #fresh(way: Way): Flight | undefined {
    const start = this.#sent;
    const room = this.#acknowledged + windowLimits.receiveBytes - start;
    const bytes = Math.min(way.payloadBytesMax, this.unsentBytes, room);
    const isAtEnd = start + bytes === this.#buffer.end && this.#isFinished;
    if (bytes <= 0 && !isAtEnd) return undefined;
    const end = start + bytes + (isAtEnd ? 1 : 0);
    this.#sent = end;
    const flight = { start, end, sentMs: 0, way, isAgain: false, isUrgent: false, isLost: false };
    this.#flights.push(flight);
    return flight;
  }

  /** The first lost one, or as much of it as a packet takes. */
  #again(way: Way): Flight {
    const at = this.#flights.findIndex(({ isLost }) => isLost);
    const flight = this.#flights[at]!;
    flight.isLost = false;
    flight.isAgain = true;
    this.#lost -= 1;
    const cut = flight.start + way.payloadBytesMax;
    if (cut < Math.min(flight.end, this.#buffer.end)) {
      this.#flights.splice(at + 1, 0, { ...flight, start: cut, isLost: true });
      this.#lost += 1;
      flight.end = cut;
    }
    return flight;
  }

  /** Takes what has arrived off the list. */
  #land(offset: number, nowMs: number): void {
    const from = this.#flights[0]!.start;
    let landed = 0;
    let sample: Flight | undefined;
    let promptMs: number | undefined;
    for (const flight of this.#flights) {
      if (flight.end > offset) break;
      landed += 1;
      if (flight.isLost) this.#lost -= 1;
      else this.#underWayBytes -= flight.end - flight.start;
      sample = flight.isAgain ? undefined : flight;
      if (flight.isUrgent && !flight.isAgain) promptMs = nowMs - flight.sentMs;
    }
    this.#flights.splice(0, landed);
    const [first] = this.#flights;
    if (first !== undefined && first.start < offset) {
      if (!first.isLost) this.#underWayBytes -= offset - first.start;
      this.#flights[0] = { ...first, start: offset };
    }
    if (sample !== undefined) this.roundTrip.sample(nowMs - sample.sentMs);
    this.#window.landed(offset - from, (offset - from) / Math.max(1, landed), promptMs);
  }

  /** Under way, as far as we know. */
  get #packets(): number {
    return this.#flights.length - this.#lost;
  }

  #isFull({ limits }: Way): boolean {
    return this.#underWayBytes >= this.#window.bytes || this.#packets >= limits.windowPackets;
  }

  #loseFirst(): void {
    const [first] = this.#flights;
    if (first !== undefined) this.#lose(first);
  }

  #lose(flight: Flight): void {
    if (flight.isLost) return;
    flight.isLost = true;
    this.#lost += 1;
    this.#underWayBytes -= flight.end - flight.start;
  }
}
