/**
 * The shortest ways through the mesh (step 4 of a message's way): every node says whom it has links
 * to, all pass that on along the base tree, and a bundle marked with the node at which it entered
 * follows the tree of shortest ways from there. While links change, or where nothing is known, the
 * base tree carries as before. It decides where bundles are pushed and never whether they arrive.
 */
import { BoundedMap } from '../../bounds/bounded-map.ts';
import { Meter } from '../../bounds/meter.ts';
import { equalBytes } from '../../bytes/compare.ts';
import { domain } from '../../bytes/domain.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Crypto } from '../../ports/crypto.ts';
import { wayLimits } from '../limits.ts';
import {
  encodeNodeLinks,
  type LinksDigest,
  type LinkTo,
  linksOf,
  type NodeLinks,
  type NodeNumber,
  numberOf,
} from '../messages/node-links.ts';
import { LinkGraph, type Route } from './link-graph.ts';

/** A used link to a neighbour. */
export interface WayLink extends LinkTo {
  /** Part of the base tree: what is told goes over it. */
  readonly isBase: boolean;
  /** Tells what is known of this node by the time that there is room. */
  tellLinks(node: NodeNumber): void;
  tellLinksDigest(digest: LinksDigest): void;
}

export interface WaysOptions {
  /** Own node key. */
  readonly key: Uint8Array;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly used: () => Iterable<WayLink>;
}

interface Reached {
  readonly graph: LinkGraph;
  readonly nodes: ReadonlySet<NodeNumber>;
  readonly atMs: number;
}

const digestDomain = domain('replicate-links');
const noDigest = new Uint8Array(16);

export class Ways {
  readonly #options: WaysOptions;
  readonly #number: NodeNumber;
  readonly #told = new Map<NodeNumber, NodeLinks>();
  #own: NodeLinks;
  /** Somebody spoke for this node: it has to speak again. */
  #isContested = false;
  #statedMs = Number.NEGATIVE_INFINITY;
  #stateTimer: Timer | undefined;
  #changedMs = 0;
  #settleTimer: Timer | undefined;
  #isSettled = false;
  /** As it was when all was settled last. */
  #graph = new LinkGraph([]);
  /** Neighbours that had spoken of their link with this node then. */
  #spokenOf: ReadonlySet<NodeNumber> = new Set();
  #digest: Uint8Array = noDigest;
  /** Nodes to which there was a way then, this one included. */
  #reachable: readonly NodeNumber[] = [];
  /** Nodes to which there was no way then: they go first when there is no room. */
  #unreachable: NodeNumber[] = [];
  #routes = new BoundedMap<NodeNumber, Route | false>(wayLimits.originsMax);
  /** Links that may still be looked at for routes: a neighbour can name any origin in a mark. */
  readonly #routing: Meter;
  /** Neighbours to be asked whether they know the same, once settled. */
  readonly #toAsk = new Set<WayLink>();
  /** There was no room for somebody: not all know the same. */
  #refusedMs = Number.NEGATIVE_INFINITY;
  /** To whom there is a way, and when that was found; what was told since may have changed it. */
  #reached: Reached | undefined;
  #isReachedOld = false;
  /** Until then all speak anew. */
  #relearnedMs = Number.NEGATIVE_INFINITY;

  constructor(options: WaysOptions) {
    this.#options = options;
    this.#number = numberOf(options.key);
    this.#routing = new Meter(wayLimits.routing, options.clock.monotonicMs());
    this.#own = { node: this.#number, version: 0, links: '' };
  }

  stop(): void {
    this.#stateTimer?.cancel();
    this.#settleTimer?.cancel();
    this.#stateTimer = undefined;
    this.#settleTimer = undefined;
    this.#toAsk.clear();
  }

