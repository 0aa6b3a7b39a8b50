/**
 * What we reach into an aedes client for, all in one place and pinned to its 1.2: packets go in
 * decoded, deliveries come out without a wait for the slowest reader, and what an idle client does
 * not need is let go. A test holds each of these assumptions.
 */
import type { Aedes, Client } from 'aedes';
import type { ConnectPacket } from '../gate/connect.ts';
import type { ClientPacket, PublishPacket } from '../gate/packet.ts';
import type { MqttLimits } from '../limits.ts';
import { connectClean, type FreshClient } from './clean-connect.ts';
import type { GatheringStream } from './gathering-stream.ts';
import { HeldDeliveries } from './held-deliveries.ts';
import type { PublishEncoder } from './publish-encoder.ts';
import type { Qos2Client, Qos2Intake } from './qos2-intake.ts';

/** A message on its way to one subscriber. */
export interface Delivery {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** Null for a retained message that a new subscription is shown. */
  readonly brokerId: string | null;
  readonly brokerCounter: number;
}

type Deliver = (delivery: Delivery, done: () => void) => void;
type Done = (error?: Error | null) => void;

/** The members of aedes 1.2's Client that are used; the underscored ones are its own affair. */
interface InnerClient extends FreshClient {
  deliver0: Deliver;
  deliverQoS: Deliver;
  duplicates: object;
  _parser: InnerParser | NoParser;
  _inboundInflight: Set<number>;
  _parsingBatch: number;
  _nextBatch: Done;
  _eos: () => void;
  close(): void;
  emit(event: 'connected' | 'error', error?: Error): void;
  waitForDrain(done: Done): void;
}

interface InnerParser {
  listeners(event: 'packet'): ((this: object, packet: object) => void)[];
}

/** What all clients of a broker share. */
export interface AedesClientHost {
  readonly aedes: Aedes;
  readonly encoder: PublishEncoder;
  readonly qos2: Qos2Intake;
  readonly limits: MqttLimits;
  /** See `noDuplicates`. */
  readonly duplicates: object;
}

export interface AedesClientEvents {
  mayRead(topic: string): boolean;
  /** More waits than a reader may have waiting. */
  onTooSlow(): void;
  /** One packet was handled. Errors end the client and are not told here. */
  onHandled(): void;
}

const connackAccepted = Buffer.from([0x20, 2, 0, 0]);

const noMessageIds: Set<number> = new Set();
function noop(): void {}

/** In the place of aedes' parser. */
class NoParser {
  readonly client: object;
  readonly _queue = null;

  constructor(client: object) {
    this.client = client;
  }

  removeAllListeners(): void {}
}

/** For every client, whatever is asked of it: nothing was delivered before. See `isRepeat`. */
export function noDuplicates(brokerId: string): object {
  return Object.create(null, { [brokerId]: { get: () => 0, set: noop } });
}

export class AedesClient {
  readonly #inner: InnerClient;
  readonly #host: AedesClientHost;
  readonly #stream: GatheringStream;
  readonly #events: AedesClientEvents;
  /** As aedes has it: noted in the queue, then written. */
  readonly #sendQoS: Deliver;
  readonly #parser: NoParser;
  readonly #enqueue: (this: object, packet: object) => void;
  #lastCounter = 0;
  /** While a session is given its queue. */
  #held: HeldDeliveries | undefined;

  constructor(host: AedesClientHost, stream: GatheringStream, events: AedesClientEvents) {
    this.#host = host;
    this.#stream = stream;
    this.#events = events;
    // Typed as a Duplex; a test shows that no more of one is used than there is.
    const client: Client = host.aedes.handle(stream as never);
    const inner = client as unknown as InnerClient;
    this.#inner = inner;
    this.#enqueue = (inner._parser as InnerParser).listeners('packet')[0]!;
    this.#parser = new NoParser(client);
    inner._parser = this.#parser;
    inner._inboundInflight = noMessageIds;
    inner._nextBatch = (error) => this.#onHandled(error);
    inner._eos();
    inner._eos = noop;
    stream.removeAllListeners();
    inner.duplicates = host.duplicates;
    this.#sendQoS = inner.deliverQoS;
    inner.deliver0 = (delivery, done) => this.#deliver0(delivery, done);
    inner.deliverQoS = (delivery, done) => this.#deliverQoS(delivery, done);
  }

