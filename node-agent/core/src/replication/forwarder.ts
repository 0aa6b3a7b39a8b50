/**
 * All links of a node (step 4 of a message's way): passes every new bundle on to each neighbour
 * that lacks it, along a tree that it keeps mending (Plumtree: Leitão, Pereira, Rodrigues,
 * "Epidemic Broadcast Trees", SRDS 2007). Sans-I/O: driven by its links, its clock and its host.
 */

import { BoundedMap } from '../bounds/bounded-map.ts';
import { between } from '../bounds/drawn.ts';
import { Lane, lanes } from '../bundle/bundle.ts';
import { equalBytes } from '../bytes/compare.ts';
import { decodeCertificate } from '../identity/certificate.ts';
import type { NeighbourStatus } from '../node/api.ts';
import type { Timer } from '../ports/clock.ts';
import type { Link } from '../ports/link.ts';
import type { DropReason } from '../receive/drop-reason.ts';
import { NeighbourBudgets } from './budget.ts';
import { type Outgoing, outgoing } from './dictionary/outgoing.ts';
import type { Sendable, SiteDocument } from './host.ts';
import { MissingBundles } from './knowledge/missing-bundles.ts';
import { RecentIds } from './knowledge/recent-ids.ts';
import { memoryLimits, messageLimits, pushLimits, reconcileLimits } from './limits.ts';
import { chooseUsed } from './link-choice.ts';
import { LinkTable } from './link-table.ts';
import type { Mesh, Surroundings } from './mesh.ts';
import type { CloseReason } from './messages/close-reason.ts';
import { runBytes } from './messages/hello.ts';
import { type IdPrefix, prefixOf } from './messages/id-prefix.ts';
import { type NodeNumber, numberOf } from './messages/node-links.ts';
import { ReplicationSession } from './session/session.ts';
import { Turns } from './session/turns.ts';
import { BaseTree } from './ways/base-tree.ts';
import { type Asker, Detours } from './ways/detours.ts';
import { Ways } from './ways/ways.ts';

export interface ForwarderOptions extends Surroundings {
  /** A neighbour came, went, or is in another state. */
  readonly onNeighbours?: () => void;
}

export interface OfferOptions {
  /** Node key of the neighbour that sent it; undefined for a bundle of a client of this node. */
  readonly from?: Uint8Array;
  /** Neighbours that have it on disk are told to the host. */
  readonly wantHeld: boolean;
}

const noKey = new Uint8Array(8);

