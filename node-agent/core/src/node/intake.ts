/**
 * Steps 2 and 3 joined: judge a bundle, make room for it, hand it to the store, and say so once it
 * is on disk. Everything that enters a node, from a client or a neighbour, enters here.
 */
import type { BundleFields, CarriedBundle } from '../bundle/bundle.ts';
import { bytesKey } from '../bytes/key.ts';
import { Role } from '../identity/role.ts';
import { authorKeyOf } from '../inventory/author-key.ts';
import { RetentionClass, retentionClassOf } from '../inventory/class.ts';
import type { ExpiredIds } from '../inventory/expired-ids.ts';
import { expiredPrefix } from '../inventory/expired-ids.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { entryBeside, entryToForget, lowestFirst, roomFor } from '../inventory/retention.ts';
import { storeLimits, timeLimits } from '../limits.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExpiredId, Store, StoreBatch, StoredBundle } from '../ports/store.ts';
import type { DropReason } from '../receive/drop-reason.ts';
import { type Judged, judge, type QuotaCheck, type ReceiveState } from '../receive/receive.ts';
import { orderKeyOf } from '../time/order.ts';
import type { TickClock } from '../time/tick.ts';
import type { Ledger } from './ledger.ts';

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
  /** The neighbour that it came from; undefined for a client or an uplink. */
  readonly from?: Uint8Array;
  /** The id, where this node has computed it from these very bytes already. */
  readonly id?: Uint8Array;
  /** Whoever put it here wants to know how far it came; who relays does not ask. */
  readonly wantHeld: boolean;
}

export interface IntakeOptions {
  readonly state: ReceiveState;
  readonly store: Pick<Store, 'get'>;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ticks: TickClock;
  readonly contentBytesMax: number;
  /** A bundle is on disk: show it and send it on. */
  readonly onStored: (stored: StoredBundle, fields: BundleFields, options: TakeOptions) => void;
  /** A node key signed two contents under one number; `author` is that key. */
  readonly onNodeFork: (author: Uint8Array) => void;
}

interface Forgotten {
  readonly forget: readonly number[];
  readonly expired: readonly ExpiredId[];
}

interface Pending {
  readonly row: number;
  /** Those who wait for the answer. */
  readonly waiting: Settled[];
}

