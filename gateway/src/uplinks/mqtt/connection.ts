/**
 * One MQTT 3.1.1 connection to an upstream broker, at QoS 1 (step 6). Our own small client because
 * it acknowledges what comes in only when that is on disk, without holding up the confirmations of
 * what goes out, and because the broker is a stranger: no packet over its cap is ever buffered.
 */
import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '@muster/core';
import { generate, type Packet } from 'mqtt-packet';
import { FieldReader } from '../../mqtt/gate/field-reader.ts';
import { type Frame, Inbox } from '../../mqtt/gate/inbox.ts';
import { Budget } from '../../policy/budget.ts';
import { upstreamLimits } from '../limits.ts';
import { codeOf } from './trouble.ts';

export interface ConnectionOptions {
  readonly clock: Clock;
  readonly open: () => Duplex;
  readonly clientId: string;
  /** Whether the broker forgets the session at the end; false in service. */
  readonly clean: boolean;
  readonly username?: string;
  readonly password?: string;
  /** Retained and empty, published by the broker when this gateway goes. */
  readonly willTopic?: string;
}

export interface IncomingMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The broker may have sent it before: in doubt whether it came, or as it was retained. */
  readonly repeated: boolean;
}

export interface ConnectionEvents {
  /** Admitted. */
  onOpen(): void;
  /** Once, whatever the cause; `code` for troubleOf. */
  onClose(code: string): void;
  /** Acknowledged, in order, once `onDone` is called. */
  onMessage(message: IncomingMessage, onDone: () => void): void;
}

interface Unacknowledged {
  readonly messageId: number;
  isDone: boolean;
}

