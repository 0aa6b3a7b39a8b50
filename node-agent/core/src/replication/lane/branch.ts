/**
 * Whether one lane of one link is a branch: bundles are pushed over it, else their ids are
 * announced (step 4 of a message's way). It is one where a bundle's way leads over it, which the
 * caller knows, and for a while when somebody missed a bundle (Plumtree's graft). Urgent needs no
 * way: every link is its branch.
 */
import { Lane } from '../../bundle/bundle.ts';
import { pushLimits, treeLimits } from '../limits.ts';

export class Branch {
  /** The neighbour is to be told that its pushes are not needed. */
  pruneDue = false;
  readonly #always: boolean;
  /** Until its place in the base tree is known, a link is a branch. */
  #isPlaced = false;
  #graftedMs = Number.NEGATIVE_INFINITY;
  #prunedMs = Number.NEGATIVE_INFINITY;

  constructor(lane: Lane) {
    this.#always = lane === Lane.urgent;
  }

  /** Its place in the base tree is known. */
  place(): void {
    this.#isPlaced = true;
  }

  graft(nowMs: number): void {
    this.#graftedMs = nowMs;
    this.pruneDue = false;
  }

  prune(): void {
    this.#isPlaced = true;
    this.#graftedMs = Number.NEGATIVE_INFINITY;
  }

  /** Whether a bundle is pushed now. */
  pushes(onWay: boolean, nowMs: number): boolean {
    // Where a branch beside the ways is the quicker way round, the duplicates show on the ways,
    // where nobody may prune. So such a branch ends by itself and is mended when missed.
    return onWay || this.#always || this.#isOpen(nowMs);
  }

  /** The neighbour pushed what was here already; `onWay` where it had to. */
  onDuplicate(onWay: boolean, nowMs: number): void {
    // What all agree on stays, or prunes that cross could cut the mesh in two.
    if (onWay || this.#always) return;
    // What comes within this time was on its way before the neighbour knew.
    if (!this.#isOpen(nowMs) && nowMs - this.#prunedMs < pushLimits.graftDelayMs) return;
    this.#prunedMs = nowMs;
    this.prune();
    this.pruneDue = true;
  }

  #isOpen(nowMs: number): boolean {
    return !this.#isPlaced || nowMs - this.#graftedMs <= treeLimits.crutchMs;
  }
}