  connect(packet: ConnectPacket, sessionId: string): void {
    if (!packet.clean) {
      this.#connectKept(packet, sessionId);
      return;
    }
    const { aedes } = this.#host;
    const accept = () => this.#stream.write(connackAccepted);
    const { protocolVersion, will } = packet;
    const connect = { client: this.#inner, aedes, sessionId, protocolVersion, will, accept };
    connectClean(connect).then(
      (isDone) => {
        if (!isDone) this.#connectKept(packet, sessionId);
        else if (this.#inner.connected) this.#events.onHandled();
      },
      (error: Error) => this.#inner.emit('error', error),
    );
  }

  /** The way of aedes itself. */
  #connectKept({ protocolVersion, clean, will }: ConnectPacket, sessionId: string): void {
    if (!clean) this.#held = new HeldDeliveries();
    // Keep-alive is watched by ClientSession.
    const connect = { cmd: 'connect', protocolVersion, clean, keepalive: 0, clientId: sessionId };
    this.#take(will ? { ...connect, will: { cmd: 'publish', dup: false, ...will } } : connect);
  }

  handle(packet: ClientPacket): void {
    if (packet.cmd === 'publish' && packet.qos === 2) this.#takeQos2(packet);
    else this.#take(packet);
  }

  /** It is about to be given this message, of its queue or live. */
  onForward({ brokerId, brokerCounter }: Pick<Delivery, 'brokerId' | 'brokerCounter'>): void {
    if (brokerId === this.#host.aedes.id) this.#held?.sent(brokerCounter);
  }

  /** The connection is gone: its subscriptions end and its will is published. */
  close(): void {
    this.#inner.close();
  }

  #takeQos2(packet: PublishPacket): void {
    const inner = this.#inner;
    if (inner._inboundInflight === noMessageIds) inner._inboundInflight = new Set();
    const id = packet.messageId!;
    const answer = () => {
      const isRoom = this.#stream.write(Buffer.from([0x50, 2, id >> 8, id & 255]));
      if (isRoom) this.#onHandled();
      else inner.waitForDrain((error) => this.#onHandled(error));
    };
    this.#host.qos2.take(inner as unknown as Qos2Client, packet).then(answer, (error: Error) => {
      this.#onHandled(error);
    });
  }

  #onHandled(error?: Error | null): void {
    if (!error) {
      if (!this.#inner.connected) return;
      this.#deliverHeld();
      this.#events.onHandled();
    } else if (!this.#stream.destroyed) {
      this.#inner.emit('error', error);
    }
  }

  #take(packet: object): void {
    // aedes would queue a second packet of a batch before CONNACK; none is given to it before.
    this.#inner._parsingBatch = 0;
    this.#enqueue.call(this.#parser, packet);
  }

  /** Never waits: what a reader does not take is bounded by its stream. */
  #deliver0(delivery: Delivery, done: () => void): void {
    if (!this.#isRepeat(delivery) && this.#events.mayRead(delivery.topic)) {
      const stream = this.#stream;
      stream.write(this.#host.encoder.encode(delivery));
      if (delivery.brokerId === null && stream.isFull && !stream.destroyed) {
        this.#inner.waitForDrain(done);
        return;
      }
    }
    done();
  }

  /** Live messages do not wait either; retained ones do, for there is no hurry with them. */
  #deliverQoS(delivery: Delivery, done: () => void): void {
    if (delivery.qos === 0) {
      this.#deliver0(delivery, done);
    } else if (delivery.brokerId === null) {
      this.#sendQoS(delivery, done);
    } else {
      if (!this.#isRepeat(delivery)) this.#deliverLive(delivery);
      done();
    }
  }

  #deliverLive(delivery: Delivery): void {
    if (!this.#held) {
      this.#sendQoS(delivery, noop);
      return;
    }
    this.#held.add(delivery);
    if (this.#held.bytes > this.#host.limits.waitingBytesMax) this.#events.onTooSlow();
  }

  /** The queue has been given. */
  #deliverHeld(): void {
    const held = this.#held;
    this.#held = undefined;
    for (const delivery of held?.all() ?? []) this.#sendQoS(delivery, noop);
  }

  /**
   * The same message by another of this client's filters: they come right after one another. aedes
   * itself takes whatever has a lower counter than the last for a repeat, and so loses a QoS 1
   * message that a QoS 0 one overtook while it was stored.
   */
  #isRepeat({ brokerId, brokerCounter }: Delivery): boolean {
    if (brokerId === null) return false;
    if (brokerCounter === this.#lastCounter) return true;
    this.#lastCounter = brokerCounter;
    return false;
  }
}
