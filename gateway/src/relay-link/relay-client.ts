/**
 * A gateway's end of the relay link (step 6 of a message's way): one relay at one address, one
 * session at a time. The transport dials and backs off. It keeps nothing over a session: what was
 * not settled is to be put again, and where to go on reading is the caller's to keep.
 */
import {
  bytesKey,
  type Clock,
  equalBytes,
  type Link,
  type Logger,
  type PolicyFault,
  shortId,
  type Timer,
  type Transport,
} from '@muster/core';
import type { OfferedBundle } from './bundle-sender.ts';
import { ClientSession, type RelayClientEvents, type RelayQuota } from './client-session.ts';
import { downText } from './down-text.ts';
import { sessionLimits } from './limits.ts';
import type { FollowedSite } from './message.ts';

export interface RelayClientOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Dials the relay for ever; links to anybody else are refused where `relayKey` is given. */
  readonly transport: Transport;
  /** The relay's node key as pinned, 32 bytes; whoever answers is right where it is left out. */
  readonly relayKey?: Uint8Array;
  /** Root key of the own site, 32 bytes. */
  readonly siteKey: Uint8Array;
  /** This gateway's node certificate in wire form. */
  readonly certificate: Uint8Array;
  /** The newest policy of the own site known here, in wire form. */
  policy(): Uint8Array | undefined;
}

/**
 * Of a bundle that was put: on the relay's disk, or why not and whether another try may help.
 * `reason` is one word: `gone` (it expired or used up its hops before it was sent), `seen` (the
 * relay had it once and does not keep it), `down`, `busy`, or the relay's own.
 */
export type RelayAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly retry: boolean; readonly reason: string };

export interface RelayClientStatus {
  readonly up: boolean;
  /** Key of the relay that answers or answered last; show it, and pin it. */
  readonly relayKey: Uint8Array | undefined;
  readonly roundTripMs: number | undefined;
  readonly quota: RelayQuota | undefined;
  /** Put and not settled. */
  readonly waiting: number;
  /** Why the last session ended, in words; undefined while up. */
  readonly downBecause: string | undefined;
  /** What was wrong with the policy that the relay showed last, if it showed one. */
  readonly policyFault: PolicyFault | undefined;
}

export class RelayClient {
  readonly #options: RelayClientOptions;
  readonly #logger: Logger;
  #events: RelayClientEvents | undefined;
  #session: ClientSession | undefined;
  #followed: readonly FollowedSite[] = [];
  /** Places that the caller was not told of yet, by site; only of sites that are followed. */
  readonly #marks = new Map<string, FollowedSite>();
  #markTimer: Timer | undefined;
  #relayKey: Uint8Array | undefined;
  #downBecause: string | undefined;

  constructor(options: RelayClientOptions) {
    this.#options = options;
    this.#logger = options.logger.child('relay-link');
    this.#relayKey = options.relayKey;
  }

  /** Rejects when the transport cannot be started at all. */
  async start(events: RelayClientEvents): Promise<void> {
    if (this.#events) return;
    this.#events = events;
    await this.#options.transport.start((link) => this.#onLink(link));
  }

  /** Once stopped it stays so, as its transport does. */
  async stop(): Promise<void> {
    if (!this.#events) return;
    this.#session?.end('stopping');
    this.#events = undefined;
    await this.#options.transport.stop();
  }

  /** Answers once. While it is not up, at once. */
  put(bundle: OfferedBundle, onAnswer: (answer: RelayAnswer) => void): void {
    if (!this.#session?.up) {
      onAnswer({ ok: false, retry: true, reason: 'down' });
      return;
    }
    this.#session.put(bundle, (settlement) => {
      const { outcome } = settlement;
      if (outcome === 'held') return onAnswer({ ok: true });
      const reason = 'reason' in settlement ? settlement.reason : outcome;
      onAnswer({ ok: false, retry: outcome === 'later', reason });
    });
  }

  /** From now on, and again in each session; `token` is the last mark of the site here. */
  follow(sites: readonly FollowedSite[]): void {
    this.#followed = sites.map((followed) => {
      // A place that the caller was not told of yet is newer than the one that it gives.
      const token = this.#marks.get(bytesKey(followed.site))?.token;
      return token ? { ...followed, token } : followed;
    });
    this.#session?.follow(this.#followed);
  }

  /**
   * Asks for bundles of a followed site that a manifest names and that are not here, at most 256.
   * False while it is not up.
   */
  want(site: Uint8Array, ids: readonly Uint8Array[]): boolean {
    if (!this.#session?.up) return false;
    this.#session.want(site, ids);
    return true;
  }

  /** To be called when the own site's policy changed. */
  showPolicy(): void {
    this.#session?.showPolicy();
  }

  /** Milliseconds to the relay and back; undefined at once when it is not up. */
  ping(onAnswer: (roundTripMs: number | undefined) => void): void {
    if (this.#session?.up) this.#session.ping(onAnswer);
    else onAnswer(undefined);
  }

  status(): RelayClientStatus {
    const session = this.#session;
    return {
      up: session?.up ?? false,
      relayKey: this.#relayKey,
      roundTripMs: session?.roundTripMs,
      quota: session?.quota,
      waiting: session?.waiting ?? 0,
      downBecause: session?.up ? undefined : this.#downBecause,
      policyFault: session?.policyFault,
    };
  }

  #onLink(link: Link): void {
    const { relayKey } = this.#options;
    if (!this.#events || (relayKey && !equalBytes(relayKey, link.peerKey))) {
      link.start({ onFrame: () => {}, onDrain: () => {}, onClose: () => {} });
      link.close('wrong-relay');
      if (this.#events) this.#down(this.#events, 'wrong-relay');
      return;
    }
    const events = this.#events;
    this.#session?.end('replaced');
    this.#relayKey = link.peerKey;
    const session = new ClientSession(link, {
      ...this.#options,
      followed: () => this.#followed,
      onMark: (site, token) => this.#marked(site, token),
      events,
      onEnd: (reason) => {
        if (this.#session === session) this.#session = undefined;
        this.#tellMarks();
        this.#down(events, reason);
      },
    });
    this.#session = session;
    session.start();
  }

  #down(events: RelayClientEvents, reason: string): void {
    this.#logger.info('relay-down', {
      relay: this.#relayKey && shortId(this.#relayKey),
      reason,
    });
    this.#downBecause = downText(reason);
    events.onDown(this.#downBecause);
  }

  /** The next session goes on where this one was, and so does one after a restart. */
  #marked(site: Uint8Array, token: Uint8Array): void {
    this.#followed = this.#followed.map((followed) => {
      if (!equalBytes(followed.site, site)) return followed;
      const marked = { ...followed, token };
      this.#marks.set(bytesKey(site), marked);
      return marked;
    });
    if (this.#marks.size === 0) return;
    this.#markTimer ??= this.#options.clock.after(sessionLimits.markMs, () => this.#tellMarks());
  }

  #tellMarks(): void {
    this.#markTimer?.cancel();
    this.#markTimer = undefined;
    const marks = [...this.#marks.values()];
    this.#marks.clear();
    for (const { site, token } of marks) this.#events?.onMark(site, token);
  }
}
