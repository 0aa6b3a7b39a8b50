/**
 * One session of a gateway with a relay, from the link to its end (step 6 of a message's way). It
 * greets, brings and takes bundles, and exchanges policies. Nothing the relay says is believed: the
 * node judges every bundle and every policy itself.
 */
import {
  type CarriedBundle,
  type Clock,
  equalBytes,
  type Link,
  type PolicyFault,
  type PutAnswer,
  type Result,
  type Timer,
} from '@muster/core';
import type { OfferedBundle, Settlement } from './bundle-sender.ts';
import { takeAnswerOf } from './bundle-taker.ts';
import { sessionLimits } from './limits.ts';
import { LinkEnd } from './link-end.ts';
import {
  type ByeReason,
  type FollowedSite,
  type MessageOf,
  MessageType,
  OfferState,
  type RelayMessage,
  relayVersion,
} from './message.ts';

/** What the gateway hears of its relay and answers to it. */
export interface RelayClientEvents {
  /** Bundles may be put from now on. */
  onUp(): void;
  /** Once for each session and each link that did not become one; a sentence for the admin. */
  onDown(reason: string): void;
  /** Whether this node has seen a bundle, so that it need not come again. */
  knows(id: Uint8Array): boolean;
  /** A bundle came; the answer goes to the relay once it is on disk here. */
  onBundle(bundle: CarriedBundle, onAnswer: (answer: PutAnswer) => void): void;
  /** Bundles of this site that somebody lacks and the relay has not: put them again. */
  onWant(ids: readonly Uint8Array[]): void;
  /** A policy of this site that the relay knows and we did not show. */
  onPolicy(wire: Uint8Array): Result<unknown, PolicyFault>;
  /**
   * Keep this for the next `follow` of this site on this relay: everything before it is taken.
   * Every ten seconds at most, and when a session ends.
   */
  onMark(site: Uint8Array, token: Uint8Array): void;
  /** The tags of a followed site that both sites' policies let through, as the relay knows them. */
  onFlowing(site: Uint8Array, tags: readonly Uint8Array[]): void;
}

export interface RelayQuota {
  readonly bytesUsed: number;
  readonly bytesMax: number;
}

export interface ClientSessionOptions {
  readonly clock: Clock;
  /** Root key of the own site, 32 bytes. */
  readonly siteKey: Uint8Array;
  readonly certificate: Uint8Array;
  /** The newest policy of the own site known here. */
  policy(): Uint8Array | undefined;
  followed(): readonly FollowedSite[];
  /** The place in a followed site's bundles. */
  onMark(site: Uint8Array, token: Uint8Array): void;
  readonly events: RelayClientEvents;
  /** Once; the session is of no use any more. */
  onEnd(reason: string): void;
}

export class ClientSession {
  readonly #options: ClientSessionOptions;
  readonly #link: Link;
  readonly #end: LinkEnd;
  /** Runs while the relay owes an answer. */
  #timer: Timer | undefined;
  #pings: { readonly sentMs: number; readonly onAnswer: (roundTripMs: number) => void }[] = [];
  #byeReason: ByeReason | 'unknown' | undefined;
  #ended = false;
  quota: RelayQuota | undefined;
  roundTripMs: number | undefined;
  policyFault: PolicyFault | undefined;

