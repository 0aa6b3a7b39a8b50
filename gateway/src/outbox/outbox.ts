/**
 * The outbox of one uplink (step 6): a cursor into the store for each lane that advances only after
 * the other side confirmed, so that an uplink which comes and goes costs no loss and no duplicate.
 * Urgent before normal before bulk. It never drops silently: what cannot go becomes a dead letter.
 */
import {
  BundleKind,
  bytesKey,
  type Clock,
  type Lane,
  type Logger,
  lanes,
  type NodeApi,
  type Random,
  type ReadBundle,
  type Timer,
} from '@muster/core';
import { type Allowance, newestRow } from '../policy/allowance.ts';
import { Budgets } from '../policy/budgets.ts';
import type { Gate } from '../policy/gate.ts';
import { retryDelayMs } from '../uplinks/back-off.ts';
import type { WaitingCount } from '../uplinks/info.ts';
import type { SendAnswer, Uplink } from '../uplinks/uplink.ts';
import { CursorKeeper } from './cursor-keeper.ts';
import { type DeadLetter, DeadLetters } from './dead-letters.ts';
import { type Item, LaneQueue } from './lane-queue.ts';
import { outboxLimits } from './limits.ts';
import { itemOf, lineUp } from './line-up.ts';

export interface OutboxOptions {
  readonly node: Pick<NodeApi, 'since' | 'value' | 'keep'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly uplink: Pick<Uplink, 'name' | 'send'>;
  readonly gate: Gate;
  readonly allowance: Allowance;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #budgets = new Budgets();
  readonly #seen = new Set<string>();
  #queues: readonly LaneQueue[] = [];
  #letters: DeadLetters | undefined;
  #keeper: CursorKeeper | undefined;
  #durableRow = 0;
  #isUp = false;
  /** Counts the times it went up and down; answers to sends of an earlier time are void. */
  #session = 0;
  #sent = 0;
  #timer: Timer | undefined;
  #isTurnDue = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#keeper) return;
    const { node, clock, uplink, allowance } = this.#options;
    this.#updateAllowance();
    this.#durableRow = newestRow(node);
    this.#letters = new DeadLetters(uplink.name, node);
    this.#queues = lanes.map(
      (lane) => new LaneQueue(lane, node.value(this.#nameOf(lane)), () => allowance.firstRow()),
    );
    this.#keeper = new CursorKeeper({ node, clock, values: () => this.#values() });
    this.#turnSoon();
  }

  /** What is settled is handed to the store; what is under way counts as not sent. */
  stop(): void {
    this.onDown();
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isTurnDue = false;
    this.#keeper?.stop();
    this.#keeper = undefined;
  }

