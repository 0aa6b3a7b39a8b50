/**
 * An MQTT broker on the internet as an uplink (step 6): publishes chosen channels there and takes
 * messages from the same topics. It hears its own messages come back, so that after a cut or a kill
 * nothing is published twice while the broker keeps the session. Reconnects by itself.
 */
import type { Duplex } from 'node:stream';
import {
  bytesKey,
  type Clock,
  Crossing,
  type Crypto,
  domain,
  type Logger,
  type NodeApi,
  type PutAnswer,
  type Random,
  type ReadBundle,
  type Timer,
  toHex,
  utf8,
} from '@muster/core';
import { retryDelayMs } from '../back-off.ts';
import { upstreamLimits } from '../limits.ts';
import type { OutgoingBundle, SendAnswer, Uplink, UplinkEvents, UplinkStatus } from '../uplink.ts';
import { Connection, type IncomingMessage } from './connection.ts';
import { Intake, type OutsideDraft } from './intake.ts';
import { outgoingJson } from './outgoing-json.ts';
import { readOutside } from './outside.ts';
import { Presence } from './presence.ts';
import { type Trouble, troubleOf } from './trouble.ts';
import { type UpstreamChannel, upstreamTopic } from './upstream-channel.ts';

export interface MqttUplinkOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly logger: Logger;
  readonly node: Pick<NodeApi, 'since' | 'knows'>;
  /** Key of this gateway's node, 32 bytes. */
  readonly key: Uint8Array;
  readonly write: (draft: OutsideDraft, onAnswer: (answer: PutAnswer) => void) => void;
  readonly open: () => Duplex;
  readonly username?: string;
  readonly password?: string;
  /** What all topics begin with, `<prefix>/<site>`. */
  readonly topics: string;
  /** Name of the own site, as third parties read it. */
  readonly siteName: string;
  readonly channels: () => readonly UpstreamChannel[];
}

interface Publishing {
  readonly onAnswer: (answer: SendAnswer) => void;
  timer: Timer | undefined;
}

const fine: Trouble = { problem: '', mend: '' };

export class MqttUplink implements Uplink {
  readonly kind = 'mqtt';
  readonly name: string;
  readonly #options: MqttUplinkOptions;
  readonly #intake: Intake;
  readonly #presence: Presence;
  /** By id: held back, or published and not confirmed. */
  readonly #publishing = new Map<string, Publishing>();
  #byTopic: ReadonlyMap<string, UpstreamChannel> = new Map();
  #events: UplinkEvents | undefined;
  #connection: Connection | undefined;
  #timer: Timer | undefined;
  /** What is published to come back; undefined once it did. */
  #probe: string | undefined;
  /** The probe is back, and what had waited may still come. */
  #isSettling = false;
  #upByMs = 0;
  #failures = 0;
  #state: UplinkStatus['state'] = 'stopped';
  #sinceMs = 0;
  #nextTryMs: number | undefined;
  #trouble = fine;

