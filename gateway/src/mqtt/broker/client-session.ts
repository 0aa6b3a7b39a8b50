/**
 * One client from its first byte to its last: the gate before CONNECT, admission, then packets to
 * aedes as fast as they are answered and no faster. Cuts whoever breaks a bound. aedes never hears
 * of a connection that has not shown a good CONNECT.
 */
import { type Timer, TokenBucket } from '@muster/core';
import type { AedesPublishPacket } from 'aedes';
import { type Admitted, admit } from '../gate/admission.ts';
import { readConnect } from '../gate/connect.ts';
import { ConnackCode, type GateFault } from '../gate/fault.ts';
import { type Frame, Inbox } from '../gate/inbox.ts';
import { readPacket } from '../gate/packet.ts';
import { AedesClient, type AedesClientEvents } from './aedes-client.ts';
import { GatheringStream, type StreamEvents } from './gathering-stream.ts';
import type { SessionHost } from './session-host.ts';
import type { Wire, WireEvents } from './wire.ts';

const connectType = 1;
/** How soon a client that was too quick is looked at again. */
const refillMs = 20;

export class ClientSession implements AedesClientEvents, StreamEvents, WireEvents {
  readonly #host: SessionHost;
  readonly #wire: Wire;
  readonly #stream: GatheringStream;
  readonly #inbox = new Inbox();
  readonly #bucket: TokenBucket;
  readonly sinceMs: number;
  #admitted: Admitted | undefined;
  #client: AedesClient | undefined;
  #isConnecting = true;
  #pumping = false;
  #paused = false;
  #unanswered = 0;
  #unansweredBytes = 0;
  #refill: Timer | undefined;
  #heard = true;
  #heardMs: number;
  #taken = 0;
  #takenMs: number;
  #closedMs: number | undefined;

  constructor(wire: Wire, host: SessionHost) {
    this.#wire = wire;
    this.#host = host;
    const nowMs = host.clock.monotonicMs();
    this.sinceMs = nowMs;
    this.#heardMs = nowMs;
    this.#takenMs = nowMs;
    this.#bucket = new TokenBucket(host.packetRate, nowMs);
    this.#stream = new GatheringStream(wire, host, this);
    wire.events = this;
  }

  get admitted(): Admitted | undefined {
    return this.#admitted;
  }

  get address(): string {
    return this.#wire.address;
  }

  get waitingBytes(): number {
    return this.#stream.waitingBytes;
  }

  /** aedes is about to give it this message. */
  onForward(packet: AedesPublishPacket): void {
    this.#client?.onForward(packet);
  }