  /**
   * Forgets what everybody said, and begins again: what a node said falsely for others must not
   * stay when it is no member any more. All nodes learn at about the same time that it is none.
   */
  startAgain(): void {
    this.#told.clear();
    this.#unreachable = [];
    this.#reachable = [];
    this.#graph = new LinkGraph([]);
    this.#routes = new BoundedMap(wayLimits.originsMax);
    this.#own = { node: this.#number, version: 0, links: '' };
    this.#relearnedMs = this.#options.clock.monotonicMs() + wayLimits.relearnMs;
    this.#touch();
    this.#stateSoon();
    for (const link of this.#options.used()) if (link.isBase) this.#toAsk.add(link);
  }

  /** The mark of a bundle that enters the mesh here; 0 while the base tree carries it. */
  mark(): NodeNumber {
    return this.#isSettled && this.#route(this.#number) !== undefined ? this.#number : 0;
  }

  /** Whether a bundle with this mark is pushed over a link. */
  leadsOver(mark: NodeNumber, link: WayLink): boolean {
    const route = this.#route(mark);
    if (route?.children.has(link.node)) return true;
    return link.isBase && !this.#isWay(route, link);
  }

  /** Whether a bundle with this mark is expected from a link. */
  comesOver(mark: NodeNumber, link: WayLink): boolean {
    const route = this.#route(mark);
    if (route !== undefined && route.parent === link.node) return true;
    return link.isBase && !this.#isWay(route, link);
  }

  /** Whether a route says something of this link: not before the neighbour spoke of it too. */
  #isWay(route: Route | undefined, link: WayLink): boolean {
    return route !== undefined && this.#isSettled && this.#spokenOf.has(link.node);
  }

