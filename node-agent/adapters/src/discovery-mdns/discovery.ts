/**
 * The Discovery port by mDNS, on every interface at once, also without a default route. Interfaces
 * are followed as they come and go. Before step 4 of a message's way: it names who may be there,
 * the link proves it.
 */
import {
  bytesKey,
  type Clock,
  type Discovery,
  equalBytes,
  type Logger,
  type Random,
  type Sighting,
  type Timer,
  toHex,
} from '@muster/core';
import { mdnsLimits, mdnsPort, serviceNameDefault, timing } from './constants.ts';
import { type Interface, interfaceKey, listInterfaces } from './interfaces.ts';
import { type MdnsCounts, MdnsInterface } from './mdns-interface.ts';
import { Rate } from './rate.ts';
import type { Heard } from './records.ts';

export interface MdnsDiscoveryOptions {
  /** Own node key, 32 bytes: its own announcements are not sightings. */
  readonly nodeKey: Uint8Array;
  /** Where this node is reached now, multiaddrs with peer id; asked anew each time. */
  readonly addresses: () => readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly service?: string;
  readonly port?: number;
  /** Use the loopback interface instead of the others. */
  readonly loopback?: boolean;
}

export interface MdnsStatus extends Readonly<MdnsCounts> {
  /** Interfaces served now. */
  readonly interfaces: number;
  /** Peers heard of and remembered. */
  readonly peers: number;
  readonly sightings: number;
}

export interface MdnsDiscovery extends Discovery {
  status(): MdnsStatus;
}

export function createMdnsDiscovery(options: MdnsDiscoveryOptions): MdnsDiscovery {
  return new InterfaceFollower(options);
}

/** What was last reported of a peer on an interface. */
interface Known {
  readonly addresses: string;
  readonly toldMs: number;
}

class InterfaceFollower implements MdnsDiscovery {
  readonly #options: MdnsDiscoveryOptions;
  readonly #logger: Logger;
  readonly #service: string;
  readonly #served = new Map<string, MdnsInterface>();
  /** When the socket of an interface failed; only of interfaces that are present. */
  readonly #failedMs = new Map<string, number>();
  /** By interface and key, reported longest ago first; see `peersMax`. */
  readonly #known = new Map<string, Known>();
  readonly #sightingRate: Rate;
  readonly #counts: MdnsCounts & { sightings: number } = {
    queriesSent: 0,
    answersSent: 0,
    answersHeard: 0,
    malformed: 0,
    ignored: 0,
    sightings: 0,
  };
  #peerName = '';
  #queryId = 0;
  #changedMs = 0;
  #onSighting: ((sighting: Sighting) => void) | undefined;
  #poll: Timer | undefined;

  constructor(options: MdnsDiscoveryOptions) {
    this.#options = options;
    this.#logger = options.logger.child('discovery-mdns');
    this.#service = options.service ?? serviceNameDefault;
    this.#sightingRate = new Rate(options.clock, {
      perSecond: mdnsLimits.sightingsPerSecondMax,
      burst: mdnsLimits.sightingsBurst,
    });
  }

  async start(onSighting: (sighting: Sighting) => void): Promise<void> {
    if (this.#onSighting !== undefined) return;
    this.#onSighting = onSighting;
    const { random } = this.#options;
    this.#peerName = toHex(random.bytes(16));
    const [high = 0, low = 0] = random.bytes(2);
    this.#queryId = 1 + (((high << 8) | low) % 0xffff);
    this.#follow();
  }

  async stop(): Promise<void> {
    this.#onSighting = undefined;
    this.#poll?.cancel();
    const served = [...this.#served.values()];
    this.#served.clear();
    this.#known.clear();
    await Promise.all(served.map((one) => one.stop({ goodbye: true })));
  }

  status(): MdnsStatus {
    return { interfaces: this.#served.size, peers: this.#known.size, ...this.#counts };
  }

  #follow(): void {
    const { clock, loopback = false } = this.#options;
    const nowMs = clock.monotonicMs();
    const present = listInterfaces({ loopback }).slice(0, mdnsLimits.interfacesMax);
    this.#leave(new Set(present.map(interfaceKey)));
    for (const at of present) {
      const key = interfaceKey(at);
      const failedMs = this.#failedMs.get(key) ?? Number.NEGATIVE_INFINITY;
      if (!this.#served.has(key) && nowMs - failedMs >= timing.retryMs) this.#serve(at);
    }
    for (const [name, { toldMs }] of this.#known) {
      if (nowMs - toldMs < timing.unheardMs) break;
      this.#known.delete(name);
    }
    const settled = this.#known.size > 0 && nowMs - this.#changedMs >= timing.settledAfterMs;
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
    const { clock, random } = this.#options;
    const key = interfaceKey(at);
    const one = new MdnsInterface({
      at,
      port: this.#options.port ?? mdnsPort,
      clock,
      random,
      service: this.#service,
      peerName: this.#peerName,
      addresses: () => this.#addressesOn(at),
      queryId: this.#queryId,
      peersKnown: () => this.#known.size,
      onHeard: (heard) => this.#onHeard(at, heard),
      onFailed: (error) => {
        this.#served.delete(key);
        this.#failedMs.set(key, clock.monotonicMs());
        this.#logger.warn('interface-failed', { interface: at.name, reason: error.message });
      },
      counts: this.#counts,
    });
    this.#served.set(key, one);
    this.#changedMs = clock.monotonicMs();
    this.#logger.info('interface-served', { interface: at.name });
    one.start();
  }

  /** Only what can be reached on this interface is said on it. */
  #addressesOn(at: Interface): readonly string[] {
    const own = `/ip4/${at.address}/`;
    return this.#options.addresses().filter((address) => address.startsWith(own));
  }

  /** True when the peer is new on this interface. */
  #onHeard(at: Interface, { nodeKey, addresses, goodbye }: Heard): boolean {
    if (this.#onSighting === undefined || equalBytes(nodeKey, this.#options.nodeKey)) return false;
    const name = `${at.address} ${bytesKey(nodeKey)}`;
    const known = this.#known.get(name);
    if (goodbye) {
      this.#known.delete(name);
      return false;
    }
    const nowMs = this.#options.clock.monotonicMs();
    const text = addresses.join();
    const repeated = known?.addresses === text && nowMs - known.toldMs < mdnsLimits.repeatMs;
    if (repeated) return false;
    if (!this.#sightingRate.take()) {
      this.#counts.ignored += 1;
      return false;
    }
    this.#known.delete(name);
    this.#known.set(name, { addresses: text, toldMs: nowMs });
    if (this.#known.size > mdnsLimits.peersMax) {
      this.#known.delete(this.#known.keys().next().value!);
    }
    this.#counts.sightings += 1;
    this.#onSighting({ nodeKey, addresses });
    return known === undefined;
  }
}
