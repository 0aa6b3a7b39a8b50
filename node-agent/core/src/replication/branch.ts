/**
 * Whether one lane of one link is a branch of the tree: bundles are pushed over it, else their ids
 * are announced (step 4 of a message's way). Links of the base tree are branches; others become one
 * when somebody missed a bundle (Plumtree's graft), and for a while only. Urgent has no tree: every
 * link is its branch.
 */
import { Lane } from '../bundle/bundle.ts';
import { pushLimits, treeLimits } from './limits.ts';

export class Branch {
  /** The neighbour is to be told that its pushes are not needed. */
  pruneDue = false;
  readonly #always: boolean;
  /** Until its place in the base tree is known, a link is a branch. */
  #is = true;
  #sinceMs: number;
  #prunedMs = Number.NEGATIVE_INFINITY;

  constructor(lane: Lane, nowMs: number) {
    this.#always = lane === Lane.urgent;
    this.#sinceMs = nowMs;
  }

  begin(nowMs: number): void {
    this.#is = true;
    this.#sinceMs = nowMs;
    this.pruneDue = false;
  }

  end(): void {
    this.#is = false;
  }

  /** Whether bundles are pushed now. */
  pushes(isBase: boolean, nowMs: number): boolean {
    // Where a branch beside the base tree is the quicker way round, the duplicates show at the base
    // tree, where nobody may prune. So such a branch ends by itself and is mended when missed.
    if (!isBase && nowMs - this.#sinceMs > treeLimits.crutchMs) this.#is = false;
    return this.#is || this.#always;
  }

  /** The neighbour pushed what was here already. */
  onDuplicate(isBase: boolean, nowMs: number): void {
    // Branches of the base tree stay, or prunes that cross could cut the mesh in two.
    if (isBase || this.#always) return;
    // What comes within this time was on its way before the neighbour knew.
    if (!this.#is && nowMs - this.#prunedMs < pushLimits.graftDelayMs) return;
    this.#prunedMs = nowMs;
    this.#is = false;
    this.pruneDue = true;
  }
}
