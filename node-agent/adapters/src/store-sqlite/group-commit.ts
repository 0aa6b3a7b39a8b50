/**
 * Batches of a short window share one transaction and one sync (step 3). The sync runs beside the
 * event loop; only then is anybody told. When a group does not go through, each of its batches is
 * tried alone, so that one that does not fit fails alone. Order is kept throughout.
 */
import type { CommitOutcome, StoreBatch } from '@muster/core';
import { groupBatchesMax } from './constants.ts';

export type Failure = Extract<CommitOutcome, { ok: false }>['reason'];

/** What a group is written to. */
export interface GroupMedium {
  /** One transaction: begin, apply, and later commit or take back. Each may throw. */
  begin(): void;
  apply(batches: readonly StoreBatch[]): void;
  commit(): void;
  rollBack(): void;
  /** Why it threw; and whether something changed since, so that another try may succeed. */
  judge(error: unknown): { readonly failure: Failure; readonly tryAgain: boolean };
  /** Waits beside the event loop until all that was committed is on the disk. */
  sync(done: (error: Error | null) => void): void;
  /** After each sync: time for housekeeping. */
  rest(): void;
}

interface Waiting {
  readonly batch: StoreBatch;
  readonly onDurable: (outcome: CommitOutcome) => void;
  failure?: Failure;
}

export class GroupCommit {
  readonly #medium: GroupMedium;
  readonly #windowMs: number;
  /** A batch is queued, then applied in the open transaction, then committed, then synced. */
  #queued: Waiting[] = [];
  #applied: Waiting[] = [];
  #committed: Waiting[] = [];
  #syncing = false;
  #due = false;
  #timer: NodeJS.Timeout | undefined;
  /** Set for good: why nothing is taken any more. */
  #refused: Failure | undefined;
  #onIdle: (() => void) | undefined;

  constructor(medium: GroupMedium, windowMs: number) {
    this.#medium = medium;
    this.#windowMs = windowMs;
  }

  /** Batches that no read of the tables would see yet, oldest first. */
  get queued(): readonly { readonly batch: StoreBatch }[] {
    return this.#queued;
  }

  add(batch: StoreBatch, onDurable: (outcome: CommitOutcome) => void): void {
    if (this.#refused) {
      const outcome: CommitOutcome = { ok: false, reason: this.#refused };
      setImmediate(() => onDurable(outcome));
      return;
    }
    this.#queued.push({ batch, onDurable });
    if (this.#queued.length >= groupBatchesMax) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), this.#windowMs);
  }

  /** Makes reads of the tables see all batches. */
  applyQueued(): void {
    const queued = this.#queued;
    if (queued.length === 0) return;
    this.#queued = [];
    const begins = this.#applied.length === 0;
    this.#applied.push(...queued);
    try {
      if (begins) this.#medium.begin();
      this.#medium.apply(queued.map(({ batch }) => batch));
    } catch {
      this.#eachAlone();
    }
  }

  /** Takes nothing more; resolves when all that waits is on the disk. */
  async close(): Promise<void> {
    this.#refused ??= 'closed';
    this.#flush();
    if (this.#syncing) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = this.#syncing;
    if (this.#syncing) return;
    this.applyQueued();
    this.#commit();
    const group = this.#committed;
    if (group.length === 0) return;
    this.#committed = [];
    this.#syncing = true;
    this.#medium.sync((error) => this.#synced(group, error));
  }

  #commit(): void {
    if (this.#applied.length === 0) return;
    try {
      this.#medium.commit();
      this.#committed.push(...this.#applied);
      this.#applied = [];
    } catch {
      this.#eachAlone();
    }
  }

  /** The open transaction did not go through: its batches one by one, in their order. */
  #eachAlone(): void {
    const batches = this.#applied;
    this.#applied = [];
    this.#medium.rollBack();
    for (const waiting of batches) {
      this.#alone(waiting, true);
      this.#committed.push(waiting);
    }
  }

  #alone(waiting: Waiting, mayTryAgain: boolean): void {
    try {
      this.#medium.begin();
      this.#medium.apply([waiting.batch]);
      this.#medium.commit();
    } catch (error) {
      this.#medium.rollBack();
      const { failure, tryAgain } = this.#medium.judge(error);
      if (tryAgain && mayTryAgain) this.#alone(waiting, false);
      else waiting.failure = failure;
    }
  }

  #synced(group: readonly Waiting[], error: Error | null): void {
    this.#syncing = false;
    // After a failed sync nobody knows what is on the disk: nothing more is promised.
    if (error) this.#giveUp(group);
    else settle(group);
    this.#medium.rest();
    if (this.#due || this.#refused) this.#flush();
    if (!this.#syncing) this.#onIdle?.();
  }

  #giveUp(group: readonly Waiting[]): void {
    this.#refused = 'io-error';
    if (this.#applied.length > 0) this.#medium.rollBack();
    const all = [...group, ...this.#committed, ...this.#applied, ...this.#queued];
    this.#committed = [];
    this.#applied = [];
    this.#queued = [];
    for (const waiting of all) waiting.failure = 'io-error';
    settle(all);
  }
}

function settle(group: readonly Waiting[]): void {
  for (const { onDurable, failure } of group) {
    onDurable(failure ? { ok: false, reason: failure } : { ok: true });
  }
}