  /**
   * Nodes to which there is a way over links that stand, itself included, as told so far; the same
   * set until it is another one. Undefined when not all of them can be known.
   */
  reachable(): ReadonlySet<NodeNumber> | undefined {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs < Math.max(this.#refusedMs + wayLimits.fullMs, this.#relearnedMs)) return undefined;
    const before = this.#reached;
    const isFresh = !this.#isReachedOld || nowMs < (before?.atMs ?? nowMs) + wayLimits.reachableMs;
    if (before !== undefined && isFresh) return before.nodes;
    const graph = new LinkGraph([this.#own, ...this.#told.values()]);
    const found = graph.reachable(this.#number);
    const isSame = before?.nodes.size === found.length && found.every((to) => before.nodes.has(to));
    this.#reached = { graph, nodes: isSame ? before.nodes : new Set(found), atMs: nowMs };
    this.#isReachedOld = false;
    return this.#reached.nodes;
  }

  /** Whether there is no way to a neighbour but the link with it; not while that is not known. */
  isBridge(neighbour: NodeNumber): boolean {
    if (!this.reachable()?.has(neighbour)) return false;
    return !this.#reached!.graph.reachable(this.#number, neighbour).includes(neighbour);
  }

  /** What is known of a node. */
  linksOf(node: NodeNumber): NodeLinks | undefined {
    return node === this.#number ? this.#own : this.#told.get(node);
  }

  /** A link came or went, or another to the same neighbour is used. */
  linksChanged(): void {
    if (this.#currentLinks() === this.#own.links) return;
    this.#touch();
    this.#stateSoon();
  }

  /** Asks a neighbour whether it knows the same: now, or once it is settled what is known here. */
  compare(link: WayLink): void {
    if (!this.#isSettled) this.#toAsk.add(link);
    else link.tellLinksDigest({ isQuestion: true, digest: this.#digest });
  }

  forget(link: WayLink): void {
    this.#toAsk.delete(link);
  }

  onDigest(link: WayLink, { isQuestion, digest }: LinksDigest): void {
    if (!this.#isSettled) {
      this.#toAsk.add(link);
      return;
    }
    if (equalBytes(digest, this.#digest)) return;
    for (const node of this.#reachable) link.tellLinks(node);
    if (isQuestion) link.tellLinksDigest({ isQuestion: false, digest: this.#digest });
  }

  /** A neighbour passed on what a node says. */
  heard(from: WayLink, said: NodeLinks): void {
    if (said.node === this.#number) {
      this.#heardOfSelf(said);
      return;
    }
    const known = this.#told.get(said.node);
    if (known !== undefined && !isNewer(said, known)) {
      if (isNewer(known, said)) from.tellLinks(said.node);
      return;
    }
    if (known === undefined && !this.#makeRoom()) return;
    this.#told.set(said.node, said);
    this.#touch();
    this.#tellOn(said.node, from);
  }

  /** From before a restart, or somebody else's: whoever has it must hear better. */
  #heardOfSelf(said: NodeLinks): void {
    if (!isNewer(said, this.#own)) return;
    this.#own = { ...this.#own, version: said.version };
    this.#isContested = true;
    this.#touch();
    this.#stateSoon();
  }

  #makeRoom(): boolean {
    if (this.#told.size < wayLimits.nodesMax) return true;
    for (;;) {
      const gone = this.#unreachable.pop();
      if (gone === undefined) break;
      if (this.#told.delete(gone)) return true;
    }
    this.#refusedMs = this.#options.clock.monotonicMs();
    this.#touch();
    return false;
  }

  #tellOn(node: NodeNumber, from: WayLink | undefined): void {
    for (const link of this.#options.used()) if (link !== from && link.isBase) link.tellLinks(node);
  }

  #currentLinks(): string {
    return linksOf([...this.#options.used()]);
  }

  #stateSoon(): void {
    const { clock } = this.#options;
    const quietMs = this.#statedMs + wayLimits.quietMs - clock.monotonicMs();
    this.#stateTimer ??= clock.after(Math.max(wayLimits.gatherMs, quietMs), () => {
      this.#stateTimer = undefined;
      this.#state();
    });
  }

  #state(): void {
    const links = this.#currentLinks();
    if (links === this.#own.links && !this.#isContested) return;
    if (this.#own.version >= wayLimits.versionMax) return;
    this.#own = { node: this.#number, version: this.#own.version + 1, links };
    this.#isContested = false;
    this.#statedMs = this.#options.clock.monotonicMs();
    this.#touch();
    this.#tellOn(this.#number, undefined);
  }

  /** Something changed: the base tree helps until nothing has for a while. */
  #touch(): void {
    this.#isSettled = false;
    this.#isReachedOld = true;
    this.#changedMs = this.#options.clock.monotonicMs();
    this.#settleTimer ??= this.#options.clock.after(wayLimits.settleMs, () => this.#settle());
  }

  #settle(): void {
    const { clock } = this.#options;
    const nowMs = clock.monotonicMs();
    const settledMs = Math.max(
      this.#changedMs + wayLimits.settleMs,
      this.#refusedMs + wayLimits.fullMs,
    );
    if (settledMs > nowMs) {
      // Whole milliseconds: what rounding leaves would never pass.
      this.#settleTimer = clock.after(Math.ceil(settledMs - nowMs), () => this.#settle());
      return;
    }
    this.#settleTimer = undefined;
    this.#graph = new LinkGraph([this.#own, ...this.#told.values()]);
    this.#routes = new BoundedMap(wayLimits.originsMax);
    this.#spokenOf = this.#graph.neighboursOf(this.#number);
    this.#reachable = this.#graph.reachable(this.#number);
    const reachable = new Set(this.#reachable);
    this.#unreachable = [...this.#told.keys()].filter((node) => !reachable.has(node));
    const words = this.#reachable.map((node) => encodeNodeLinks(this.linksOf(node)!));
    this.#digest = this.#options.crypto.blake2b(16, digestDomain, ...words);
    this.#isSettled = true;
    for (const link of this.#toAsk) this.compare(link);
    this.#toAsk.clear();
  }

  #route(origin: NodeNumber): Route | undefined {
    if (!this.#graph.knows(origin)) return undefined;
    let route = this.#routes.get(origin);
    if (route === undefined) {
      const nowMs = this.#options.clock.monotonicMs();
      // Until it is found the base tree carries what comes from there.
      if (this.#routing.level(nowMs) <= 0) return undefined;
      this.#routing.spend(this.#graph.linkCount, nowMs);
      route = this.#graph.route(origin, this.#number) ?? false;
      this.#routes.set(origin, route);
    }
    return route === false ? undefined : route;
  }
}

/** Of two with one version the same wins everywhere; its node will say a third. */
function isNewer(a: NodeLinks, b: NodeLinks): boolean {
  return a.version > b.version || (a.version === b.version && a.links > b.links);
}