  onUp(): void {
    this.#isUp = true;
    this.#session += 1;
    for (const queue of this.#queues) queue.reset();
    this.#turnSoon();
  }

  onDown(): void {
    this.#isUp = false;
    this.#session += 1;
    for (const queue of this.#queues) queue.reset();
  }

  /** A bundle is new, and on disk. */
  onBundle(bundle: Pick<ReadBundle, 'lane' | 'row'>): void {
    this.#durableRow = Math.max(this.#durableRow, bundle.row);
    const queue = this.#queues[bundle.lane];
    if (queue) queue.hasMore = true;
    this.#turnSoon();
  }

  /** What may leave has changed, or may have. */
  onPolicy(): void {
    if (!this.#keeper) return;
    this.#updateAllowance();
    this.#turnSoon();
  }

  /** See UplinkEvents.onSeen. */
  onSeen(id: Uint8Array, onKept: () => void): void {
    const item = this.#find(id);
    if (item && this.#keeper) {
      this.#sent += 1;
      this.#settle(item);
      this.#letters?.remove(id);
      this.#keeper.saveNow(onKept);
      this.#turnSoon();
      return;
    }
    this.#seen.add(bytesKey(id));
    if (this.#seen.size > outboxLimits.seenIdsMax) {
      const [oldest] = this.#seen;
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    onKept();
  }

  /** Bundles that the other side confirmed, or was seen to have, since the start. */
  get sent(): number {
    return this.#sent;
  }

  waiting(lane: Lane): WaitingCount {
    let bytes = 0;
    for (const item of this.#queues[lane]?.items.values() ?? []) bytes += item.bytes;
    return { bundles: this.#queues[lane]?.items.size ?? 0, bytes };
  }

  letters(): readonly DeadLetter[] {
    return this.#letters?.list() ?? [];
  }

  /** Letters let go because there were too many. */
  get lettersForgotten(): number {
    return this.#letters?.lost ?? 0;
  }

  /** Tries a dead letter again; false when there is none, or when its bundle is gone. */
  retry(id: Uint8Array): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    const letter = this.#letters?.find(id);
    const queue = letter && this.#queues[letter.lane];
    const read = letter && this.#read(letter.row, letter.lane);
    const passage = read && this.#options.gate.passageOf(read);
    if (!letter || !queue || !read || !passage) return false;
    if (!queue.items.has(read.row)) queue.add(itemOf(read, passage, { again: true, nowMs }));
    this.#turnSoon();
    return true;
  }

  /** Forgets a dead letter; the bundle itself stays on the site as long as it lives. */
  drop(id: Uint8Array): boolean {
    const isThere = this.#letters?.remove(id) ?? false;
    if (isThere) this.#keeper?.saveNow();
    return isThere;
  }

  /** Takes all that is kept for this uplink out of the store, for when it is removed. */
  forget(): void {
    const { node } = this.#options;
    const cursors = lanes.map((lane) => [this.#nameOf(lane), undefined] as const);
    const letters = this.#letters?.removal() ?? [];
    this.stop();
    node.keep([...cursors, ...letters], () => {});
  }

  #nameOf(lane: Lane): string {
    return `gateway/outbox/${this.#options.uplink.name}/${lane}`;
  }

  #values() {
    const cursors = this.#queues.map((queue) => [this.#nameOf(queue.lane), queue.value()] as const);
    return [...cursors, ...(this.#letters?.takeChanges() ?? [])];
  }

  #updateAllowance(): void {
    const { allowance, gate } = this.#options;
    allowance.update(gate.passages().map(({ tag }) => tag));
  }

  /** Gathers what one instant brings into one turn. */
  #turnSoon(): void {
    if (!this.#keeper || this.#isTurnDue) return;
    this.#isTurnDue = true;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(0, () => this.#turn());
  }

  #turn(): void {
    this.#isTurnDue = false;
    this.#timer = undefined;
    if (!this.#keeper) return;
    for (const queue of this.#queues) this.#lineUp(queue);
    this.#giveUpExpired();
    const dueMs = this.#isUp ? this.#sendReady() : Number.POSITIVE_INFINITY;
    // What sending settled may have made room.
    const isMore = this.#queues.some((queue) => queue.hasMore && queue.room > 0);
    const waitMs = isMore ? 0 : dueMs - this.#options.clock.monotonicMs();
    if (this.#isTurnDue) return;
    const delayMs = Math.min(outboxLimits.sweepMs, Math.max(0, waitMs));
    this.#timer = this.#options.clock.after(delayMs, () => this.#turn());
  }

  #lineUp(queue: LaneQueue): void {
    const before = queue.scanned;
    lineUp(queue, {
      ...this.#options,
      durableRow: this.#durableRow,
      seen: this.#seen,
      nowMs: this.#options.clock.monotonicMs(),
    });
    if (queue.scanned !== before) this.#keeper?.saveLater();
  }

  #giveUpExpired(): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const queue of this.#queues) {
      for (const item of queue.items.values()) {
        if (item.expiresMs > nowMs || item.state === 'sending') continue;
        this.#giveUp(item, 'it expired before it could be sent');
      }
    }
  }

  /** Sends what may go now; when to look again, in monotonic milliseconds. */
  #sendReady(): number {
    let dueMs = Number.POSITIVE_INFINITY;
    const nowMs = this.#options.clock.monotonicMs();
    for (const queue of this.#queues) {
      for (const item of queue.items.values()) {
        if (queue.sending >= outboxLimits.sendingPerLaneMax) return dueMs;
        if (item.state === 'sending') continue;
        if (item.state === 'ready' || item.dueMs <= nowMs) this.#send(queue, item);
        if (item.state === 'resting') dueMs = Math.min(dueMs, item.dueMs);
      }
      // A lower lane waits until all of this one is at least on its way.
      if (queue.hasMore) return dueMs;
    }
    return dueMs;
  }

  #send(queue: LaneQueue, item: Item): void {
    const { gate, clock, uplink } = this.#options;
    const nowMs = clock.monotonicMs();
    const read = this.#read(item.row, item.lane);
    if (!read) {
      this.#giveUp(item, 'it expired before it could be sent');
      return;
    }
    const passage = gate.passageOf(read);
    // Withdrawn by the admin meanwhile: it stays, which is no failure.
    if (!passage) {
      this.#settle(item);
      return;
    }
    const budget = this.#budgets.of(passage.tag, passage, nowMs);
    const waitMs = budget.waitMs(nowMs);
    if (waitMs > 0) {
      queue.rests(item, nowMs + waitMs);
      return;
    }
    budget.spend(item.bytes, nowMs);
    queue.sends(item);
    const session = this.#session;
    uplink.send({ read, channel: passage.channel }, (answer) => {
      if (session === this.#session && item.state === 'sending') this.#onAnswer(item, answer);
    });
  }

  #onAnswer(item: Item, answer: SendAnswer): void {
    const { clock, random } = this.#options;
    item.attempts += 1;
    if (answer.ok) {
      this.#sent += 1;
      this.#settle(item);
      if (item.again) this.#letters?.remove(item.id);
    } else if (answer.retry) {
      const dueMs = clock.monotonicMs() + retryDelayMs(random, item.attempts);
      this.#queues[item.lane]?.rests(item, dueMs);
    } else {
      this.#giveUp(item, answer.reason);
    }
    this.#turnSoon();
  }

  /** The letter and the cursor that passes it are written together. */
  #giveUp(item: Item, reason: string): void {
    // A manifest only tells of others and is soon followed by the next.
    if (item.kind !== BundleKind.manifest) {
      const { id, row, lane, author, channel, attempts } = item;
      const { unixMs } = this.#options.clock.wall();
      const words = reason.slice(0, outboxLimits.reasonLettersMax);
      const when = { attempts, unixMs: Math.max(0, unixMs) };
      this.#letters?.add({ id, row, lane, author, channel, reason: words, ...when });
      this.#options.logger.warn('dead-letter', {
        uplink: this.#options.uplink.name,
        reason: words,
      });
    }
    this.#settle(item);
  }

  #settle(item: Item): void {
    const queue = this.#queues[item.lane];
    if (!queue?.items.has(item.row)) return;
    queue.settle(item);
    this.#keeper?.saveNow();
  }

  #find(id: Uint8Array): Item | undefined {
    for (const queue of this.#queues) {
      const item = queue.find(id);
      if (item) return item;
    }
    return undefined;
  }

  #read(row: number, lane: Lane): ReadBundle | undefined {
    const [read] = this.#options.node.since({ row: row - 1, limit: 1, lane });
    return read?.row === row ? read : undefined;
  }
}
