/**
 * The Discovery port by mDNS: neighbour nodes on the local network, in the records of libp2p.
 * Before step 4 of a message's way: it names who may be there, the link proves it.
 */
import { bytesKey, type Discovery, equalBytes, type Sighting } from '@muster/core';
import { mdnsLimits, serviceNameDefault, timing } from './constants.ts';
import { InterfaceFollower, type MdnsParts } from './follower.ts';
import { type Interface, isOnLink } from './interfaces.ts';
import type { Hearing, MdnsCounts } from './mdns-interface.ts';
import { peerTexts, readPeer } from './peer-records.ts';
import { Rate } from './rate.ts';
import type { Heard } from './records.ts';

export interface MdnsDiscoveryOptions extends MdnsParts {
  /** Own node key, 32 bytes: its own announcements are not sightings. */
  readonly nodeKey: Uint8Array;
  /** Where this node is reached now, multiaddrs with peer id; asked anew each time. */
  readonly addresses: () => readonly string[];
  readonly service?: string;
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
  return new PeerDiscovery(options);
}

/** What was last reported of a peer on an interface. */
interface Known {
  readonly addresses: string;
  readonly toldMs: number;
}

class PeerDiscovery implements MdnsDiscovery {
  readonly #options: MdnsDiscoveryOptions;
  readonly #follower: InterfaceFollower;
  /** By interface and key, reported longest ago first; see `peersMax`. */
  readonly #known = new Map<string, Known>();
  readonly #sightingRate: Rate;
  #sightings = 0;
  #onSighting: ((sighting: Sighting) => void) | undefined;

  constructor(options: MdnsDiscoveryOptions) {
    this.#options = options;
    this.#follower = new InterfaceFollower({
      ...options,
      logger: options.logger.child('discovery-mdns'),
      service: options.service ?? serviceNameDefault,
      texts: (at) => peerTexts(this.#addressesOn(at)),
      onHeard: (at, heard) => this.#onHeard(at, heard),
      peersKnown: () => this.#known.size,
      onPoll: (nowMs) => this.#forget(nowMs),
    });
    this.#sightingRate = new Rate(options.clock, {
      perSecond: mdnsLimits.sightingsPerSecondMax,
      burst: mdnsLimits.sightingsBurst,
    });
  }

  async start(onSighting: (sighting: Sighting) => void): Promise<void> {
    if (this.#onSighting !== undefined) return;
    this.#onSighting = onSighting;
    this.#follower.start();
  }

  async stop(): Promise<void> {
    this.#onSighting = undefined;
    this.#known.clear();
    await this.#follower.stop();
  }

  status(): MdnsStatus {
    const { interfaces, counts } = this.#follower;
    return { interfaces, peers: this.#known.size, ...counts, sightings: this.#sightings };
  }

  #forget(nowMs: number): void {
    for (const [name, { toldMs }] of this.#known) {
      if (nowMs - toldMs < timing.unheardMs) break;
      this.#known.delete(name);
    }
  }

  /** Only what can be reached on this interface is said on it. */
  #addressesOn(at: Interface): readonly string[] {
    const own = `/ip4/${at.address}/`;
    return this.#options.addresses().filter((address) => address.startsWith(own));
  }

  #onHeard(at: Interface, { texts, goodbye }: Heard): Hearing {
    const peer = readPeer(texts);
    if (peer === undefined) return 'malformed';
    const addresses = peer.addresses.filter((address) => {
      const [, family, host = ''] = address.split('/');
      return family === 'ip4' && isOnLink(host, at);
    });
    if (addresses.length === 0) return 'foreign';
    return this.#sight(at, { nodeKey: peer.nodeKey, addresses }, goodbye) ? 'new' : 'known';
  }

  /** True when the peer is new on this interface. */
  #sight(at: Interface, { nodeKey, addresses }: Sighting, goodbye: boolean): boolean {
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
      this.#follower.counts.ignored += 1;
      return false;
    }
    this.#known.delete(name);
    this.#known.set(name, { addresses: text, toldMs: nowMs });
    if (this.#known.size > mdnsLimits.peersMax) {
      this.#known.delete(this.#known.keys().next().value!);
    }
    this.#sightings += 1;
    this.#onSighting({ nodeKey, addresses });
    return known === undefined;
  }
}