export class Intake {
  readonly #options: IntakeOptions;
  readonly #inventory: Inventory;
  readonly #expired: ExpiredIds;
  /** Bundles handed to the store and not yet synced, rows rising. */
  readonly #pending = new Map<string, Pending>();
  readonly #dropped = new Map<DropReason, number>();
  /** Room is being made on a full disk, and not yet known to be made. */
  #clearing = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#inventory = options.state.inventory;
    this.#expired = options.state.expired;
  }

  get dropped(): Readonly<Partial<Record<DropReason, number>>> {
    return Object.fromEntries(this.#dropped);
  }

  take(carried: CarriedBundle, options: TakeOptions): TakeAnswer {
    if (this.#pending.size >= storeLimits.pendingPutsMax) return this.#drop('busy');
    const { quota, from, id } = options;
    const isNeighbour = from !== undefined;
    const judgement = judge(this.#options.state, carried, { quota, isNeighbour, id });
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
    if (room.evict.length === 0 && !this.#hasEntryFor(retentionClassOf(stored))) {
      return this.#drop('store-full', stored.id);
    }
    this.#commit(stored, judged, { slots: room.evict, ...options });
    return { ok: true, id: stored.id };
  }

  /** Waits for a bundle that is on its way to disk; false when it is not, or too many wait. */
  waitFor(id: Uint8Array, settled: Settled): boolean {
    const waiting = this.#pending.get(bytesKey(id))?.waiting;
    if (!waiting || waiting.length >= storeLimits.waitersMax) return false;
    waiting.push(settled);
    return true;
  }

  /** The lowest row that is not on disk yet; Infinity when all are. */
  get firstPendingRow(): number {
    for (const { row } of this.#pending.values()) return row;
    return Number.POSITIVE_INFINITY;
  }

  /** Handed to the store and not on disk yet. */
  isPending(id: Uint8Array): boolean {
    return this.#pending.size > 0 && this.#pending.has(bytesKey(id));
  }

  #commit(
    stored: StoredBundle,
    judged: Judged,
    options: TakeOptions & { readonly slots: readonly number[] },
  ): void {
    const evicted = this.#evict(options.slots);
    const forgotten = this.#forgetSurplus(stored, retentionClassOf(stored));
    const fork = this.#freezeForker(stored, judged.forkOf);
    const slot = this.#inventory.add(stored);
    this.#inventory.setHopLimit(slot, judged.bundle.fields.hopLimit);
    this.#options.state.authors.saw(authorKeyOf(stored), stored.seq);
    const tickets = judged.known.stored ? [] : [{ id: stored.ticketId, wire: judged.known.wire }];
    const key = bytesKey(stored.id);
    const batch = { put: [stored], tickets, ...fork, evict: evicted.rows, ...forgotten };
    const waiting = [options.onSettled];
    this.#pending.set(key, { row: stored.row, waiting });
    const settle = (failure: DropReason | undefined) => {
      for (const settled of waiting) settled(failure);
    };
    const onDurable = () => {
      this.#pending.delete(key);
      this.#options.state.tickets.markStored(stored.ticketId);
      this.#options.onStored(stored, judged.bundle.fields, options);
      // After it was sent on: the proof is to reach that very node too.
      if (judged.forkOf !== -1 && stored.role === Role.node) {
        this.#options.onNodeFork(stored.author);
      }
      settle(undefined);
    };
    const fail = (reason: DropReason) => {
      this.#pending.delete(key);
      this.#unlist(stored);
      evicted.restore();
      this.#drop(reason);
      settle(reason);
    };
    this.#options.ledger.commit(batch, (outcome) => {
      if (outcome.ok) onDurable();
      else if (outcome.reason === 'disk-full') this.#recover(stored, { batch, onDurable, fail });
      else fail('store-failed');
    });
  }

  /** The disk is full: what is urgent or the system's is tried once more with more room. */
  #recover(
    stored: StoredBundle,
    again: { batch: StoreBatch; onDurable: () => void; fail: (reason: DropReason) => void },
  ): void {
    const retentionClass = retentionClassOf(stored);
    // Another may have taken its place meanwhile.
    const slot = this.#inventory.slotOf(stored.id);
    const stands = slot !== -1 && this.#inventory.isHeld(slot);
    const retries = stands && retentionClass >= RetentionClass.system;
    if (!retries) again.fail('store-full');
    this.#clearDisk(retentionClass);
    if (!retries) return;
    this.#options.ledger.commit(again.batch, (second) => {
      if (second.ok) again.onDurable();
      else again.fail('store-full');
    });
  }

  /** Once for all that fail together, or one full disk would empty the whole store. */
  #clearDisk(upTo: RetentionClass): void {
    if (this.#clearing) return;
    this.#clearing = true;
    const slots: number[] = [];
    for (const slot of lowestFirst(this.#inventory, upTo)) {
      if (slots.length >= storeLimits.diskFullEvictMax) break;
      if (!this.isPending(this.#inventory.id(slot))) slots.push(slot);
    }
    const evicted = this.#evict(slots);
    this.#options.ledger.commit({ evict: evicted.rows }, (outcome) => {
      this.#clearing = false;
      if (!outcome.ok) evicted.restore();
    });
  }

  /** `restore` takes it back when it did not reach the store. */
  #evict(slots: readonly number[]): { readonly rows: number[]; readonly restore: () => void } {
    const inventory = this.#inventory;
    const rows = slots.map((slot) => inventory.row(slot));
    for (const slot of slots) inventory.evict(slot);
    const restore = () => {
      for (const [i, slot] of [...slots.entries()].reverse()) {
        // Meanwhile it may have been forgotten, and its slot be another's.
        if (inventory.isSeenOnly(slot) && inventory.row(slot) === rows[i]) inventory.restore(slot);
      }
    };
    return { rows, restore };
  }

  /** Takes an entry back that did not reach the disk. */
  #unlist({ id, row }: StoredBundle): void {
    const slot = this.#inventory.slotOf(id);
    if (slot !== -1 && this.#inventory.row(slot) === row) this.#inventory.forget(slot);
  }

  /** Whether one more entry may be: with content for its class, without it for no class. */
  #hasEntryFor(retentionClass?: RetentionClass): boolean {
    if (this.#inventory.size < storeLimits.liveEntriesMax) return true;
    return entryToForget(this.#inventory, retentionClass) !== -1;
  }

  #isHeldBeside(stored: StoredBundle): boolean {
    const beside = entryBeside(this.#inventory, stored, this.#options.contentBytesMax);
    return beside !== -1 && this.#inventory.isHeld(beside);
  }

  /** Forgets what one more entry leaves no place for; nothing that is held for a mere note. */
  #forgetSurplus(stored: StoredBundle, retentionClass?: RetentionClass): Forgotten {
    const gone: { forget: number[]; expired: ExpiredId[] } = { forget: [], expired: [] };
    const forget = (slot: number) => {
      const expired = expiredIdOf(this.#inventory, slot);
      gone.expired.push(expired);
      gone.forget.push(this.#inventory.row(slot));
      this.#expired.add(expired);
      this.#inventory.forget(slot);
    };
    const beside = entryBeside(this.#inventory, stored, this.#options.contentBytesMax);
    if (beside !== -1) forget(beside);
    if (this.#inventory.size < storeLimits.liveEntriesMax) return gone;
    const slot = entryToForget(this.#inventory, retentionClass);
    if (slot !== -1) forget(slot);
    return gone;
  }

  /** Two contents under one number: the author is frozen, with the proof where both are at hand. */
  #freezeForker(second: StoredBundle, forkOf: number): Pick<StoreBatch, 'authors' | 'proofs'> {
    if (forkOf === -1) return {};
    const { author, seq } = second;
    const authors = [this.#options.state.authors.freeze(authorKeyOf(second))];
    const first = this.#options.store.get(this.#inventory.row(forkOf));
    return { authors, proofs: first ? [{ author, seq, first, second }] : [] };
  }

  /** Authentic but not kept: remembered as seen. Nothing that is held ever goes for it. */
  #noteOnly(stored: StoredBundle, reason: DropReason): TakeAnswer {
    if (!this.#hasEntryFor() || this.#isHeldBeside(stored)) return this.#drop(reason, stored.id);
    const forgotten = this.#forgetSurplus(stored);
    const authors = [this.#options.state.authors.saw(authorKeyOf(stored), stored.seq)];
    const { signed, signature, ticketId, ...rest } = stored;
    const entry = { ...rest, held: false };
    this.#inventory.add(entry);
    this.#options.ledger.commit({ note: [entry], authors, ...forgotten }, (outcome) => {
      if (!outcome.ok) this.#unlist(stored);
    });
    return this.#drop(reason, stored.id);
  }

  #storedForm(judged: Judged): StoredBundle {
    const { bundle, known, ageMs, hops } = judged;
    const { fields, id, signed, signature } = bundle;
    const arrivedTickMs = this.#options.ticks.nowMs();
    const { foreignKey } = judged;
    const role: Role = foreignKey ? Role.foreign : known.ticket.role;
    return {
      row: this.#options.ledger.takeRow(),
      id,
      author: fields.author,
      issuer: foreignKey ?? known.ticket.issuer,
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

/** What is remembered of an entry when it goes: for two more lifetimes, and for a week at least. */
export function expiredIdOf(inventory: Inventory, slot: number): ExpiredId {
  const { expiredMemoryFactor, expiredMemoryMsMin } = timeLimits;
  const keptMs = Math.max(expiredMemoryFactor * inventory.lifetimeMs(slot), expiredMemoryMsMin);
  const forgetTickMs = inventory.expiresTickMs(slot) + keptMs;
  return { prefix: expiredPrefix(inventory.id(slot)), forgetTickMs };
}
