/**
 * The inventory: all that this node has seen and that still lives, held or not, as columns in typed
 * arrays (about 140 bytes an entry). It answers "seen before?" (step 2), gives reconciliation its
 * sets (step 4) and retention its queues. It mirrors the store and never touches it. An author is
 * named to it as `authorKeyOf` says.
 */
import type { Lane } from '../bundle/bundle.ts';
import type { Role } from '../identity/role.ts';
import type { Random } from '../ports/random.ts';
import type { StoreEntry } from '../ports/store.ts';
import { authorKeyOf } from './author-key.ts';
import { EntryColumns, hopLimitUnknown, idBytes } from './entry-columns.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import { LaneSets } from './lane-sets.ts';
import { Numbering } from './numbering.ts';
import { RetentionQueues } from './retention-queues.ts';
import { SlotHash } from './slot-hash.ts';
import { SlotIndex } from './slot-index.ts';

export class Inventory {
  readonly #columns = new EntryColumns();
  readonly #idIndex = new SlotIndex();
  readonly #seqIndex = new SlotIndex();
  readonly #hash: SlotHash;
  readonly #authorNos = new Numbering();
  readonly #issuerNos = new Numbering();
  readonly #expiry = new ExpiryQueue();
  readonly #sets = new LaneSets();
  readonly #free: number[] = [];
  #end = 0;
  #held = 0;
  #contentBytes = 0;
  /** What goes first, and how much there is of whom. */
  readonly queues = new RetentionQueues(this.#columns, this.#authorNos, this.#issuerNos);

  constructor(random: Random) {
    this.#hash = new SlotHash(random);
  }

  get size(): number {
    return this.#idIndex.size;
  }

  get heldCount(): number {
    return this.#held;
  }

  get contentBytes(): number {
    return this.#contentBytes;
  }

  /** One past the highest slot that was ever used: the bound for a scan. */
  get slotsEnd(): number {
    return this.#end;
  }

  /** The slot of an id, or -1. */
  slotOf(id: Uint8Array): number {
    return this.#idIndex.find(this.#hash.ofId(id), (slot) => this.#columns.hasId(slot, id));
  }

  /** The slot of an author's bundle with this sequence number, or -1. */
  slotOfSeq(author: Uint8Array, seq: number): number {
    const no = this.#authorNos.find(author);
    if (no === -1) return -1;
    const { authors, seqs } = this.#columns;
    const matches = (slot: number) => authors[slot] === no && seqs[slot] === seq;
    return this.#seqIndex.find(this.#hash.ofSeq(no, seq), matches);
  }

  /** Adds an entry whose id is not yet in it. */
  add(entry: StoreEntry): number {
    const slot = this.#free.pop() ?? this.#end++;
    if (slot >= this.#columns.capacity) this.#grow();
    const columns = this.#columns;
    const authorNo = this.#authorNos.acquire(authorKeyOf(entry));
    columns.ids.set(entry.id, slot * idBytes);
    columns.rows[slot] = entry.row;
    columns.seqs[slot] = entry.seq;
    columns.arrived[slot] = entry.arrivedTickMs;
    columns.ages[slot] = entry.ageMs;
    columns.authors[slot] = authorNo;
    columns.issuers[slot] = this.#issuerNos.acquire(entry.issuer);
    columns.bytes[slot] = entry.bytes;
    columns.hops[slot] = entry.hops;
    columns.hopLimits[slot] = hopLimitUnknown;
    columns.use(slot, entry.lane, entry.role);
    this.#expiry.add(slot, entry.expiresTickMs);
    this.#idIndex.add(this.#hash.ofId(entry.id), slot);
    this.#seqIndex.add(this.#hash.ofSeq(authorNo, entry.seq), slot);
    this.#sets.change(entry.lane, entry.id, 1);
    if (entry.held) this.#hold(slot);
    else this.queues.addSeenOnly(slot);
    return slot;
  }

  /** The content goes; the entry stays as seen. */
  evict(slot: number): void {
    if (!this.isHeld(slot)) return;
    this.queues.removeHeld(slot);
    this.#columns.setHeld(slot, false);
    this.#held--;
    this.#contentBytes -= this.bytes(slot);
    this.queues.addSeenOnly(slot);
  }

  /** Takes an eviction back that did not reach the store: first in the queues, as it was. */
  restore(slot: number): void {
    this.queues.removeSeenOnly(slot);
    this.#hold(slot, true);
  }

  /** The entry goes wholly. */
  forget(slot: number): void {
    this.evict(slot);
    this.queues.removeSeenOnly(slot);
    const { authors, issuers, flags } = this.#columns;
    this.#idIndex.remove(this.#hash.ofId(this.id(slot)), slot);
    this.#seqIndex.remove(this.#hash.ofSeq(authors[slot]!, this.seq(slot)), slot);
    this.#authorNos.release(authors[slot]!);
    this.#issuerNos.release(issuers[slot]!);
    this.#expiry.remove(slot);
    this.#sets.change(this.lane(slot), this.id(slot), -1);
    flags[slot] = 0;
    this.#free.push(slot);
  }

  isUsed(slot: number): boolean {
    return this.#columns.isUsed(slot);
  }

  isHeld(slot: number): boolean {
    return this.#columns.isHeld(slot);
  }

  isSeenOnly(slot: number): boolean {
    return this.#columns.isSeenOnly(slot);
  }

  lane(slot: number): Lane {
    return this.#columns.lane(slot);
  }

  role(slot: number): Role {
    return this.#columns.role(slot);
  }

  /** A view, valid until the inventory changes. */
  id(slot: number): Uint8Array {
    return this.#columns.id(slot);
  }

  author(slot: number): Uint8Array {
    return this.#authorNos.key(this.#columns.authors[slot]!);
  }

  /** Who issued its author's ticket, or the root key of the foreign site that it is of. */
  issuer(slot: number): Uint8Array {
    return this.#issuerNos.key(this.#columns.issuers[slot]!);
  }

  /** Whether it was written by a guest whom this issuer admitted, or is of this foreign site. */
  sharesBudgetOf(slot: number, issuer: Uint8Array): boolean {
    return (
      this.#columns.isShared(slot) && this.#columns.issuers[slot] === this.#issuerNos.find(issuer)
    );
  }

  row(slot: number): number {
    return this.#columns.rows[slot]!;
  }

  seq(slot: number): number {
    return this.#columns.seqs[slot]!;
  }

  bytes(slot: number): number {
    return this.#columns.bytes[slot]!;
  }

  /** Links that it has come, on the shortest way that this node has heard of. */
  hops(slot: number): number {
    return this.#columns.hops[slot]!;
  }

  setHops(slot: number, hops: number): void {
    this.#columns.hops[slot] = hops;
  }

  /** The author's hop limit; undefined until it was looked up once in the content. */
  hopLimit(slot: number): number | undefined {
    const hopLimit = this.#columns.hopLimits[slot]!;
    return hopLimit === hopLimitUnknown ? undefined : hopLimit;
  }

  setHopLimit(slot: number, hopLimit: number): void {
    this.#columns.hopLimits[slot] = hopLimit;
  }

  expiresTickMs(slot: number): number {
    return this.#expiry.expiresTickMs(slot);
  }

  ageMsAt(slot: number, tickMs: number): number {
    return this.#columns.ages[slot]! + Math.max(0, tickMs - this.#columns.arrived[slot]!);
  }

  /** Lifetime in milliseconds as the author set it. */
  lifetimeMs(slot: number): number {
    return this.#columns.ages[slot]! + this.expiresTickMs(slot) - this.#columns.arrived[slot]!;
  }

  /** Entries of an author, held or not. */
  authorCount(author: Uint8Array): number {
    return this.#authorNos.uses(author);
  }

  /** Entries whose authors' tickets are by this issuer, held or not. */
  issuerCount(issuer: Uint8Array): number {
    return this.#issuerNos.uses(issuer);
  }

  /** The entry that expires first, or -1. */
  firstToExpire(): number {
    return this.#expiry.first();
  }

  /** All ids of a lane, one after the other, 32 bytes each. */
  liveIds(lane: Lane): Uint8Array {
    const ids = new Uint8Array(this.count(lane) * idBytes);
    let at = 0;
    for (let slot = 0; slot < this.#end; slot++) {
      if (!this.#columns.isOfLane(slot, lane)) continue;
      ids.set(this.id(slot), at);
      at += idBytes;
    }
    return ids;
  }

  digest(lane: Lane): Uint8Array {
    return this.#sets.digest(lane);
  }

  count(lane: Lane): number {
    return this.#sets.count(lane);
  }

  #hold(slot: number, first = false): void {
    this.#columns.setHeld(slot, true);
    this.queues.addHeld(slot, first);
    this.#held++;
    this.#contentBytes += this.bytes(slot);
  }

  #grow(): void {
    this.#columns.grow();
    this.queues.reserve(this.#columns.capacity);
  }
}