  constructor(link: Link, options: ClientSessionOptions) {
    this.#link = link;
    this.#options = options;
    this.#end = new LinkEnd(link, {
      clock: options.clock,
      onMessage: (message) => this.#onMessage(message),
      onClose: (reason) => this.#onClose(reason),
      decide: (id) => (options.events.knows(id) ? OfferState.seen : OfferState.send),
      take: (bundle, _id, onAnswer) =>
        options.events.onBundle(bundle, (answer) => onAnswer(takeAnswerOf(answer))),
    });
  }

  get peerKey(): Uint8Array {
    return this.#link.peerKey;
  }

  /** Greeted and welcomed, and not over. */
  get up(): boolean {
    return this.quota !== undefined && !this.#ended;
  }

  /** Bundles put and not settled. */
  get waiting(): number {
    return this.#end.sender.waiting;
  }

  put(bundle: OfferedBundle, onSettled: (settlement: Settlement) => void): void {
    this.#end.sender.offer(bundle, onSettled);
    if (!this.#timer) this.#watch();
  }

  start(): void {
    const { clock, siteKey, certificate } = this.#options;
    this.#end.start();
    const versions = { versionMin: relayVersion, versionMax: relayVersion };
    this.#end.send({ type: MessageType.hello, ...versions, siteKey, certificate });
    this.ping(() => {});
    this.#timer = clock.after(sessionLimits.greetingMsMax, () => {
      this.end('greeting-timeout');
    });
  }

  end(reason: ByeReason): void {
    this.#end.bye(reason);
  }

  follow(sites: readonly FollowedSite[]): void {
    if (this.up) this.#end.send({ type: MessageType.follow, sites });
  }

  want(site: Uint8Array, ids: readonly Uint8Array[]): void {
    if (this.up) this.#end.send({ type: MessageType.want, site, ids });
  }

  /** Shows the relay the newest policy. */
  showPolicy(): void {
    const wire = this.#options.policy();
    if (this.up && wire) this.#end.send({ type: MessageType.policy, wire });
  }

  ping(onAnswer: (roundTripMs: number) => void): void {
    this.#pings.push({ sentMs: this.#options.clock.monotonicMs(), onAnswer });
    this.#end.send({ type: MessageType.ping, number: this.#pings.length });
  }

  /** False for what has no place here. */
  #onMessage(message: RelayMessage): boolean {
    if (message.type === MessageType.bye) {
      this.#byeReason = message.reason;
      this.#end.close(message.reason);
      return true;
    }
    if (message.type === MessageType.pong) return this.#onPong();
    if (message.type === MessageType.welcome) return this.#onWelcome(message);
    return this.up && this.#onLater(message);
  }

  #onLater(message: RelayMessage): boolean {
    const { events } = this.#options;
    switch (message.type) {
      case MessageType.policy:
        return this.#onPolicy(message.wire);
      case MessageType.flowing:
        events.onFlowing(message.site, message.tags);
        return true;
      case MessageType.mark:
        this.#options.onMark(message.site, message.token);
        return true;
      case MessageType.want:
        events.onWant(message.ids);
        return true;
      default:
        return this.#end.onBundleMessage(message);
    }
  }

  #onWelcome({ version, bytesUsed, bytesMax }: MessageOf<typeof MessageType.welcome>): boolean {
    if (this.up || version !== relayVersion) return false;
    this.quota = { bytesUsed, bytesMax };
    this.#stopTimer();
    this.showPolicy();
    this.follow(this.#options.followed());
    this.#options.events.onUp();
    return true;
  }

  #onPolicy(wire: Uint8Array): boolean {
    const own = this.#options.policy();
    if (own && equalBytes(own, wire)) return true;
    const adopted = this.#options.events.onPolicy(wire);
    this.policyFault = adopted.ok ? undefined : adopted.reason;
    return true;
  }

  #onPong(): boolean {
    const ping = this.#pings.shift();
    if (!ping) return false;
    this.roundTripMs = this.#options.clock.monotonicMs() - ping.sentMs;
    ping.onAnswer(this.roundTripMs);
    return true;
  }

  /** A relay that takes questions and answers none is given up. */
  #watch(): void {
    this.#timer = this.#options.clock.after(sessionLimits.answerMsMax, () => {
      this.#timer = undefined;
      const latestMs = this.#options.clock.monotonicMs() - sessionLimits.answerMsMax;
      if (this.#end.sender.unansweredSinceMs < latestMs) this.end('unanswered');
      else if (this.#end.sender.waiting > 0) this.#watch();
    });
  }

  #stopTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #onClose(reason: string): void {
    // Before anything is answered: who puts again at once must hear that it is down.
    this.#ended = true;
    this.#stopTimer();
    this.#pings = [];
    this.#end.stop();
    this.#options.onEnd(this.#byeReason ?? reason);
  }
}
