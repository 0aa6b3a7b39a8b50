/**
 * The tree that all nodes of a mesh agree on without a leader (step 4 of a message's way): rooted
 * at the lowest node key that can be reached, each node hanging on the neighbour with the cheapest
 * path to it. Its links are never pruned, so pruning cannot cut the mesh however many bundles are
 * on their way, and its paths are short, so hop limits reach far. Each node tells its whole path,
 * as in BGP, so nothing loops and nothing is sent while nothing changes. Why: docs/adr/.
 */
import type { Clock, Timer } from '../../ports/clock.ts';
import type { CostClass } from '../../ports/link.ts';
import { treeLimits } from '../limits.ts';
import { type IdPrefix, prefixOf } from '../messages/id-prefix.ts';
import { costOf } from '../messages/node-links.ts';
import type { TreePath } from '../messages/path-message.ts';

/** A used link to a neighbour, as the tree sees it. */
export interface TreeLink {
  readonly costClass: CostClass;
  /** Tells the neighbour the own path. */
  tellPath(path: TreePath): void;
  /** The link is or is not part of the tree now; not called before the neighbour told its path. */
  setBase(isBase: boolean): void;
}

interface Choice {
  readonly path: TreePath;
  readonly parent: TreeLink | undefined;
}

export class BaseTree {
  readonly #own: IdPrefix;
  readonly #clock: Clock;
  readonly #used = new Set<TreeLink>();
  /** What was said last on each link, used here or not: the other end may say it only once. */
  readonly #told = new WeakMap<TreeLink, TreePath>();
  #choice: Choice;
  #advertised: TreePath;
  #quiet: Timer | undefined;

  constructor(ownKey: Uint8Array, clock: Clock) {
    this.#own = prefixOf(ownKey);
    this.#clock = clock;
    this.#choice = { path: { cost: 0, nodes: [this.#own] }, parent: undefined };
    this.#advertised = this.#choice.path;
  }

  add(link: TreeLink): void {
    if (this.#used.has(link)) return;
    this.#used.add(link);
    link.tellPath(this.#advertised);
    if (this.#told.has(link)) this.#choose();
  }

  remove(link: TreeLink): void {
    if (this.#used.delete(link)) this.#choose();
  }

  /** A neighbour told its path. */
  heard(link: TreeLink, path: TreePath): void {
    this.#told.set(link, path);
    if (this.#used.has(link)) this.#choose();
  }

  stop(): void {
    this.#quiet?.cancel();
    this.#quiet = undefined;
  }

  #choose(): void {
    let best: Choice = { path: { cost: 0, nodes: [this.#own] }, parent: undefined };
    for (const parent of this.#used) {
      const told = this.#told.get(parent);
      if (told === undefined || told.nodes.includes(this.#own)) continue;
      if (told.nodes.length >= treeLimits.pathNodesMax) continue;
      const cost = told.cost + costOf[parent.costClass];
      if (cost > treeLimits.costMax) continue;
      const offer = { path: { cost, nodes: [...told.nodes, this.#own] }, parent };
      if (this.#isBetter(offer, best)) best = offer;
    }
    this.#choice = best;
    for (const link of this.#used) {
      const told = this.#told.get(link);
      if (told === undefined) continue;
      // The last but one on a neighbour's path is what it hangs on.
      link.setBase(link === best.parent || told.nodes.at(-2) === this.#own);
    }
    this.#advertise();
  }

  #isBetter(a: Choice, b: Choice): boolean {
    if (a.path.nodes[0] !== b.path.nodes[0]) return a.path.nodes[0]! < b.path.nodes[0]!;
    if (a.path.cost !== b.path.cost) return a.path.cost < b.path.cost;
    // Among equals all stays as it is, or else the lower key wins.
    if (a.parent === this.#choice.parent) return true;
    if (b.parent === this.#choice.parent) return false;
    return a.path.nodes.at(-2)! < b.path.nodes.at(-2)!;
  }

  /** Tells all neighbours at once, and then not again before a while has passed. */
  #advertise(): void {
    if (this.#quiet !== undefined || samePath(this.#choice.path, this.#advertised)) return;
    this.#advertised = this.#choice.path;
    for (const link of this.#used) link.tellPath(this.#advertised);
    this.#quiet = this.#clock.after(treeLimits.quietMs, () => {
      this.#quiet = undefined;
      this.#advertise();
    });
  }
}

function samePath(a: TreePath, b: TreePath): boolean {
  if (a.cost !== b.cost || a.nodes.length !== b.nodes.length) return false;
  return a.nodes.every((node, i) => node === b.nodes[i]);
}