  /** Closes at once; what waits for it is let go. Its will is published. */
  cut(fault: GateFault): void {
    if (this.#stream.destroyed) return;
    this.#host.onCut(this, fault);
    this.#stream.cut();
    this.onDestroyed();
  }

  /** Closes after what was gathered. */
  end(): void {
    this.#stream.destroy();
  }

  /** The socket goes at once, even where the other side does not take the last bytes. */
  letGo(): void {
    this.#wire.destroy();
  }

  /** Holds the bounds of time; called every `sweepMs`. */
  sweep(nowMs: number): void {
    const { limits } = this.#host;
    if (this.#closedMs !== undefined) {
      if (nowMs - this.#closedMs >= limits.closingMsMax) this.letGo();
      return;
    }
    if (!this.#admitted) {
      if (nowMs - this.sinceMs >= limits.connectMsMax) this.cut('connect-late');
      return;
    }
    if (this.#stream.taken !== this.#taken || this.#stream.waitingBytes === 0) {
      this.#taken = this.#stream.taken;
      this.#takenMs = nowMs;
    } else if (nowMs - this.#takenMs >= limits.drainTimeoutMs) {
      this.cut('too-slow');
      return;
    }
    // Whole packets count, not bytes; while we owe an answer we may not have read on ourselves.
    if (this.#heard || this.#unanswered > 0) {
      this.#heard = false;
      this.#heardMs = nowMs;
    } else if (nowMs - this.#heardMs >= this.#admitted.keepaliveS * 1_500) {
      // MQTT 3.1.1, 3.1.2.10: one and a half times the keep-alive.
      this.cut('keepalive');
    }
  }

  /** Of its wire. */
  onBytes(chunk: Buffer): void {
    if (this.#stream.destroyed) return;
    this.#inbox.push(chunk);
    this.#pump();
  }

  /** Hands over what may be handed over; reads on only while little waits. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#mayTake()) {
      const { connectBytesMax, packetBytesMax } = this.#host.limits;
      const frame = this.#inbox.next(this.#admitted ? packetBytesMax : connectBytesMax);
      if (frame === undefined) break;
      if (typeof frame === 'string') this.cut(frame);
      else this.#onFrame(frame);
    }
    this.#pumping = false;
    this.#setPaused(this.#inbox.waitingBytes > this.#host.limits.inboxBytesMax);
  }

  #mayTake(): boolean {
    if (this.#stream.destroyed || this.#refill) return false;
    if (!this.#client) return true;
    const { limits, packetRate, clock } = this.#host;
    if (this.#unanswered >= limits.unansweredMax) return false;
    if (this.#unansweredBytes >= limits.unansweredBytesMax) return false;
    if (this.#bucket.has(packetRate, clock.monotonicMs())) return true;
    this.#refill = clock.after(refillMs, () => {
      this.#refill = undefined;
      this.#pump();
    });
    return false;
  }

  #onFrame(frame: Frame): void {
    if (!this.#client) {
      this.#onConnect(frame);
      return;
    }
    const packet = readPacket(frame, this.#host.limits);
    if (typeof packet === 'string') {
      this.cut(packet);
      return;
    }
    this.#heard = true;
    this.#bucket.take();
    this.#unanswered += 1;
    this.#unansweredBytes += frame.end - frame.start;
    this.#client.handle(packet);
  }

  #onConnect(frame: Frame): void {
    if (frame.type !== connectType) {
      this.cut('first-not-connect');
      return;
    }
    const host = this.#host;
    const connect = readConnect(frame);
    if (connect === 'version') {
      this.#refuse(ConnackCode.version);
      return;
    }
    if (typeof connect === 'string') {
      this.cut(connect);
      return;
    }
    const admitted = admit(connect, host);
    if (typeof admitted === 'number') {
      this.#refuse(admitted);
      return;
    }
    this.#admitted = admitted;
    host.onAdmitted(this, this.#stream);
    this.#client = new AedesClient(host, this.#stream, this);
    // Nothing else is handed over before CONNACK.
    this.#unanswered = host.limits.unansweredMax;
    this.#client.connect(connect, admitted.sessionId);
  }

  #refuse(code: ConnackCode): void {
    this.#host.onRefused(this, code);
    this.#stream.write(Buffer.from([0x20, 2, 0, code]));
    this.#stream.destroy();
  }

  /** Of its aedes client: one packet more was handled. */
  onHandled(): void {
    const { unansweredMax } = this.#host.limits;
    this.#unanswered = this.#isConnecting ? 0 : this.#unanswered - 1;
    this.#isConnecting = false;
    if (this.#unanswered === 0) this.#unansweredBytes = 0;
    // Once a quarter is answered, so that commits stay large.
    if (this.#unanswered <= unansweredMax * 0.75) this.#pump();
  }

  #setPaused(paused: boolean): void {
    if (paused === this.#paused || this.#stream.destroyed) return;
    this.#paused = paused;
    if (paused) this.#wire.pause();
    else this.#wire.resume();
  }

  /** Of its aedes client, for each delivery. */
  mayRead(topic: string): boolean {
    return this.#admitted?.member.grants.mayRead(topic) === true;
  }

  /** Of its stream and its aedes client. */
  onTooSlow(): void {
    this.cut('too-slow');
  }

  /** Of its stream. aedes may be in the midst of this very client: it is told in the next turn. */
  onDestroyed(): void {
    this.#closedMs = this.#host.clock.monotonicMs();
    this.#refill?.cancel();
    setImmediate(() => this.#client?.close());
  }

  /** Of its wire. */
  onClose(): void {
    if (!this.#stream.destroyed) {
      this.#stream.cut();
      this.onDestroyed();
    }
    this.#host.onClosed(this);
  }
}