const messageIdMax = 65_535;
const Type = { connack: 2, publish: 3, puback: 4, suback: 9, pingresp: 13 } as const;

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #events: ConnectionEvents;
  readonly #inbox = new Inbox();
  readonly #rate: Budget;
  /** By message id: what waits for its PUBACK or SUBACK. */
  readonly #asked = new Map<
    number,
    { onAnswer: (codes: readonly number[]) => void; sentMs: number }
  >();
  #unacknowledged: Unacknowledged[] = [];
  #stream: Duplex | undefined;
  #timer: Timer | undefined;
  #isOpen = false;
  #isPinging = false;
  #lastMessageId = 0;

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options;
    this.#rate = new Budget(upstreamLimits.readRates, options.clock.monotonicMs());
    this.#events = events;
  }

  /** Admitted, and not ended. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  start(): void {
    if (this.#stream) return;
    const { clock, open, clientId, clean, username, password, willTopic } = this.#options;
    const stream = open();
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => this.#onData(chunk));
    stream.on('error', (error) => this.#close(codeOf(error)));
    stream.on('close', () => this.#close('closed'));
    this.#timer = clock.after(upstreamLimits.connectMsMax, () => {
      this.#close(stream.writableLength > 0 ? 'ETIMEDOUT' : 'unanswered');
    });
    this.#write({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId,
      clean,
      keepalive: upstreamLimits.keepaliveS,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password: Buffer.from(password) }),
      ...(willTopic === undefined
        ? {}
        : { will: { topic: willTopic, payload: Buffer.alloc(0), qos: 1, retain: true } }),
    });
  }

  /** Says goodbye and closes; onClose is called. */
  stop(): void {
    if (this.#isOpen) this.#write({ cmd: 'disconnect' });
    this.#stream?.end();
    this.#close('stopped');
  }

  /** QoS 1; `onAnswer` once the broker has it, never when the connection ends before. */
  publish(
    message: { readonly topic: string; readonly payload: Uint8Array; readonly retain: boolean },
    onAnswer: () => void,
  ): void {
    const { topic, retain } = message;
    const messageId = this.#ask(() => onAnswer());
    const payload = Buffer.from(message.payload);
    this.#write({ cmd: 'publish', topic, payload, retain, qos: 1, dup: false, messageId });
  }

  /** At QoS 1; answers with the granted QoS of each topic, 128 for refused. */
  subscribe(topics: readonly string[], onAnswer: (granted: readonly number[]) => void): void {
    const subscriptions = topics.map((topic) => ({ topic, qos: 1 as const }));
    this.#write({ cmd: 'subscribe', messageId: this.#ask(onAnswer), subscriptions });
  }

  #ask(onAnswer: (codes: readonly number[]) => void): number {
    do {
      this.#lastMessageId = (this.#lastMessageId % messageIdMax) + 1;
    } while (this.#asked.has(this.#lastMessageId));
    const sentMs = this.#options.clock.monotonicMs();
    this.#asked.set(this.#lastMessageId, { onAnswer, sentMs });
    return this.#lastMessageId;
  }

  #write(packet: Packet): void {
    this.#stream?.write(generate(packet));
  }

  #onData(chunk: Buffer): void {
    this.#inbox.push(chunk);
    while (this.#stream) {
      const frame = this.#inbox.next(upstreamLimits.packetBytesMax);
      if (frame === undefined) break;
      if (typeof frame === 'string' || !this.#onFrame(frame)) this.#close('not-mqtt');
    }
    // Beyond either the broker waits, as for any slow client.
    if (this.#unacknowledged.length >= upstreamLimits.waitingMax) this.#stream?.pause();
    const { clock } = this.#options;
    const waitMs = this.#rate.waitMs(clock.monotonicMs());
    if (waitMs === 0 || !this.#stream) return;
    this.#stream.pause();
    clock.after(waitMs, () => this.#resume());
  }

  /** False for what a broker must not send. */
  #onFrame(frame: Frame): boolean {
    const reader = new FieldReader(frame.bytes, frame.start, frame.end);
    if (frame.type === Type.connack) return this.#onConnack(reader);
    if (!this.#isOpen) return false;
    switch (frame.type) {
      case Type.publish:
        return this.#onPublish(reader, frame.flags);
      case Type.puback:
      case Type.suback: {
        const messageId = reader.uint16();
        const asked = messageId === undefined ? undefined : this.#asked.get(messageId);
        // An answer to what nobody asked is an old one; it means nothing.
        if (!asked || messageId === undefined) return messageId !== undefined;
        this.#asked.delete(messageId);
        asked.onAnswer([...reader.take()]);
        return true;
      }
      case Type.pingresp:
        this.#isPinging = false;
        return true;
      default:
        return false;
    }
  }

  #onConnack(reader: FieldReader): boolean {
    reader.uint8();
    const code = reader.uint8();
    if (this.#isOpen || code === undefined) return false;
    if (code !== 0) {
      this.#close(`connack-${code}`);
      return true;
    }
    this.#isOpen = true;
    this.#timer?.cancel();
    this.#watch();
    this.#events.onOpen();
    return true;
  }

  #onPublish(reader: FieldReader, flags: number): boolean {
    const qos = (flags >> 1) & 3;
    const topic = reader.text();
    const messageId = qos === 1 ? reader.uint16() : 0;
    if (qos > 1 || topic === undefined || messageId === undefined) return false;
    // A copy, so that one that waits does not hold on to the chunk it came in.
    const payload = new Uint8Array(reader.take());
    const message = { topic, payload, repeated: (flags & 0b1001) !== 0 };
    const waiting = { messageId, isDone: false };
    this.#unacknowledged.push(waiting);
    this.#rate.spend(payload.length, this.#options.clock.monotonicMs());
    this.#events.onMessage(message, () => {
      waiting.isDone = true;
      this.#acknowledge();
    });
    return true;
  }

  /** In the order in which they came, as MQTT 3.1.1 (4.6) demands. */
  #acknowledge(): void {
    while (this.#unacknowledged[0]?.isDone) {
      const { messageId } = this.#unacknowledged.shift()!;
      if (messageId !== 0) this.#write({ cmd: 'puback', messageId });
    }
    this.#resume();
  }

  #resume(): void {
    if (this.#unacknowledged.length >= upstreamLimits.waitingMax / 2) return;
    if (this.#rate.waitMs(this.#options.clock.monotonicMs()) === 0) this.#stream?.resume();
  }

  /** Pings, and gives up on a broker that answers neither pings nor publishes. */
  #watch(): void {
    const { clock } = this.#options;
    this.#timer = clock.after((upstreamLimits.keepaliveS * 1000) / 2, () => {
      const [oldest] = this.#asked.values();
      const waitedMs = oldest ? clock.monotonicMs() - oldest.sentMs : 0;
      if (this.#isPinging || waitedMs > upstreamLimits.answerMsMax) {
        return this.#close('ETIMEDOUT');
      }
      this.#isPinging = true;
      this.#write({ cmd: 'pingreq' });
      this.#watch();
    });
  }

  #close(code: string): void {
    const stream = this.#stream;
    if (!stream) return;
    this.#stream = undefined;
    this.#isOpen = false;
    this.#timer?.cancel();
    this.#asked.clear();
    this.#unacknowledged = [];
    // What was said last may still go out.
    const lastWordsMs = code === 'stopped' ? upstreamLimits.lastWordsMs : 0;
    if (lastWordsMs > 0) this.#options.clock.after(lastWordsMs, () => stream.destroy());
    else stream.destroy();
    this.#events.onClose(code);
  }
}
