/**
 * One gateway's session on the relay (step 6 of a message's way): greets it by its certificate,
 * takes what its site puts, and feeds it what it follows. It decides nothing about other sites: the
 * hub does.
 */
import {
  type BundleFields,
  type CarriedBundle,
  type Clock,
  type Crypto,
  checkCertificate,
  equalBytes,
  type Link,
  type Logger,
  Meter,
  type SiteTrust,
  shortId,
  siteIdOf,
  type Timer,
} from '@muster/core';
import { type TakeAnswer, takeAnswerOf } from '../relay-link/bundle-taker.ts';
import { questionLimits, sessionLimits } from '../relay-link/limits.ts';
import { LinkEnd } from '../relay-link/link-end.ts';
import {
  type ByeReason,
  type MessageOf,
  MessageType,
  OfferState,
  Outcome,
  type RelayMessage,
  relayVersion,
} from '../relay-link/message.ts';
import { wantWeight } from '../relay-link/question-budget.ts';
import { RecentMap } from '../relay-link/recent-map.ts';
import { Feeds } from './feeds.ts';
import { feedLimits } from './limits.ts';
import type { SiteHome } from './site-home.ts';

/** What a session asks of the relay around it. */
export interface SessionHost {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The site's home and place for one more session, or why there is none. */
  admit(siteKey: Uint8Array, session: RelaySession): SiteHome | 'not-admitted' | 'busy';
  homeOf(site: Uint8Array): SiteHome | undefined;
  /** Whether a site may put under a tag here. */
  mayPut(home: SiteHome, tag: Uint8Array): boolean;
  /** Those of the tags that may flow from one site to another. */
  consented(from: SiteHome, to: SiteHome, tags: readonly Uint8Array[]): readonly Uint8Array[];
  isWanted(id: Uint8Array): boolean;
  /** A site put a bundle that the store did not take anew. */
  onPassing(fields: BundleFields, id: Uint8Array, bundle: CarriedBundle): void;
  onWant(from: SiteHome, ids: readonly Uint8Array[], session: RelaySession): void;
  onPolicy(home: SiteHome): void;
  onEnd(session: RelaySession): void;
}

const passingRate = {
  perSecond: questionLimits.passedOnPerMinute / 60,
  burst: questionLimits.passedOnBurst,
};

export class RelaySession {
  readonly peerKey: Uint8Array;
  readonly #host: SessionHost;
  readonly #end: LinkEnd;
  /** Of wants that are passed on to this gateway. */
  readonly #passing: Meter;
  /** Ids that the gateway has, because it offered them. */
  readonly #known = new RecentMap<true>(feedLimits.knownIdsMax);
  #home: SiteHome | undefined;
  #feeds: Feeds | undefined;
  #greeting: Timer | undefined;

