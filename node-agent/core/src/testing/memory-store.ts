/**
 * The Store port in memory and virtual time (step 3): a batch is seen at once and durable after a
 * delay; a crash keeps what was durable and nothing else. It can be told to fail as disks do. For
 * simulation and tests; it schedules nothing but through the clock.
 */
import type { BundleKind } from '../bundle/bundle.ts';
import { bytesKey } from '../bytes/key.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type {
  CommitOutcome,
  ForkProof,
  PageQuery,
  SinceQuery,
  Store,
  StoreBatch,
  StoredBundle,
} from '../ports/store.ts';
import { MemoryTables } from './memory-tables.ts';
import type { SharedContents } from './shared-contents.ts';
import { entryOf } from './store-samples.ts';

export interface MemoryStoreOptions {
  readonly clock: Clock;
  /** Time until a commit is durable, milliseconds; 5 unless given. */
  readonly commitDelayMs?: number;
  /** Given to all stores of a world, it keeps what they hold once. */
  readonly contents?: SharedContents;
}

export interface CrashOptions {
  /** Clock of the store after the crash. */
  readonly clock: Clock;
  /** Of the batches that waited, so many had reached the disk though nobody was told; 0. */
  readonly reachedDisk?: number;
}

type Failure = Extract<CommitOutcome, { ok: false }>['reason'];

interface Waiting {
  readonly batch: StoreBatch;
  readonly onDurable: (outcome: CommitOutcome) => void;
  readonly timer: Timer;
  undo: () => void;
  readonly mistake: boolean;
}

/** What an entry without content takes on a disk, roughly. */
const entryBytes = 120;

export class MemoryStore implements Store {
  readonly #options: MemoryStoreOptions;
  readonly #tables: MemoryTables;
  readonly #waiting: Waiting[] = [];
  #closed = false;
  /** Every commit that falls due while this is set fails with it. */
  failure: Failure | undefined;
  /** A batch that puts more content than this in all fails with disk-full. */
  contentBytesMax = Number.POSITIVE_INFINITY;
  /** Time until a commit is durable, milliseconds; for those made from now on. */
  commitDelayMs: number;

  constructor(options: MemoryStoreOptions, tables = new MemoryTables(options.contents)) {
    this.#options = options;
    this.#tables = tables;
    this.commitDelayMs = options.commitDelayMs ?? 5;
  }

  /** The power is cut: a new store with what was durable; this one is dead, its waiters unheard. */
  crash(options: CrashOptions): MemoryStore {
    this.#closed = true;
    const lost = this.#waiting.splice(options.reachedDisk ?? 0);
    for (const { undo } of lost.reverse()) undo();
    for (const { timer } of [...this.#waiting, ...lost]) timer.cancel();
    this.#waiting.length = 0;
    const store = new MemoryStore({ ...this.#options, clock: options.clock }, this.#tables);
    store.contentBytesMax = this.contentBytesMax;
    return store;
  }

  load(visit: Parameters<Store['load']>[0]): void {
    const { entries, expired, authors } = this.#tables;
    if (this.#closed) return;
    for (const row of [...entries.keys()].sort((a, b) => a - b)) {
      visit.entry(entryOf(entries.get(row)!));
    }
    for (const id of expired.all()) visit.expired(id);
    for (const author of authors.values()) visit.author(author);
  }

  commit(batch: StoreBatch, onDurable: (outcome: CommitOutcome) => void): void {
    const { clock } = this.#options;
    if (this.#closed) {
      clock.after(0, () => onDurable({ ok: false, reason: 'closed' }));
      return;
    }
    const mistake = this.#tables.mistakeIn(batch);
    const undo = mistake ? () => {} : this.#tables.apply(batch);
    const timer = clock.after(this.commitDelayMs, () => this.#settleFirst());
    this.#waiting.push({ batch, onDurable, timer, undo, mistake });
  }

  get(row: number): StoredBundle | undefined {
    return this.#closed ? undefined : this.#tables.get(row);
  }

  page(query: PageQuery): StoredBundle[] {
    return this.#closed ? [] : this.#tables.page(query);
  }

  since({ row, lane, limit }: SinceQuery): StoredBundle[] {
    if (this.#closed) return [];
    const rows = [...this.#tables.entries.values()]
      .filter((entry) => entry.held && entry.row > row)
      .filter((entry) => lane === undefined || entry.lane === lane)
      .map((entry) => entry.row)
      .sort((a, b) => a - b);
    return rows.slice(0, limit).map((found) => this.#tables.get(found)!);
  }

  ofKind(kind: BundleKind, limit: number): StoredBundle[] {
    if (this.#closed) return [];
    const rows = [...this.#tables.entries.values()]
      .filter((entry) => entry.held && entry.kind === kind)
      .map(({ row }) => row)
      .sort((a, b) => b - a);
    return rows.slice(0, limit).map((row) => this.#tables.get(row)!);
  }

  ticket(id: Uint8Array): Uint8Array | undefined {
    return this.#closed ? undefined : this.#tables.tickets.get(bytesKey(id));
  }

  value(name: string): Uint8Array | undefined {
    return this.#closed ? undefined : this.#tables.values.get(name);
  }

  proofs(limit: number): ForkProof[] {
    return this.#closed ? [] : [...this.#tables.proofs.values()].slice(0, limit);
  }

  usage(): { usedBytes: number; freeBytes: number | undefined } {
    const { contentBytes, entries } = this.#tables;
    const usedBytes = contentBytes + entries.size * entryBytes;
    const freeBytes = Math.max(0, this.contentBytesMax - contentBytes);
    return { usedBytes, freeBytes: Number.isFinite(freeBytes) ? freeBytes : undefined };
  }

  async close(): Promise<void> {
    while (this.#waiting.length > 0) {
      this.#waiting[0]!.timer.cancel();
      this.#settleFirst();
    }
    this.#closed = true;
  }

  #settleFirst(): void {
    const first = this.#waiting[0]!;
    const reason = this.#failureOf(first);
    if (reason) this.#takeBackFirst();
    this.#waiting.shift();
    first.onDurable(reason ? { ok: false, reason } : { ok: true });
  }

  #failureOf({ batch, mistake }: Waiting): Failure | undefined {
    if (mistake) return 'io-error';
    if (this.failure) return this.failure;
    const grows = (batch.put?.length ?? 0) > 0;
    return grows && this.#tables.contentBytes > this.contentBytesMax ? 'disk-full' : undefined;
  }

  /** The first waiting batch fails: it is undone beneath those that came after it. */
  #takeBackFirst(): void {
    const [, ...later] = this.#waiting;
    for (const { undo } of this.#waiting.toReversed()) undo();
    for (const waiting of later) {
      if (!waiting.mistake) waiting.undo = this.#tables.apply(waiting.batch);
    }
  }
}
