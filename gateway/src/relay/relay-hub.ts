/**
 * A relay without its sockets and files (step 6 of a message's way): homes of the sites that it
 * serves, sessions of their gateways, and what may flow between them. Both sites' newest signed
 * policies decide that; the relay has no say of its own. All it can do is delay and drop.
 */
import {
  type BundleFields,
  bytesKey,
  type CarriedBundle,
  type Clock,
  type Crypto,
  decodeBundle,
  equalBytes,
  type KeyPair,
  type Link,
  type Logger,
  mayEnter,
  mayLeave,
  type Random,
  Scope,
  type Store,
  shortId,
  siteIdOf,
  type Timer,
} from '@muster/core';
import { relayLimits } from './limits.ts';
import { RelaySession, type SessionHost } from './relay-session.ts';
import { SiteHome } from './site-home.ts';
import { Wanted } from './wanted.ts';

export interface AdmittedSite {
  /** Root key of the site, 32 bytes. */
  readonly siteKey: Uint8Array;
  readonly name: string;
  /** Content kept of it. */
  readonly bytesMax: number;
}

export interface RelayHubOptions {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The relay's node key. */
  readonly key: KeyPair;
  /** Opens the store of a site, made where it is missing; closed by the hub. */
  openStore(site: Uint8Array): Store;
}

export interface HubSiteStatus {
  readonly siteKey: Uint8Array;
  readonly site: Uint8Array;
  /** False: here only because an admitted site pinned it. */
  readonly admitted: boolean;
  readonly sessions: number;
  readonly bytesUsed: number;
  readonly bytesMax: number;
  /** Undefined while none of its gateways has shown one. */
  readonly policyRevision: number | undefined;
}

export class RelayHub implements SessionHost {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly #options: RelayHubOptions;
  /** By site id. */
  readonly #admitted = new Map<string, AdmittedSite>();
  readonly #homes = new Map<string, SiteHome>();
  /** Sites whose store is being closed. */
  readonly #closing = new Set<string>();
  readonly #sessions = new Set<RelaySession>();
  readonly #wanted: Wanted<RelaySession>;
  #refreshTimer: Timer | undefined;

  constructor(options: RelayHubOptions) {
    this.#options = options;
    this.crypto = options.crypto;
    this.clock = options.clock;
    this.logger = options.logger.child('relay');
    this.#wanted = new Wanted(options.clock);
  }

