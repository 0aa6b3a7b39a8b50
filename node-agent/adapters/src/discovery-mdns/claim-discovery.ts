/**
 * Who waits to be claimed on the local network, and who could claim: blank nodes announce their
 * name and short code, members with open invites that they have a desk. In the form of DNS-SD (RFC
 * 6763) under `_muster-claim._tcp`. No step of a message's way. It names, and proves nothing: the
 * claim does.
 */
import { claimServiceName, mdnsLimits, timing } from './constants.ts';
import { InterfaceFollower, type MdnsParts } from './follower.ts';
import { type Interface, isOnLink } from './interfaces.ts';
import type { Hearing } from './mdns-interface.ts';
import type { Heard } from './records.ts';

export interface ClaimAnnouncement {
  /** `box`: waits to be claimed. `desk`: awaits invites. */
  readonly kind: 'box' | 'desk';
  readonly name: string;
  /** Of a box, such as `K7QF-3M`; empty for a desk. */
  readonly shortCode: string;
  /** Where its HTTP is served. */
  readonly port: number;
}

export interface ClaimPeer {
  /** As it calls itself: a stranger's text, without control characters. */
  readonly name: string;
  readonly shortCode: string;
  /** `host:port`, by number. */
  readonly address: string;
}

export interface ClaimDiscoveryOptions extends MdnsParts {
  /** What to say now; undefined: only listens. Asked anew each time. */
  readonly announce?: () => ClaimAnnouncement | undefined;
}

export interface ClaimDiscovery {
  /** `onChange` hears of each node that comes or goes. */
  start(onChange: () => void): Promise<void>;
  stop(): Promise<void>;
  unclaimedNodes(): readonly ClaimPeer[];
  desks(): readonly ClaimPeer[];
}

export function createClaimDiscovery(options: ClaimDiscoveryOptions): ClaimDiscovery {
  return new ServiceDiscovery(options);
}

interface Known {
  readonly kind: ClaimAnnouncement['kind'];
  readonly peer: ClaimPeer;
  readonly heardMs: number;
}

class ServiceDiscovery implements ClaimDiscovery {
  readonly #options: ClaimDiscoveryOptions;
  readonly #follower: InterfaceFollower;
  /** By the name that a peer has while it runs; at most `claimPeersMax`. */
  readonly #known = new Map<string, Known>();
  #onChange: () => void = () => {};

  constructor(options: ClaimDiscoveryOptions) {
    this.#options = options;
    this.#follower = new InterfaceFollower({
      ...options,
      logger: options.logger.child('discovery-claim'),
      service: claimServiceName,
      texts: (at) => this.#textsOn(at),
      onHeard: (at, heard) => this.#onHeard(at, heard),
      peersKnown: () => this.#known.size,
      onPoll: (nowMs) => this.#forget(nowMs),
    });
  }

  async start(onChange: () => void): Promise<void> {
    this.#onChange = onChange;
    this.#follower.start();
  }

  async stop(): Promise<void> {
    this.#onChange = () => {};
    this.#known.clear();
    await this.#follower.stop();
  }

  unclaimedNodes(): readonly ClaimPeer[] {
    return this.#of('box');
  }

  desks(): readonly ClaimPeer[] {
    return this.#of('desk');
  }

  #of(wanted: ClaimAnnouncement['kind']): ClaimPeer[] {
    return [...this.#known.values()].flatMap(({ kind, peer }) => (kind === wanted ? peer : []));
  }

  #textsOn({ address }: Interface): readonly string[] {
    const said = this.#options.announce?.();
    if (!said) return [];
    const { kind, name, shortCode, port } = said;
    const texts = { txtvers: '1', kind, name, code: shortCode, port: String(port), ip: address };
    return Object.entries(texts).map(([key, value]) => `${key}=${value}`);
  }

  #onHeard(at: Interface, { peerName, texts, goodbye }: Heard): Hearing {
    if (goodbye) {
      if (this.#known.delete(peerName)) this.#onChange();
      return 'known';
    }
    const read = readTexts(texts);
    if (!read) return 'malformed';
    const { kind, ip, peer } = read;
    if (!isOnLink(ip, at)) return 'foreign';
    const known = this.#known.get(peerName);
    if (!known && this.#known.size >= mdnsLimits.claimPeersMax) return 'known';
    this.#known.set(peerName, { kind, peer, heardMs: this.#options.clock.monotonicMs() });
    if (known?.kind === kind && JSON.stringify(known.peer) === JSON.stringify(peer)) return 'known';
    this.#onChange();
    return known ? 'known' : 'new';
  }

  #forget(nowMs: number): void {
    let isChanged = false;
    for (const [name, { heardMs }] of this.#known) {
      if (nowMs - heardMs < timing.unheardMs) continue;
      this.#known.delete(name);
      isChanged = true;
    }
    if (isChanged) this.#onChange();
  }
}

/** Undefined when it is not what this version says. */
function readTexts(texts: readonly string[]) {
  const values = new Map(
    texts.map((text): [string, string] => {
      const [key = '', ...rest] = text.split('=');
      return [key, rest.join('=')];
    }),
  );
  const of = (key: string): string => values.get(key) ?? '';
  const [kind, port, ip] = [of('kind'), Number(of('port')), of('ip')];
  const shortCode = /^[A-Z0-9]{2,8}-[A-Z0-9]{1,8}$/.test(of('code')) ? of('code') : '';
  const isKnownKind = kind === 'desk' || (kind === 'box' && shortCode !== '');
  if (of('txtvers') !== '1' || !isKnownKind) return undefined;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  const name = plainText(of('name'));
  return { kind, ip, peer: { name, shortCode, address: `${ip}:${port}` } } as const;
}

/** A stranger's text on one line, bounded, without what could turn a line around. */
function plainText(text: string): string {
  const bytes = Buffer.from(text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ''));
  return bytes.toString('utf8', 0, mdnsLimits.boxNameBytesMax).replace(/\ufffd$/, '');
}
