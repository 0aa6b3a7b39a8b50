/**
 * Steps 2 and 3 joined: judge a bundle, make room for it, hand it to the store, and say so once it
 * is on disk. Everything that enters a node, from a client or a neighbour, enters here.
 */
import type { CarriedBundle } from '../bundle/bundle.ts';
import { bytesKey } from '../bytes/key.ts';
import type { Role } from '../identity/role.ts';
import { RetentionClass, retentionClassOf } from '../inventory/class.ts';
import type { ExpiredIds } from '../inventory/expired-ids.ts';
import { expiredPrefix } from '../inventory/expired-ids.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { lowestFirst, roomFor } from '../inventory/retention.ts';
import { storeLimits, timeLimits } from '../limits.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommitOutcome, ExpiredId, Store, StoreBatch, StoredBundle } from '../ports/store.ts';
import type { DropReason } from '../receive/drop-reason.ts';
import { type Judged, judge, type QuotaCheck, type ReceiveState } from '../receive/receive.ts';
import { orderKeyOf } from '../time/order.ts';
import type { TickClock } from '../time/tick.ts';

export type TakeAnswer =
  | { readonly ok: true; readonly id: Uint8Array }
  | { readonly ok: false; readonly reason: DropReason; readonly id?: Uint8Array };

/** Called once for every taken bundle: undefined when it is on disk, else why it is not. */
export type Settled = (failure: DropReason | undefined) => void;

export interface TakeOptions {
  readonly quota: QuotaCheck;
  /** After everything was found right, before it is stored. */
  readonly onJudged?: (judged: Judged) => void;
  readonly onSettled: Settled;
  /** The neighbour that it came from; undefined for a client. */
  readonly from?: Uint8Array;
}

export interface IntakeOptions {
  readonly state: ReceiveState;
  readonly store: Store;
  readonly clock: Clock;
  readonly ticks: TickClock;
  readonly contentBytesMax: number;
  /** A bundle is on disk: show it and send it on. */
  readonly onStored: (stored: StoredBundle, from: Uint8Array | undefined) => void;
}

interface Room {
  readonly evict: readonly number[];
  readonly forget: readonly number[];
  readonly expired: readonly ExpiredId[];
}