export class Forwarder {
  /** Links that this node ended, by reason, and bundles that replication did not take. */
  readonly closed: Partial<Record<CloseReason, number>> = {};
  readonly refused: Partial<Record<DropReason, number>> = {};
  readonly #options: ForwarderOptions;
  readonly #mesh: Mesh;
  readonly #detours: Detours;
  readonly #budgets: NeighbourBudgets;
  readonly #recent = new RecentIds();
  readonly #missing = new MissingBundles();
  /** Bundles whose holders are counted. */
  readonly #watched = new BoundedMap<IdPrefix, Uint8Array>(memoryLimits.heldWatchedMax);
  readonly #tree: BaseTree;
  readonly #ways: Ways;
  readonly #links = new LinkTable();
  #started = false;
  #quarantined = false;
  #announceTimer: Timer | undefined;
  #lookTimer: Timer | undefined;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#budgets = new NeighbourBudgets(options.clock.monotonicMs());
    const { host, clock } = options;
    const key = decodeCertificate(host.certificate)?.nodeKey ?? noKey;
    this.#tree = new BaseTree(key, clock);
    const used = () => this.#links.used();
    this.#ways = new Ways({ key, clock, crypto: options.crypto, used });
    this.#detours = new Detours({
      host,
      clock,
      neighbours: () => this.#askers(),
      passOn: (id) => this.#passOnHeld(id),
    });
    this.#mesh = this.#makeMesh(options);
  }

  start(): void {
    this.#started = true;
  }

  /** Ends all links. */
  stop(): void {
    this.#started = false;
    for (const session of this.#links.all()) session.end('stopping');
    this.#announceTimer?.cancel();
    this.#announceTimer = undefined;
    this.#lookTimer?.cancel();
    this.#lookTimer = undefined;
    this.#tree.stop();
    this.#ways.stop();
  }

  /** Takes a link over; from now on nobody else may use it. */
  addLink(link: Link): void {
    const nowMs = this.#options.clock.monotonicMs();
    const budget = this.#budgets.of(link.peerKey, nowMs);
    const reason = this.#whyNot(link) ?? (budget.behaves(nowMs) ? undefined : 'misbehaving');
    if (reason !== undefined) {
      this.#countClosed(reason);
      link.close(reason);
      return;
    }
    const session = new ReplicationSession(link, this.#mesh, {
      budget,
      events: {
        onReady: (ready) => this.#onReady(ready),
        onSecond: (second) => this.#onSecond(second),
        onPath: (teller, path) => this.#tree.heard(teller, path),
        onLive: () => this.#options.onNeighbours?.(),
        onEnd: (ended, why) => this.#onEnd(ended, why),
      },
    });
    this.#links.add(session);
    this.#options.onNeighbours?.();
    session.start();
  }

  /** See NodeApi. */
  reachable(): ReadonlySet<NodeNumber> | undefined {
    return this.#ways.reachable();
  }

  isBridge(nodeKey: Uint8Array): boolean {
    return this.#ways.isBridge(numberOf(nodeKey));
  }

  /** A document of the site was adopted here: it is told on. */
  tellDocument(document: SiteDocument): void {
    for (const session of this.#links.used()) session.tellDocument(document);
  }

  /** Whom this node believes has changed: links end to those who may be neighbours no more. */
  judgeAgain(): void {
    for (const session of this.#links.all()) {
      if (!session.isReady) continue;
      const checked = this.#options.host.checkCertificate(session.certificate);
      if (!checked.ok) session.end(checked.reason);
    }
    this.#ways.startAgain();
  }

  /** This node's own key is in two hands: no links any more. */
  quarantine(): void {
    this.#quarantined = true;
    for (const session of this.#links.all()) session.end('cloned');
  }

  /** A bundle that was withdrawn here: not known any more, should it come again. */
  forget(id: Uint8Array): void {
    this.#recent.forget(prefixOf(id));
  }

  /** A bundle new to this node is on disk: it goes to all that lack it. */
  offer(bundle: Sendable, { from, wantHeld }: OfferOptions): void {
    const prefix = prefixOf(bundle.id);
    this.#recent.stored(prefix, bundle.id);
    if (from === undefined) this.#enters(bundle.lane, prefix);
    this.#missing.resolve(prefix);
    if (wantHeld) this.#watched.set(prefix, bundle.id);
    const nowMs = this.#options.clock.monotonicMs();
    for (const { key, knowledge } of this.#links.used()) {
      if (from !== undefined && equalBytes(from, key)) knowledge.shown(prefix, nowMs);
      if (wantHeld && knowledge.hasShown(prefix)) {
        this.#options.host.onHeldByNeighbour(bundle.id, key);
      }
    }
    this.#passOn(bundle);
  }

  /** One for each link. `name` is left empty: the node knows it from the certificate. */
  neighbours(): NeighbourStatus[] {
    return this.#links.all().map((session) => session.status());
  }

  #makeMesh({ host, clock, random, crypto, logger, bulkOverRadio }: ForwarderOptions): Mesh {
    return {
      ...(bulkOverRadio && { bulkOverRadio }),
      host,
      clock,
      random,
      crypto,
      logger,
      run: random.bytes(runBytes),
      hashKey: random.bytes(4).reduce((sum, byte) => sum * 256 + byte, 0),
      recent: this.#recent,
      missing: this.#missing,
      reconcileTurns: new Turns(reconcileLimits.runningMax),
      announceSoon: () => this.#announceSoon(),
      lookSoon: () => this.#lookSoon(),
      canAsk: () => this.#canAsk(),
      detours: this.#detours,
      ways: this.#ways,
      passOn: (id) => this.#passOnHeld(id),
      isWatched: (prefix) => this.#watched.has(prefix),
      holds: (prefix, neighbour) => {
        const id = this.#watched.get(prefix);
        if (id !== undefined) host.onHeldByNeighbour(id, neighbour.key);
      },
      countRefused: (reason) => {
        this.refused[reason] = (this.refused[reason] ?? 0) + 1;
      },
    };
  }

  /** Urgent bundles go over every link, and need no way. */
  #enters(lane: Lane, prefix: IdPrefix): void {
    if (lane !== Lane.urgent) this.#recent.mark(prefix, this.#ways.mark());
  }

  #passOnHeld(id: Uint8Array): void {
    const bundle = this.#options.host.sendable(id);
    if (bundle !== undefined) this.#passOn(bundle);
  }

  /** The lane of a bundle is not known here, and need not be: any lane of a link can ask. */
  *#askers(): Iterable<Asker> {
    for (const session of this.#links.used()) yield session.lane(Lane.normal)!.outbox;
  }

  #passOn(bundle: Sendable): void {
    // Taken apart once for all links, and not at all when there is none.
    let item: Outgoing | undefined;
    for (const session of this.#links.used()) {
      item ??= outgoing(bundle, this.#recent.markOf(prefixOf(bundle.id)));
      session.lane(bundle.lane)!.outbox.forward(item, this.#recent.isLive(item.prefix));
    }
  }

  #whyNot(link: Link): CloseReason | undefined {
    if (!this.#started) return 'stopping';
    if (this.#quarantined) return 'cloned';
    return this.#links.hasRoomFor(link) ? undefined : 'too-many-links';
  }

  #onReady(session: ReplicationSession): void {
    this.#budgets.remember(session.key, session.budget);
    const reason = this.#links.welcome(session, this.#options.clock.monotonicMs());
    if (reason === 'cloned') this.#onSecond(session);
    else if (reason !== undefined) session.end(reason);
    else this.#choose(session.key);
  }

  /** The host quarantines the key, and with it all its links end. */
  #onSecond(session: ReplicationSession): void {
    this.#options.host.onSecond(session.certificate);
    session.end('cloned');
  }

  /**
   * Of several links to one neighbour, bundles go over the best only. When one was lost, what stays
   * is compared even if it was used all the time: the neighbour may have pushed into the lost one.
   */
  #choose(key: Uint8Array, wasLost = false): void {
    const same = this.#links.readyTo(key);
    const best = chooseUsed(same);
    for (const session of same) {
      const begins = session === best && (wasLost || !session.isUsed);
      session.isUsed = session === best;
      if (session.isUsed) this.#tree.add(session);
      else this.#tree.remove(session);
      if (begins) session.reconcile();
    }
    this.#ways.linksChanged();
    this.#options.onNeighbours?.();
  }

  #onEnd(session: ReplicationSession, reason: CloseReason | undefined): void {
    this.#links.delete(session);
    this.#tree.remove(session);
    this.#ways.forget(session);
    if (reason !== undefined) this.#countClosed(reason);
    const nowMs = this.#options.clock.monotonicMs();
    for (const lane of lanes) {
      const outbox = session.lane(lane)?.outbox;
      if (outbox === undefined) continue;
      this.#missing.lost(outbox, nowMs);
      this.#detours.lost(outbox);
    }
    if (!this.#started) return;
    if (this.#missing.size > 0) this.#lookSoon();
    this.#choose(session.key, true);
  }

  #countClosed(reason: CloseReason): void {
    this.closed[reason] = (this.closed[reason] ?? 0) + 1;
  }

  #canAsk(): boolean {
    return (
      this.#missing.askedCount < memoryLimits.askedMax &&
      this.#recent.pendingCount < memoryLimits.askedMax &&
      this.#missing.size + messageLimits.offerIdsMax <= memoryLimits.missingMax
    );
  }

  #announceSoon(): void {
    if (this.#announceTimer !== undefined || !this.#started) return;
    const { clock, random } = this.#options;
    // Half of the delay is random, so that of two ends of an idle branch one mostly spares itself.
    const share = between(random, 0.5, 1);
    this.#announceTimer = clock.after(share * pushLimits.announceDelayMs, () => {
      this.#announceTimer = undefined;
      for (const session of this.#links.used()) {
        for (const lane of lanes) session.lane(lane)!.outbox.announce();
      }
    });
  }

  #lookSoon(): void {
    if (this.#lookTimer !== undefined || !this.#started) return;
    this.#lookTimer = this.#options.clock.after(pushLimits.sweepMs, () => {
      this.#lookTimer = undefined;
      this.#look();
    });
  }

  #look(): void {
    this.#missing.sweep(this.#options.clock.monotonicMs());
    for (const session of this.#links.all()) {
      for (const lane of lanes) session.lane(lane)?.inbox.answerOffers();
    }
    if (this.#missing.size > 0) this.#lookSoon();
  }
}