  constructor(link: Link, host: SessionHost) {
    this.peerKey = link.peerKey;
    this.#host = host;
    this.#passing = new Meter(passingRate, host.clock.monotonicMs());
    this.#end = new LinkEnd(link, {
      clock: host.clock,
      onMessage: (message) => this.#onMessage(message),
      onClose: () => this.#onClose(),
      decide: (id) => this.#decide(id),
      take: (bundle, id, onAnswer) => this.#take(bundle, id, onAnswer),
    });
  }

  /** Undefined until it was welcomed. */
  get home(): SiteHome | undefined {
    return this.#home;
  }

  start(): void {
    this.#end.start();
    this.#greeting = this.#host.clock.after(sessionLimits.greetingMsMax, () => {
      this.end('greeting-timeout');
    });
  }

  end(reason: ByeReason): void {
    this.#end.bye(reason);
  }

  /** Policies, admissions or homes changed: what may flow is looked at again. */
  refresh(): void {
    this.#feeds?.refresh();
  }

  /** A site has new bundles. */
  pump(site: Uint8Array): void {
    this.#feeds?.pump(site);
  }

  /** Brings the gateway one bundle that it wants, if its tag may flow. */
  bring(fields: BundleFields, id: Uint8Array, load: () => CarriedBundle | undefined): void {
    const { lane } = fields;
    if (this.#feeds?.flows(fields)) this.#end.sender.offer({ id, lane, load }, () => {});
  }

  /** Asks the gateway for bundles of its site; what is too much is left to the next manifest. */
  askFor(ids: readonly Uint8Array[]): void {
    const nowMs = this.#host.clock.monotonicMs();
    if (!this.#home || !this.#passing.isOpen(nowMs)) return;
    this.#passing.spend(wantWeight(ids), nowMs);
    this.#end.send({ type: MessageType.want, site: this.#home.site, ids });
  }

  showPolicy(wire: Uint8Array): void {
    this.#end.send({ type: MessageType.policy, wire });
  }

  /** False for what has no place here. */
  #onMessage(message: RelayMessage): boolean {
    if (message.type === MessageType.hello) return this.#onHello(message);
    if (message.type === MessageType.bye) {
      this.#end.close(message.reason);
      return true;
    }
    const home = this.#home;
    if (!home) return false;
    switch (message.type) {
      case MessageType.policy:
        return this.#onPolicy(home, message.wire);
      case MessageType.follow:
        this.#feeds?.follow(message.sites);
        return true;
      case MessageType.want:
        return this.#onWant(message);
      case MessageType.ping:
        this.#end.send({ type: MessageType.pong, number: message.number });
        return true;
      default:
        return this.#end.onBundleMessage(message);
    }
  }

  #onHello(hello: MessageOf<typeof MessageType.hello>): boolean {
    if (this.#home) return false;
    const { siteKey, certificate, versionMin, versionMax } = hello;
    if (versionMin > relayVersion || versionMax < relayVersion) return this.#refuse('version');
    const { crypto } = this.#host;
    const trust: SiteTrust = { crypto, siteKey, site: siteIdOf(crypto, siteKey), epoch: 0 };
    if (!checkCertificate(trust, certificate, this.peerKey).ok) return this.#refuse('certificate');
    const home = this.#host.admit(siteKey, this);
    if (typeof home === 'string') return this.#refuse(home);
    this.#home = home;
    this.#feeds = this.#newFeeds(home);
    this.#greeting?.cancel();
    const { bytesMax, bytesUsed } = home;
    this.#end.send({ type: MessageType.welcome, version: relayVersion, bytesUsed, bytesMax });
    if (home.policy) this.showPolicy(home.policy.wire);
    const fields = { site: shortId(home.site), peer: shortId(this.peerKey) };
    this.#host.logger.info('gateway-welcome', fields);
    return true;
  }

  #newFeeds(reader: SiteHome): Feeds {
    const host = this.#host;
    return new Feeds({
      crypto: host.crypto,
      clock: host.clock,
      reader,
      sender: this.#end.sender,
      homeOf: (site) => host.homeOf(site),
      consented: (from, to, tags) => host.consented(from, to, tags),
      known: (id) => this.#known.has(id),
      tell: (message) => this.#end.send(message),
    });
  }

  #refuse(reason: ByeReason): true {
    this.end(reason);
    return true;
  }

  #onPolicy(home: SiteHome, wire: Uint8Array): boolean {
    if (home.adoptPolicy(wire)) this.#host.onPolicy(home);
    else if (home.policy && !equalBytes(home.policy.wire, wire)) this.showPolicy(home.policy.wire);
    return true;
  }

  #onWant({ site, ids }: MessageOf<typeof MessageType.want>): boolean {
    const from = this.#host.homeOf(site);
    if (from && this.#feeds?.follows(site)) this.#host.onWant(from, ids, this);
    return true;
  }

  #decide(id: Uint8Array): OfferState {
    this.#known.set(id, true);
    const state = this.#home!.stateOf(id);
    return state === OfferState.seen && this.#host.isWanted(id) ? OfferState.send : state;
  }

  #take(bundle: CarriedBundle, id: Uint8Array, onAnswer: (answer: TakeAnswer) => void): void {
    const home = this.#home!;
    const fields = home.admissible(bundle, id);
    if (!fields || !this.#host.mayPut(home, fields.tag)) {
      const reason = fields ? 'not-shared' : 'not-admissible';
      onAnswer({ ok: false, outcome: Outcome.refused, reason });
      return;
    }
    home.take(bundle, id, (answer) => {
      const taken = takeAnswerOf(answer);
      if (!taken.ok && taken.outcome === Outcome.seen) {
        this.#host.onPassing(fields, id, bundle);
      }
      onAnswer(taken);
    });
  }

  #onClose(): void {
    this.#greeting?.cancel();
    this.#feeds?.stop();
    this.#end.stop();
    this.#host.onEnd(this);
  }
}
