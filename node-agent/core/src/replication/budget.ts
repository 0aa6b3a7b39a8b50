/**
 * What neighbours may cost this node (step 4 of a message's way): bundles and bytes a second for
 * each and for all, control messages, and faults. Kept by neighbour, not by link, so that coming
 * back does not refill it.
 */
import { Meter } from '../bounds/meter.ts';
import { Lane } from '../bundle/bundle.ts';
import { toHex } from '../bytes/hex.ts';
import { urgentLimits } from '../limits.ts';
import { type BudgetLimits, behaviourLimits, globalBudget, peerBudget } from './limits.ts';

class Intake {
  readonly #bundles: Meter;
  readonly #bytes: Meter;

  constructor(limits: BudgetLimits, nowMs: number) {
    this.#bundles = new Meter(limits.bundles, nowMs);
    this.#bytes = new Meter(limits.bytes, nowMs);
  }

  hasRoom(lane: Lane, nowMs: number): boolean {
    const reserved = lane === Lane.urgent ? 0 : urgentLimits.reservedShare;
    return this.#bundles.hasBeyond(reserved, nowMs) && this.#bytes.hasBeyond(reserved, nowMs);
  }

  spend(bytes: number, nowMs: number): void {
    this.#bundles.spend(1, nowMs);
    this.#bytes.spend(bytes, nowMs);
  }
}

export class NeighbourBudget {
  readonly #own: Intake;
  readonly #all: Intake;
  readonly #control: Meter;
  readonly #faults: Meter;

  constructor(all: Intake, nowMs: number) {
    this.#own = new Intake(peerBudget, nowMs);
    this.#all = all;
    this.#control = new Meter(behaviourLimits.control, nowMs);
    this.#faults = new Meter(behaviourLimits.faults, nowMs);
  }

  /** Whether one more bundle of this lane may be taken now. */
  hasRoom(lane: Lane, nowMs: number): boolean {
    return this.#own.hasRoom(lane, nowMs) && this.#all.hasRoom(lane, nowMs);
  }

  /** Counts a bundle that was taken, or asked for, which always is taken. */
  spend(bytes: number, nowMs: number): void {
    this.#own.spend(bytes, nowMs);
    this.#all.spend(bytes, nowMs);
  }

  /** Counts a message without a bundle; false when there are too many. */
  spendControl(bytes: number, nowMs: number): boolean {
    this.#control.spend(1 + bytes / behaviourLimits.controlBytes, nowMs);
    return this.#control.level(nowMs) > 0;
  }

  /** Counts faults; false when there are too many. */
  spendFaults(faults: number, nowMs: number): boolean {
    this.#faults.spend(faults, nowMs);
    return this.behaves(nowMs);
  }

  behaves(nowMs: number): boolean {
    return this.#faults.level(nowMs) > 0;
  }
}

export class NeighbourBudgets {
  readonly #all: Intake;
  /** Longest unused first. */
  readonly #neighbours = new Map<string, NeighbourBudget>();

  constructor(nowMs: number) {
    this.#all = new Intake(globalBudget, nowMs);
  }

  /** As it was left, or a new one; a stranger's is not remembered. */
  of(key: Uint8Array, nowMs: number): NeighbourBudget {
    return this.#neighbours.get(toHex(key)) ?? new NeighbourBudget(this.#all, nowMs);
  }

  /** The key was found to be a node's: its budget outlives its links. */
  remember(key: Uint8Array, budget: NeighbourBudget): void {
    const name = toHex(key);
    this.#neighbours.delete(name);
    this.#neighbours.set(name, budget);
    if (this.#neighbours.size > behaviourLimits.neighboursRememberedMax) {
      this.#neighbours.delete(this.#neighbours.keys().next().value!);
    }
  }
}
