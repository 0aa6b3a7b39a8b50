/**
 * When the lanes of a link are reconciled: all three once it is up, urgent first, then again every
 * minute or so (step 4 of a message's way). Only the end that opened the link uses it. A node
 * begins few at a time; whoever stalls gives its turn to the next.
 */
import { between } from '../../bounds/drawn.ts';
import { type Lane, lanes } from '../../bundle/bundle.ts';
import type { Timer } from '../../ports/clock.ts';
import { reconcileLimits } from '../limits.ts';
import type { Mesh, Traffic } from '../mesh.ts';

export interface ReconcileScheduleParts {
  readonly mesh: Pick<Mesh, 'clock' | 'random' | 'reconcileTurns'>;
  readonly traffic: Pick<Traffic, 'moved'>;
  /** False while another link to the neighbour is used. */
  readonly isDue: () => boolean;
  readonly begin: (lane: Lane) => void;
  /** Bytes that the link carried so far, both ways. */
  readonly carriedBytes: () => number;
  /** What the neighbour was asked, or its answer, must be lost. */
  readonly onLost: () => void;
}

export class ReconcileSchedule {
  readonly #parts: ReconcileScheduleParts;
  #timer: Timer | undefined;
  /** Ends the turn. */
  #stall: Timer | undefined;
  /** Ends the session. */
  #lost: Timer | undefined;
  #stopped = false;
  #running = false;
  /** Asked for while a round runs, which may be past what is missed. */
  #isOnceMore = false;
  #intervalMs: number = reconcileLimits.intervalMs;
  #differed = false;

  constructor(parts: ReconcileScheduleParts) {
    this.#parts = parts;
  }

  /** Goes round all lanes as soon as it is this link's turn, and after a round that runs. */
  begin(): void {
    if (this.#stopped) return;
    if (this.#running) {
      this.#isOnceMore = this.#lost !== undefined;
      return;
    }
    this.#timer?.cancel();
    if (!this.#parts.isDue()) {
      this.#rest();
      return;
    }
    this.#running = true;
    this.#isOnceMore = false;
    this.#parts.mesh.reconcileTurns.take(this, () => {
      this.#watch();
      this.#differed = false;
      this.#parts.begin(lanes[0]!);
    });
  }

  /** The neighbour goes on with the comparison; its turn becomes no longer by it. */
  onHeard(): void {
    if (this.#lost !== undefined) this.#doubt(reconcileLimits.busyMax);
  }

  /** A lane is done. */
  onDone(lane: Lane, differed: boolean): void {
    if (this.#stopped) return;
    this.#differed ||= differed;
    const next = lanes[lane + 1];
    if (next !== undefined) {
      this.#watch();
      this.#parts.begin(next);
      return;
    }
    this.#running = false;
    this.#leave();
    if (this.#isOnceMore) this.begin();
    else this.#rest();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#leave();
  }

  /** Waits for the next round. */
  #rest(): void {
    const { mesh, traffic } = this.#parts;
    const { intervalMs, intervalMsMax } = reconcileLimits;
    // Differences that nobody can send (hops used up, content evicted) would be found for ever.
    const vain = this.#differed && !traffic.moved;
    this.#intervalMs = vain ? Math.min(2 * this.#intervalMs, intervalMsMax) : intervalMs;
    traffic.moved = false;
    const jitter = between(mesh.random, 0.9, 1.1);
    this.#timer = mesh.clock.after(jitter * this.#intervalMs, () => this.begin());
  }

  /** The turn goes to another link when a lane takes long; the round itself goes on. */
  #watch(): void {
    this.#stall?.cancel();
    const { clock, reconcileTurns } = this.#parts.mesh;
    this.#stall = clock.after(reconcileLimits.stallMs, () => reconcileTurns.leave(this));
    this.#doubt(reconcileLimits.busyMax);
  }

  /** Ends the session unless it is heard of, or the link stays so busy that it has to wait. */
  #doubt(times: number): void {
    this.#lost?.cancel();
    const { mesh, carriedBytes, onLost } = this.#parts;
    const before = carriedBytes();
    this.#lost = mesh.clock.after(reconcileLimits.lostMs, () => {
      const isBusy = carriedBytes() - before >= reconcileLimits.busyBytesMin;
      if (isBusy && times > 0) this.#doubt(times - 1);
      else onLost();
    });
  }

  #leave(): void {
    this.#stall?.cancel();
    this.#lost?.cancel();
    this.#lost = undefined;
    this.#parts.mesh.reconcileTurns.leave(this);
  }
}
