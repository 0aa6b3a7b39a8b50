/**
 * mDNS on one interface: asks, answers, announces, and hears, with its own socket. The kernel
 * delivers to each socket what came in on any interface, so only senders on this link are heard.
 * Discovery is before step 4; it never dials and believes nothing.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { between, type Clock, type Random, type Timer } from '@muster/core';
import multicastDns, { type MulticastDNS } from 'multicast-dns';
import { mdnsLimits, timing } from './constants.ts';
import { type DnsMessage, decodeDnsMessage } from './dns-message.ts';
import { type Interface, isOnLink } from './interfaces.ts';
import { Rate } from './rate.ts';
import {
  type Announcement,
  decodeAnswer,
  decodeQuery,
  encodeAnswer,
  encodeQuery,
  type Heard,
} from './records.ts';

export interface MdnsInterfaceOptions {
  readonly at: Interface;
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Such as `_p2p._udp.local`. */
  readonly service: string;
  /** How this agent calls itself while it runs. */
  readonly peerName: string;
  /** Marks this agent's own queries, 1 to 65535. */
  readonly queryId: number;
  /** What to say on this interface now; without a text nothing is said. */
  readonly texts: () => readonly string[];
  /** Peers known so far, for spreading answers. */
  readonly peersKnown: () => number;
  readonly onHeard: (heard: Heard) => Hearing;
  /** The socket cannot be used; the interface is closed already. */
  readonly onFailed: (error: Error) => void;
  readonly counts: MdnsCounts;
}

/** `new`: not known on this interface so far. `foreign`: nobody who can be reached here. */
export type Hearing = 'new' | 'known' | 'foreign' | 'malformed';

export interface MdnsCounts {
  queriesSent: number;
  answersSent: number;
  answersHeard: number;
  malformed: number;
  /** Over a rate, too large, or from another link. */
  ignored: number;
}

export class MdnsInterface {
  readonly #options: MdnsInterfaceOptions;
  readonly #packetRate: Rate;
  readonly #answerRate: Rate;
  readonly #timers = new Set<Timer>();
  readonly #marker: Buffer;
  /** When the peers heard of last were heard, by their names, newest last. */
  readonly #heardMs = new Map<string, number>();
  #mdns: MulticastDNS | undefined;
  #ready = false;
  #answerWaits = false;
  #askedByOthers = false;

