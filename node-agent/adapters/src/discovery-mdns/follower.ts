/**
 * One mDNS service on every interface at once, also without a default route. Interfaces are
 * followed as they come and go. Before step 4 of a message's way; what is said and what is made of
 * what was heard is for whoever uses it.
 */
import { type Clock, type Logger, type Random, type Timer, toHex } from '@muster/core';
import { mdnsLimits, mdnsPort, timing } from './constants.ts';
import { type Interface, interfaceKey, listInterfaces } from './interfaces.ts';
import { type Hearing, type MdnsCounts, MdnsInterface } from './mdns-interface.ts';
import type { Heard } from './records.ts';

/** The edge that every mDNS service here stands on. */
export interface MdnsParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly port?: number;
  /** Use the loopback interface instead of the others. */
  readonly loopback?: boolean;
}

export interface FollowerOptions extends MdnsParts {
  /** Such as `_p2p._udp.local`. */
  readonly service: string;
  /** What to say on an interface now; nothing is said without a text. */
  readonly texts: (at: Interface) => readonly string[];
  readonly onHeard: (at: Interface, heard: Heard) => Hearing;
  /** Peers known so far. */
  readonly peersKnown: () => number;
  /** Every few seconds: what was not heard of for long can be forgotten. */
  readonly onPoll: (nowMs: number) => void;
}

export class InterfaceFollower {
  readonly #options: FollowerOptions;
  readonly #served = new Map<string, MdnsInterface>();
  /** When the socket of an interface failed; only of interfaces that are present. */
  readonly #failedMs = new Map<string, number>();
  readonly counts: MdnsCounts = {
    queriesSent: 0,
    answersSent: 0,
    answersHeard: 0,
    malformed: 0,
    ignored: 0,
  };
  #peerName = '';
  #queryId = 0;
  #changedMs = 0;
  #poll: Timer | undefined;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Interfaces served now. */
  get interfaces(): number {
    return this.#served.size;
  }

  start(): void {
    if (this.#poll !== undefined) return;
    const { random } = this.#options;
    this.#peerName = toHex(random.bytes(16));
    const [high = 0, low = 0] = random.bytes(2);
    this.#queryId = 1 + (((high << 8) | low) % 0xffff);
    this.#follow();
  }

  async stop(): Promise<void> {
    this.#poll?.cancel();
    this.#poll = undefined;
    const served = [...this.#served.values()];
    this.#served.clear();
    await Promise.all(served.map((one) => one.stop({ goodbye: true })));
  }

  #follow(): void {
    const { clock, loopback = false, peersKnown, onPoll } = this.#options;
    const nowMs = clock.monotonicMs();
    const present = listInterfaces({ loopback }).slice(0, mdnsLimits.interfacesMax);
    this.#leave(new Set(present.map(interfaceKey)));
    for (const at of present) {
      const key = interfaceKey(at);
      const failedMs = this.#failedMs.get(key) ?? Number.NEGATIVE_INFINITY;
      if (!this.#served.has(key) && nowMs - failedMs >= timing.retryMs) this.#serve(at);
    }
    onPoll(nowMs);
    const settled = peersKnown() > 0 && nowMs - this.#changedMs >= timing.settledAfterMs;
    const delayMs = settled ? timing.settledPollMs : timing.interfacePollMs;
    this.#poll = clock.after(delayMs, () => this.#follow());
  }

  /** Stops to serve what is not present any more. */
  #leave(present: ReadonlySet<string>): void {
    for (const [key, gone] of this.#served) {
      if (present.has(key)) continue;
      this.#served.delete(key);
      this.#changedMs = this.#options.clock.monotonicMs();
      void gone.stop({ goodbye: false });
    }
    for (const key of this.#failedMs.keys()) {
      if (!present.has(key)) this.#failedMs.delete(key);
    }
  }

  #serve(at: Interface): void {
    const { clock, random, logger, service, port = mdnsPort, texts, onHeard } = this.#options;
    const key = interfaceKey(at);
    const one = new MdnsInterface({
      ...{ at, port, clock, random, service },
      peerName: this.#peerName,
      texts: () => texts(at),
      queryId: this.#queryId,
      peersKnown: this.#options.peersKnown,
      onHeard: (heard) => onHeard(at, heard),
      onFailed: (error) => {
        this.#served.delete(key);
        this.#failedMs.set(key, clock.monotonicMs());
        logger.warn('interface-failed', { interface: at.name, reason: error.message });
      },
      counts: this.counts,
    });
    this.#served.set(key, one);
    this.#changedMs = clock.monotonicMs();
    logger.info('interface-served', { interface: at.name });
    one.start();
  }
}
