/**
 * Both halves of a stream at one end, as packets: what came in is taken apart and put in order,
 * what is due goes out by the carrier that it is shown. Pure but for that carrier. Below step 4 of
 * a message's way. It knows neither timers nor who listens above.
 */
import { AckPlan } from './ack-plan.ts';
import type { CarrierEnd } from './carrier-end.ts';
import { toWireOffset } from './offsets.ts';
import {
  dataHeadBytes,
  decodePacket,
  encodePacket,
  type StreamFault,
  type StreamPacket,
  writeDataHead,
} from './packets.ts';
import { ReceiveHalf } from './receive-half.ts';
import { type Segment, SendHalf } from './send-half.ts';

type ControlPacket = Exclude<StreamPacket, { kind: 'data' }>;

/** What the flow leaves to the stream. */
export type StreamMatter = Extract<StreamPacket, { kind: 'greeting' | 'leave' | 'abort' }>;

export interface Turn {
  readonly nowMs: number;
  readonly wholeOnly: boolean;
}

export class PacketFlow {
  /** Bytes are those of packets, heads included; payload counts once, however often it was sent. */
  readonly counts = {
    bytesSent: 0,
    bytesReceived: 0,
    packetsSent: 0,
    packetsReceived: 0,
    /** Packets that were sent again. */
    resent: 0,
    payloadBytesSent: 0,
    payloadBytesReceived: 0,
  };
  readonly sending = new SendHalf();
  readonly receiving: ReceiveHalf;
  readonly #acks = new AckPlan();
  /** As the other end knows it, if nothing was lost. */
  #acknowledged = 0;
  /** To be answered where it came from; a newer one replaces it: questions are no lever. */
  #question: { readonly number: number; readonly end: CarrierEnd } | undefined;
  #asked = { number: 0, atMs: Number.NaN };

  constructor(deliver: (bytes: Uint8Array) => void) {
    this.receiving = new ReceiveHalf((bytes) => {
      this.counts.payloadBytesReceived += bytes.length;
      deliver(bytes);
    });
  }

  /** Takes a packet that came by `end`; what is not the flow's comes back. */
  take(wire: Uint8Array, end: CarrierEnd, nowMs: number): StreamMatter | StreamFault | undefined {
    this.counts.packetsReceived += 1;
    this.counts.bytesReceived += wire.length;
    const decoded = decodePacket(wire);
    if (!decoded.ok) return decoded.reason;
    const packet = decoded.value;
    switch (packet.kind) {
      case 'data':
        return this.#takeData(packet, end, nowMs);
      case 'ack':
        return this.#takeAck(packet.acknowledged, nowMs);
      case 'ask':
        this.#question = { number: packet.number, end };
        return undefined;
      case 'answer':
        if (packet.number === this.#asked.number) this.#answered(nowMs);
        return undefined;
      case 'join':
        return 'misplaced';
      default:
        return packet;
    }
  }

  /** Somebody reads from now on. */
  open(nowMs: number): void {
    this.receiving.open();
    if (this.receiving.acknowledged !== this.#acknowledged) this.#acks.atOnce(nowMs);
  }

  /** Sends what is due, as much as the carrier takes; `wholeOnly`: full packets, or nothing new. */
  pump(end: CarrierEnd, { nowMs, wholeOnly }: Turn): void {
    if (this.#question?.end.canSend) {
      this.control({ kind: 'answer', number: this.#question.number }, this.#question.end);
      this.#question = undefined;
    }
    while (end.canSend) {
      const segment = this.sending.next(end, nowMs, wholeOnly);
      if (segment === undefined) break;
      this.#sendData(segment, end);
    }
    if (this.#acks.dueMs <= nowMs && end.canSend) {
      this.#acknowledged = this.receiving.acknowledged;
      this.#acks.sent();
      this.control({ kind: 'ack', acknowledged: this.#acknowledged }, end);
    }
  }

  /** When an acknowledgement is due at the latest; infinite: none is. */
  get ackDueMs(): number {
    return this.#acks.dueMs;
  }

  ask(end: CarrierEnd, nowMs: number): void {
    if (!end.canSend) return;
    this.#asked = { number: (this.#asked.number + 1) & 0xff, atMs: nowMs };
    this.control({ kind: 'ask', number: this.#asked.number }, end);
  }

  control(packet: ControlPacket, end: CarrierEnd): void {
    this.#transmit(encodePacket(packet), end);
  }

  #takeData(
    packet: Extract<StreamPacket, { kind: 'data' }>,
    end: CarrierEnd,
    nowMs: number,
  ): StreamFault | undefined {
    if (packet.acknowledged !== undefined) {
      const fault = this.#takeAck(packet.acknowledged, nowMs);
      if (fault !== undefined) return fault;
    }
    const received = this.receiving.receive(packet.offset, packet.bytes, packet.isLast);
    if (received === 'window' || received === 'misplaced') return received;
    this.#acks.received(received, packet.bytes.length, end.limits, nowMs);
    if (packet.isUrgent || this.receiving.isFinished) this.#acks.atOnce(nowMs);
    return undefined;
  }

  #takeAck(acknowledged: number, nowMs: number): StreamFault | undefined {
    const outcome = this.sending.acknowledge(acknowledged, nowMs);
    return outcome === 'acknowledged-unsent' ? outcome : undefined;
  }

  #answered(nowMs: number): void {
    const ms = nowMs - this.#asked.atMs;
    this.#asked.atMs = Number.NaN;
    if (!Number.isNaN(ms)) this.sending.roundTrip.sample(ms);
  }

  #sendData(segment: Segment, end: CarrierEnd): void {
    const acknowledged = this.receiving.acknowledged;
    const withAck = acknowledged !== this.#acknowledged;
    const headBytes = dataHeadBytes(withAck);
    const bytes = segment.end - segment.start;
    const packet = new Uint8Array(headBytes + bytes);
    writeDataHead(packet, {
      offset: toWireOffset(segment.start),
      acknowledged: withAck ? acknowledged : undefined,
      isLast: segment.isLast,
      isUrgent: segment.isUrgent,
    });
    this.sending.copy(segment, packet, headBytes);
    if (withAck) {
      this.#acknowledged = acknowledged;
      this.#acks.sent();
    }
    if (segment.isAgain) this.counts.resent += 1;
    else this.counts.payloadBytesSent += bytes;
    this.#transmit(packet, end);
  }

  #transmit(packet: Uint8Array, end: CarrierEnd): void {
    this.counts.packetsSent += 1;
    this.counts.bytesSent += packet.length;
    end.send(packet);
  }
}