  constructor(options: MqttUplinkOptions) {
    this.#options = options;
    this.name = options.name;
    this.#presence = new Presence(options.topics, options.key);
    this.#intake = new Intake({
      ...options,
      via: viaOfUplink(options.name),
      holdBackMs: () => this.#holdBackMs(),
    });
  }

  start(events: UplinkEvents): void {
    if (this.#events) return;
    this.#events = events;
    this.#intake.load(this.#options.node);
    this.#connect();
  }

  async stop(): Promise<void> {
    if (!this.#events) return;
    this.#events = undefined;
    this.#timer?.cancel();
    const connection = this.#connection;
    // Goodbye without a last will: the presence has to be cleared by ourselves.
    if (connection?.isOpen) {
      connection.publish(
        { topic: this.#presence.ownTopic, payload: new Uint8Array(0), retain: true },
        () => {},
      );
    }
    connection?.stop();
    this.#set('stopped');
  }

  /** A bundle of the mesh; see Intake. */
  onBundle(bundle: ReadBundle): void {
    this.#intake.onBundle(bundle);
  }

  /** The channels may have changed: what is new is subscribed to, what went is ignored. */
  onChannels(): void {
    const known = this.#byTopic;
    this.#listChannels();
    const added = [...this.#byTopic.keys()].filter((topic) => !known.has(topic));
    if (this.#state === 'up' && added.length > 0) this.#connection?.subscribe(added, () => {});
  }

  send(item: OutgoingBundle, onAnswer: (answer: SendAnswer) => void): void {
    const payload = outgoingJson(item, this.#options.siteName);
    if (!payload) {
      onAnswer({ ok: false, retry: false, reason: 'it is no message that a broker could carry' });
      return;
    }
    const publishing: Publishing = { onAnswer, timer: undefined };
    const key = bytesKey(item.read.id);
    this.#publishing.set(key, publishing);
    const message = {
      topic: upstreamTopic(this.#options.topics, item.channel),
      payload,
      retain: false,
    };
    const publish = (): void => {
      this.#connection?.publish(message, () => this.#confirm(key));
    };
    const delayMs = this.#holdBackMs();
    if (delayMs === 0) publish();
    else publishing.timer = this.#options.clock.after(delayMs, publish);
  }

  status(): UplinkStatus {
    const { refused, taken } = this.#intake.counts;
    const isPuzzled = this.#state === 'up' && this.#trouble === fine && refused > 0;
    const puzzled = {
      problem: `${refused} messages of the broker were not understood or not allowed`,
      mend: 'See docs/protocol/mqtt.md for what may be published to a channel.',
    };
    return {
      state: this.#state,
      sinceMs: this.#sinceMs,
      ...(isPuzzled ? puzzled : this.#trouble),
      nextTryMs: this.#nextTryMs,
      received: taken,
    };
  }

  #connect(): void {
    const { clock, open, username, password } = this.#options;
    this.#nextTryMs = undefined;
    this.#set('connecting');
    const connection = new Connection(
      {
        clock,
        open,
        clientId: this.#clientId,
        clean: false,
        willTopic: this.#presence.ownTopic,
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
      },
      {
        onOpen: () => this.#onOpen(connection),
        onClose: (code) => this.#onClose(code),
        onMessage: (message, onDone) => this.#onMessage(message, onDone),
      },
    );
    this.#connection = connection;
    connection.start();
  }

  /** The same at each start, or the broker forgets; 23 letters are what MQTT 3.1.1 promises. */
  get #clientId(): string {
    const { crypto, key, topics } = this.#options;
    const hash = crypto.blake2b(16, domain('uplink-client'), key, utf8(`${this.name}/${topics}`));
    return `muster-${toHex(hash.subarray(0, 8))}`;
  }

  /** Subscribes, then probes: once that is back, and quiet, all that had waited has come. */
  #onOpen(connection: Connection): void {
    const { random } = this.#options;
    this.#presence.reset();
    this.#listChannels();
    const filters = [this.#presence.filter, ...this.#byTopic.keys()];
    connection.subscribe(filters, (granted) => {
      const isRefused = filters.some((_, index) => (granted[index] ?? 128) > 2);
      this.#trouble = isRefused ? troubleOf('subscribe-refused') : fine;
      const probe = toHex(random.bytes(8));
      this.#probe = probe;
      connection.publish(
        { topic: this.#presence.ownTopic, payload: utf8(probe), retain: true },
        () => {},
      );
      // Without the right to read there is nothing to wait for.
      this.#upByMs =
        this.#options.clock.monotonicMs() + (isRefused ? 0 : upstreamLimits.probeMsMax);
      this.#goUpAfter(upstreamLimits.probeMsMax);
    });
  }

  /** Not before the broker was quiet for so long, but never later than was set at first. */
  #goUpAfter(quietMs: number): void {
    const { clock } = this.#options;
    const delayMs = Math.min(quietMs, Math.max(0, this.#upByMs - clock.monotonicMs()));
    this.#timer?.cancel();
    this.#timer = clock.after(delayMs, () => this.#goUp());
  }

  #listChannels(): void {
    const { topics, channels } = this.#options;
    this.#byTopic = new Map(
      channels().map((channel) => [upstreamTopic(topics, channel.name), channel]),
    );
  }

  #goUp(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#probe = undefined;
    this.#isSettling = false;
    this.#failures = 0;
    this.#set('up');
    this.#options.logger.info('uplink-up', { uplink: this.name });
    this.#events?.onUp();
  }

  #onClose(code: string): void {
    const { clock, random, logger } = this.#options;
    const events = this.#events;
    this.#connection = undefined;
    this.#timer?.cancel();
    this.#probe = undefined;
    this.#isSettling = false;
    for (const { timer } of this.#publishing.values()) timer?.cancel();
    this.#publishing.clear();
    this.#intake.reset();
    if (!events) return;
    const wasUp = this.#state === 'up';
    this.#failures += 1;
    this.#trouble = troubleOf(code);
    this.#set('down');
    const delayMs = retryDelayMs(random, this.#failures);
    this.#nextTryMs = clock.monotonicMs() + delayMs;
    this.#timer = clock.after(delayMs, () => this.#connect());
    logger.info('uplink-down', { uplink: this.name, code });
    if (wasUp) events.onDown(this.#trouble.problem);
  }

  #onMessage(message: IncomingMessage, onDone: () => void): void {
    const { topic, payload } = message;
    if (this.#presence.onMessage(topic, payload)) {
      const isProbe = topic === this.#presence.ownTopic && this.#probe !== undefined;
      if (isProbe && Buffer.from(payload).toString('latin1') === this.#probe) {
        this.#probe = undefined;
        this.#isSettling = true;
        this.#goUpAfter(upstreamLimits.quietMs);
      }
      onDone();
      return;
    }
    const channel = this.#byTopic.get(topic);
    if (!channel) {
      onDone();
      return;
    }
    const outside = readOutside(payload, this.#options.node);
    const isWanted = (channel.crossing & Crossing.subscribe) !== 0;
    if (outside.kind === 'ours') this.#onSeen(outside.id, onDone);
    else if (isWanted) this.#intake.take(message, { outside, tag: channel.tag }, onDone);
    else onDone();
  }

  /** A bundle of this site is at the broker, whoever brought it there. */
  #onSeen(id: Uint8Array, onDone: () => void): void {
    // Some brokers deliver what had waited behind what is new: then there is more of it.
    if (this.#isSettling) this.#goUpAfter(upstreamLimits.quietMs);
    this.#events?.onSeen(id, onDone);
    this.#confirm(bytesKey(id));
  }

  #confirm(key: string): void {
    const publishing = this.#publishing.get(key);
    if (!publishing) return;
    this.#publishing.delete(key);
    publishing.timer?.cancel();
    publishing.onAnswer({ ok: true });
  }

  #holdBackMs(): number {
    return this.#presence.rank * upstreamLimits.holdBackMs;
  }

  #set(state: UplinkStatus['state']): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#sinceMs = this.#options.clock.monotonicMs();
  }
}

/** What is signed into messages that came over this uplink. */
export function viaOfUplink(name: string): string {
  return `uplink:${name}`;
}