  /**
   * Serves these and those that they pinned, from now on and until told otherwise; resolves when
   * what is kept of others is closed. Homes are opened at once, because what is kept in them has to
   * go on ageing.
   */
  async admitSites(sites: readonly AdmittedSite[]): Promise<void> {
    this.#admitted.clear();
    for (const site of sites) {
      this.#admitted.set(bytesKey(siteIdOf(this.crypto, site.siteKey)), site);
    }
    const others = [...this.#homes.values()].filter(
      ({ site, bytesMax }) => this.#quotaOf(site) !== bytesMax,
    );
    const closed = others.map((home) => this.#close(home));
    this.#openAdmitted();
    if (closed.length === 0) return;
    await Promise.all(closed);
    this.#openAdmitted();
  }

  addLink(link: Link): void {
    const session = new RelaySession(link, this);
    const greeting = [...this.#sessions].filter(({ home }) => !home).length;
    this.#sessions.add(session);
    session.start();
    if (greeting >= relayLimits.greetingsMax) session.end('busy');
  }

  async stop(): Promise<void> {
    this.#refreshTimer?.cancel();
    for (const session of this.#sessions) session.end('stopping');
    const homes = [...this.#homes.values()];
    this.#homes.clear();
    await Promise.all(homes.map((home) => home.stop()));
  }

  sites(): readonly HubSiteStatus[] {
    return [...this.#homes.values()].map((home) => ({
      siteKey: home.siteKey,
      site: home.site,
      admitted: this.#admitted.has(bytesKey(home.site)),
      sessions: this.#sessionsOf(home).length,
      bytesUsed: home.bytesUsed,
      bytesMax: home.bytesMax,
      policyRevision: home.policy?.policy.revision,
    }));
  }

  admit(siteKey: Uint8Array, session: RelaySession): SiteHome | 'not-admitted' | 'busy' {
    const site = siteIdOf(this.crypto, siteKey);
    const quota = this.#quotaOf(site);
    if (quota === undefined) return 'not-admitted';
    const home = this.#tryHome(site, siteKey, quota);
    if (!home) return 'busy';
    const others = this.#sessionsOf(home);
    const same = others.find(({ peerKey }) => equalBytes(peerKey, session.peerKey));
    same?.end('replaced');
    return !same && others.length >= relayLimits.sessionsPerSiteMax ? 'busy' : home;
  }

  homeOf(site: Uint8Array): SiteHome | undefined {
    return this.#homes.get(bytesKey(site));
  }

  /** An admitted site may put all that its policy is for; another what an admitted one takes. */
  mayPut(home: SiteHome, tag: Uint8Array): boolean {
    if (this.#admitted.has(bytesKey(home.site))) return true;
    return [...this.#homes.values()].some(
      (reader) =>
        this.#admitted.has(bytesKey(reader.site)) && this.consented(home, reader, [tag]).length > 0,
    );
  }

  consented(from: SiteHome, to: SiteHome, tags: readonly Uint8Array[]): readonly Uint8Array[] {
    const { site } = from;
    // Two halves of one site.
    if (equalBytes(site, to.site)) return tags;
    const [leaving, entering] = [from.policy?.policy, to.policy?.policy];
    if (!leaving || !entering) return [];
    return tags.filter((tag) => {
      const subject = { site, tag, scope: Scope.anywhere };
      return mayLeave(leaving, subject, to.site) && mayEnter(entering, subject) !== undefined;
    });
  }

  isWanted(id: Uint8Array): boolean {
    return this.#wanted.has(id);
  }

  onPassing(fields: BundleFields, id: Uint8Array, bundle: CarriedBundle): void {
    // A forged copy must not come in the place of the one that is wanted, and in this relay's name.
    if (!this.#wanted.has(id) || !this.homeOf(fields.site)?.isGenuine(bundle)) return;
    // This relay is one holder more, and does not keep it long enough to age it.
    const passed = { ...bundle, hops: bundle.hops + 1 };
    for (const session of this.#wanted.take(id)) {
      session.bring(fields, id, () => passed);
    }
  }

  onWant(from: SiteHome, ids: readonly Uint8Array[], session: RelaySession): void {
    const missing: Uint8Array[] = [];
    for (const id of ids) {
      const carried = from.carried(id);
      const decoded = carried && decodeBundle(this.crypto, carried.signed, carried.signature);
      if (decoded?.ok) session.bring(decoded.value.fields, id, () => from.carried(id));
      else if (this.#wanted.add(id, session)) missing.push(id);
    }
    if (missing.length === 0) return;
    for (const asked of this.#sessionsOf(from)) if (asked !== session) asked.askFor(missing);
  }

  /** Its other gateways learn of it, and what may flow to and from it is looked at again. */
  onPolicy(home: SiteHome): void {
    const wire = home.policy!.wire;
    for (const session of this.#sessionsOf(home)) session.showPolicy(wire);
    this.#refreshTimer ??= this.clock.after(relayLimits.refreshMs, () => {
      this.#refreshTimer = undefined;
      this.#refresh();
    });
  }

  onEnd(session: RelaySession): void {
    this.#sessions.delete(session);
  }

  #openAdmitted(): void {
    for (const { siteKey, bytesMax } of this.#admitted.values()) {
      this.#home(siteIdOf(this.crypto, siteKey), siteKey, bytesMax);
    }
    this.#refresh();
  }

  /** Its gateways come again if they may. */
  async #close(home: SiteHome): Promise<void> {
    const key = bytesKey(home.site);
    for (const session of this.#sessionsOf(home)) session.end('stopping');
    this.#homes.delete(key);
    this.#closing.add(key);
    await home.stop();
    this.#closing.delete(key);
  }

  #refresh(): void {
    for (const session of this.#sessions) session.refresh();
  }

  #sessionsOf(home: SiteHome): readonly RelaySession[] {
    return [...this.#sessions].filter((session) => session.home === home);
  }

  /** Bytes that may be kept of a site; undefined when it is neither admitted nor pinned. */
  #quotaOf(site: Uint8Array): number | undefined {
    const admitted = this.#admitted.get(bytesKey(site));
    if (admitted) return admitted.bytesMax;
    const pinned = [...this.#admitted.keys()].some((key) =>
      this.#homes.get(key)?.policy?.policy.pins.some((pin) => equalBytes(pin.site, site)),
    );
    return pinned ? relayLimits.pinnedSiteBytesMax : undefined;
  }

  /** A disk that fails for one site is no reason to end the relay for all. */
  #tryHome(site: Uint8Array, siteKey: Uint8Array, bytesMax: number): SiteHome | undefined {
    try {
      return this.#home(site, siteKey, bytesMax);
    } catch (error) {
      this.logger.error('site-not-opened', { site: shortId(site), error: String(error) });
      return undefined;
    }
  }

  /** Undefined when there are too many, or its store is being closed. */
  #home(site: Uint8Array, siteKey: Uint8Array, bytesMax: number): SiteHome | undefined {
    const known = this.homeOf(site);
    if (known) return known;
    const full = this.#homes.size >= relayLimits.sitesMax;
    if (full || this.#closing.has(bytesKey(site))) return undefined;
    const home = new SiteHome({
      ...this.#options,
      siteKey,
      bytesMax,
      store: this.#options.openStore(site),
      onStored: () => {
        for (const session of this.#sessions) session.pump(site);
      },
    });
    this.#homes.set(bytesKey(site), home);
    home.start();
    this.logger.info('site-opened', { site: shortId(site) });
    // Somebody may have been waiting for it.
    this.#refresh();
    return home;
  }
}