export class Intake {
  readonly #options: IntakeOptions;
  readonly #inventory: Inventory;
  readonly #expired: ExpiredIds;
  /** Bundles handed to the store and not yet synced, with those who wait for the answer. */
  readonly #pending = new Map<string, Settled[]>();
  readonly #dropped = new Map<DropReason, number>();
  #nextRow = 1;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#inventory = options.state.inventory;
    this.#expired = options.state.expired;
  }

  get dropped(): Readonly<Partial<Record<DropReason, number>>> {
    return Object.fromEntries(this.#dropped);
  }

  /** The first row number to give, after what the store holds was loaded. */
  continueAt(row: number): void {
    this.#nextRow = row;
  }

  take(carried: CarriedBundle, options: TakeOptions): TakeAnswer {
    if (this.#pending.size >= storeLimits.pendingPutsMax) return this.#drop('busy');
    const judgement = judge(this.#options.state, carried, options.quota);
    if (!judgement.ok) return this.#drop(judgement.reason, judgement.id);
    const judged = judgement.value;
    options.onJudged?.(judged);
    const stored = this.#storedForm(judged);
    if (judged.seenOnly) return this.#noteOnly(stored, judged.seenOnly);
    const room = roomFor(this.#inventory, stored, this.#options.contentBytesMax);
    if (!room.fits) {
      if (room.reason === 'author-newer') return this.#noteOnly(stored, 'author-full');
      return this.#drop('store-full', stored.id);
    }
    this.#commit(stored, judged, { slots: room.evict, ...options });
    return { ok: true, id: stored.id };
  }

  /** Waits for a bundle that is on its way to disk; false when it is not, or too many wait. */
  waitFor(id: Uint8Array, settled: Settled): boolean {
    const waiting = this.#pending.get(bytesKey(id));
    if (!waiting || waiting.length >= storeLimits.waitersMax) return false;
    waiting.push(settled);
    return true;
  }

  #commit(
    stored: StoredBundle,
    judged: Judged,
    options: TakeOptions & { readonly slots: readonly number[] },
  ): void {
    const room = this.#clear(options.slots);
    const fork = this.#freezeForker(stored, judged.forkOf);
    const slot = this.#inventory.add(stored);
    this.#inventory.setHopLimit(slot, judged.bundle.fields.hopLimit);
    this.#options.state.authors.saw(stored.author, stored.seq);
    const tickets = judged.known.stored ? [] : [{ id: stored.ticketId, wire: judged.known.wire }];
    const key = bytesKey(stored.id);
    this.#pending.set(key, [options.onSettled]);
    const batch = { put: [stored], tickets, ...fork, ...room };
    const settle = (failure: DropReason | undefined) => {
      const waiting = this.#pending.get(key) ?? [];
      this.#pending.delete(key);
      for (const settled of waiting) settled(failure);
    };
    const onDurable = () => {
      this.#options.state.tickets.markStored(stored.ticketId);
      this.#options.onStored(stored, options.from);
      settle(undefined);
    };
    this.#options.store.commit(batch, (outcome) => {
      if (outcome.ok) onDurable();
      else this.#recover(stored, outcome, { batch, onDurable, settle });
    });
  }

  /** The store refused: what is urgent or the system's is tried once more with more room. */
  #recover(
    stored: StoredBundle,
    outcome: Exclude<CommitOutcome, { ok: true }>,
    again: { batch: StoreBatch; onDurable: () => void; settle: Settled },
  ): void {
    const fail = (reason: DropReason) => {
      const slot = this.#inventory.slotOf(stored.id);
      if (slot !== -1) this.#inventory.forget(slot);
      this.#drop(reason);
      again.settle(reason);
    };
    const retentionClass = retentionClassOf(stored);
    if (outcome.reason === 'disk-full') {
      this.#options.store.commit(this.#clear(this.#oldest(retentionClass)), () => {});
    }
    if (outcome.reason !== 'disk-full' || retentionClass < RetentionClass.system) {
      fail(outcome.reason === 'disk-full' ? 'store-full' : 'store-failed');
      return;
    }
    this.#options.store.commit(again.batch, (second) => {
      if (second.ok) again.onDurable();
      else fail('store-full');
    });
  }

  #oldest(upTo: RetentionClass): number[] {
    const slots: number[] = [];
    for (const slot of lowestFirst(this.#inventory, upTo)) {
      if (slots.length >= storeLimits.diskFullEvictMax) break;
      slots.push(slot);
    }
    return slots;
  }

  /** Evicts slots, and forgets the least important entry when there are too many of them. */
  #clear(slots: readonly number[]): Room {
    const evict = slots.map((slot) => this.#inventory.row(slot));
    for (const slot of slots) this.#inventory.evict(slot);
    if (this.#inventory.size < storeLimits.liveEntriesMax)
      return { evict, forget: [], expired: [] };
    for (const slot of lowestFirst(this.#inventory, RetentionClass.urgent)) {
      const expired = expiredIdOf(this.#inventory, slot);
      const forget = [this.#inventory.row(slot)];
      this.#expired.add(expired);
      this.#inventory.forget(slot);
      return { evict, forget, expired: [expired] };
    }
    return { evict, forget: [], expired: [] };
  }

  /** Two contents under one number: the author is frozen, with the proof where both are at hand. */
  #freezeForker(second: StoredBundle, forkOf: number): Pick<StoreBatch, 'authors' | 'proofs'> {
    if (forkOf === -1) return {};
    const { author, seq } = second;
    const authors = [this.#options.state.authors.freeze(author)];
    const first = this.#options.store.get(this.#inventory.row(forkOf));
    return { authors, proofs: first ? [{ author, seq, first, second }] : [] };
  }

  /** Authentic but not kept: remembered as seen. */
  #noteOnly(stored: StoredBundle, reason: DropReason): TakeAnswer {
    const authors = [this.#options.state.authors.saw(stored.author, stored.seq)];
    const room = this.#clear([]);
    const { signed, signature, ticketId, ...rest } = stored;
    const entry = { ...rest, held: false };
    this.#inventory.add(entry);
    this.#options.store.commit({ note: [entry], authors, ...room }, () => {});
    return this.#drop(reason, stored.id);
  }

  #storedForm(judged: Judged): StoredBundle {
    const { bundle, known, ageMs, hops } = judged;
    const { fields, id, signed, signature } = bundle;
    const arrivedTickMs = this.#options.ticks.nowMs();
    const role: Role = known.ticket.role;
    return {
      row: this.#nextRow++,
      id,
      author: fields.author,
      issuer: known.ticket.issuer,
      tag: fields.tag,
      kind: fields.kind,
      lane: fields.lane,
      role,
      seq: fields.seq,
      bytes: signed.length + signature.length,
      hops,
      ageMs,
      arrivedTickMs,
      expiresTickMs: arrivedTickMs + fields.lifetimeS * 1000 - ageMs,
      arrivedUnixMs: Math.max(0, Math.floor(this.#options.clock.wall().unixMs)),
      orderKey: orderKeyOf(fields, id),
      held: true,
      signed,
      signature,
      ticketId: fields.ticket,
    };
  }

  #drop(reason: DropReason, id?: Uint8Array): TakeAnswer {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
    return id ? { ok: false, reason, id } : { ok: false, reason };
  }
}

/** What is remembered of an entry when it goes: until two more lifetimes have passed. */
export function expiredIdOf(inventory: Inventory, slot: number): ExpiredId {
  const keptMs = timeLimits.expiredMemoryFactor * inventory.lifetimeMs(slot);
  const forgetTickMs = inventory.expiresTickMs(slot) + keptMs;
  return { prefix: expiredPrefix(inventory.id(slot)), forgetTickMs };
}