  constructor(options: MdnsInterfaceOptions) {
    this.#options = options;
    this.#packetRate = new Rate(options.clock, {
      perSecond: mdnsLimits.packetsPerSecondMax,
      burst: mdnsLimits.packetsPerSecondMax,
    });
    this.#answerRate = new Rate(options.clock, {
      perSecond: mdnsLimits.answersPerSecond,
      burst: mdnsLimits.answersBurst,
    });
    this.#marker = firstLabel(options.service);
  }

  start(): void {
    const { at, port } = this.#options;
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    this.#guard(socket);
    const mdns = multicastDns({ socket, port, interface: at.address, bind: '0.0.0.0' });
    this.#mdns = mdns;
    mdns.on('error', (error) => {
      void this.stop({ goodbye: false });
      this.#options.onFailed(error);
    });
    mdns.on('ready', () => {
      this.#ready = true;
      for (const delayMs of timing.announceDelaysMs) this.#after(delayMs, () => this.#answer());
      this.#queryLater(0);
    });
  }

  async stop(options: { readonly goodbye: boolean }): Promise<void> {
    const mdns = this.#mdns;
    this.#mdns = undefined;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    if (mdns === undefined) return;
    if (options.goodbye && this.#ready) await this.#sayGoodbye(mdns);
    await new Promise<void>((resolve) => mdns.destroy(resolve));
  }

  /** Packets go another way than the library's: it writes, and reads none. */
  #guard(socket: Socket): void {
    const emit = socket.emit.bind(socket);
    socket.emit = ((event: string, ...args: unknown[]) => {
      if (event !== 'message') return emit(event, ...args);
      const [packet, from] = args as [Buffer, RemoteInfo];
      if (this.#mdns !== undefined && this.#admit(packet, from)) this.#onPacket(packet);
      return true;
    }) as Socket['emit'];
  }

  /** Before it is decoded: most packets are of other services, some are a flood. */
  #admit(packet: Buffer, from: RemoteInfo): boolean {
    if (!packet.includes(this.#marker)) return false;
    const admitted =
      packet.length <= mdnsLimits.packetBytesMax &&
      isOnLink(from.address, this.#options.at) &&
      this.#packetRate.take();
    if (!admitted) this.#options.counts.ignored += 1;
    return admitted;
  }

  #onPacket(packet: Buffer): void {
    const message = decodeDnsMessage(packet);
    if (message && !message.isResponse) this.#onQuery(message);
    else {
      const heard = message && decodeAnswer(message, this.#options.service);
      if (heard === undefined) this.#options.counts.malformed += 1;
      else this.#onAnswer(heard);
    }
  }

  #onQuery(message: DnsMessage): void {
    // The kernel brings back what we sent ourselves, and other agents here need it to.
    if (message.id === this.#options.queryId) return;
    const asked = decodeQuery(message, this.#options.service);
    if (asked === undefined) return;
    // All hear the answers to a question that leaves nobody out, so it need not be asked again.
    if (asked.known.length === 0) this.#askedByOthers = true;
    if (!asked.known.includes(this.#options.peerName)) this.#answerSoon();
  }

  /** Answers once for all who ask within the spread. */
  #answerSoon(): void {
    if (this.#answerWaits) return;
    this.#answerWaits = true;
    const spreadMs = Math.min(timing.answerSpreadMsMax, 2 * this.#options.peersKnown());
    this.#after(between(this.#options.random, 0, spreadMs), () => {
      this.#answerWaits = false;
      this.#answer();
    });
  }

  #onAnswer(heard: Heard): void {
    const { counts, clock, peerName } = this.#options;
    if (heard.peerName === peerName) return;
    const hearing = this.#options.onHeard(heard);
    if (hearing === 'malformed') counts.malformed += 1;
    else counts.answersHeard += 1;
    if (hearing === 'malformed' || hearing === 'foreign') return;
    this.#heardMs.delete(heard.peerName);
    if (!heard.goodbye && repeatableName.test(heard.peerName)) {
      this.#heardMs.set(heard.peerName, clock.monotonicMs());
    }
    if (this.#heardMs.size > mdnsLimits.knownAnswersMax) {
      this.#heardMs.delete(this.#heardMs.keys().next().value!);
    }
    // Whoever is new has perhaps missed what we said.
    if (hearing === 'new') this.#answerSoon();
  }

  #queryLater(step: number): void {
    const delaysMs: readonly number[] = timing.queryDelaysMs;
    const untilMs = delaysMs[step];
    const delayMs =
      untilMs === undefined ? timing.queryIntervalMs : untilMs - (delaysMs[step - 1] ?? 0);
    const jitter = between(this.#options.random, 1, 1 + timing.jitterShare);
    this.#after(delayMs * jitter, () => {
      if (untilMs !== undefined || !this.#askedByOthers) this.#query();
      this.#askedByOthers = false;
      this.#queryLater(step + 1);
    });
  }

  #query(): void {
    const { service, queryId, clock, counts } = this.#options;
    const sinceMs = clock.monotonicMs() - timing.knownAnswerMs;
    const known = [...this.#heardMs].flatMap(([name, atMs]) => (atMs > sinceMs ? [name] : []));
    counts.queriesSent += 1;
    this.#mdns?.query(encodeQuery({ service, id: queryId, known }));
  }

  #answer(): void {
    const announcement = this.#announcement();
    if (announcement.texts.length === 0 || !this.#answerRate.take()) return;
    this.#options.counts.answersSent += 1;
    this.#mdns?.respond(encodeAnswer(announcement));
  }

  #sayGoodbye(mdns: MulticastDNS): Promise<void> {
    const goodbye = encodeAnswer(this.#announcement(), { goodbye: true });
    return new Promise((resolve) => mdns.respond(goodbye, () => resolve()));
  }

  #announcement(): Announcement {
    const { service, peerName, texts } = this.#options;
    return { service, peerName, texts: texts() };
  }

  #after(delayMs: number, run: () => void): void {
    const timer = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
  }
}

/** A stranger's name that can be written into a packet of ours as it is. */
const repeatableName = /^[A-Za-z0-9_-]{1,63}$/;

/** How the service's first label stands in every packet that names it, compressed or not. */
function firstLabel(service: string): Buffer {
  const label = Buffer.from(service.split('.')[0]!);
  return Buffer.concat([Buffer.from([label.length]), label]);
}
