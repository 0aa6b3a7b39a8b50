/**
 * The inventory: all that this node has seen and that still lives, held or not, as columns in typed
 * arrays (about 140 bytes an entry). It answers "seen before?" (step 2), gives reconciliation its
 * sets (step 4) and retention its queues. It mirrors the store and never touches it. An author is
 * named to it as `authorKeyOf` says.
 */
import { Lane } from '../bundle/bundle.ts';
import { Role } from '../identity/role.ts';
import type { Random } from '../ports/random.ts';
import type { StoreEntry } from '../ports/store.ts';
import { authorKeyOf } from './author-key.ts';
import { type RetentionClass, retentionClassOf } from './class.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import { Numbering } from './numbering.ts';
import { SlotIndex } from './slot-index.ts';
import { SlotLists } from './slot-lists.ts';

const idBytes = 32;
const digestBytes = 16;
const capacityFirst = 1024;
const hopLimitUnknown = 255;

export class Inventory {
  readonly #idIndex = new SlotIndex();
  readonly #seqIndex = new SlotIndex();
  /**
   * Held entries: by class in order of arrival, by author and by issuer (guests) in order of seq.
   */
  readonly #byClass = new SlotLists();
  readonly #byAuthor = new SlotLists();
  readonly #byIssuer = new SlotLists();
  /** Entries without content in the order in which they lost it: all of them, and by author. */
  readonly #seenOnly = new SlotLists();
  readonly #seenOnlyByAuthor = new SlotLists();
  readonly #seenOnlyByIssuer = new SlotLists();
  readonly #expiry = new ExpiryQueue();
  readonly #authorNos = new Numbering();
  readonly #issuerNos = new Numbering();
  readonly #hashKeys: Uint32Array;
  readonly #laneCounts = [0, 0, 0];
  readonly #digests = [0, 1, 2].map(() => new Uint8Array(digestBytes));
  readonly #free: number[] = [];
  #capacity = 0;
  #end = 0;
  #ids = new Uint8Array(0);
  #rows = new Float64Array(0);
  #seqs = new Float64Array(0);
  #arrived = new Float64Array(0);
  #ages = new Float64Array(0);
  #authors = new Int32Array(0);
  #issuers = new Int32Array(0);
  #bytes = new Uint32Array(0);
  #hops = new Uint8Array(0);
  #hopLimits = new Uint8Array(0);
  /** used (1) · held (2) · lane << 2 · role << 4. */
  #flags = new Uint8Array(0);
  #held = 0;
  #contentBytes = 0;

  constructor(random: Random) {
    const bytes = random.bytes(16);
    this.#hashKeys = new Uint32Array(new Uint8Array(bytes).buffer);
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
    return this.#idIndex.find(this.#hashId(id), (slot) => this.#idEquals(slot, id));
  }

  /** The slot of an author's bundle with this sequence number, or -1. */
  slotOfSeq(author: Uint8Array, seq: number): number {
    const no = this.#authorNos.find(author);
    if (no === -1) return -1;
    const matches = (slot: number) => this.#authors[slot] === no && this.#seqs[slot] === seq;
    return this.#seqIndex.find(this.#hashSeq(no, seq), matches);
  }

  /** Adds an entry whose id is not yet in it. */
  add(entry: StoreEntry): number {
    const slot = this.#free.pop() ?? this.#end++;
    if (slot >= this.#capacity) this.#grow();
    const authorNo = this.#authorNos.acquire(authorKeyOf(entry));
    this.#ids.set(entry.id, slot * idBytes);
    this.#rows[slot] = entry.row;
    this.#seqs[slot] = entry.seq;
    this.#arrived[slot] = entry.arrivedTickMs;
    this.#expiry.add(slot, entry.expiresTickMs);
    this.#ages[slot] = entry.ageMs;
    this.#authors[slot] = authorNo;
    this.#issuers[slot] = this.#issuerNos.acquire(entry.issuer);
    this.#bytes[slot] = entry.bytes;
    this.#hops[slot] = entry.hops;
    this.#hopLimits[slot] = hopLimitUnknown;
    this.#flags[slot] = 1 | (entry.lane << 2) | (entry.role << 4);
    this.#idIndex.add(this.#hashId(entry.id), slot);
    this.#seqIndex.add(this.#hashSeq(authorNo, entry.seq), slot);
    this.#countIn(slot, 1);
    if (entry.held) this.#hold(slot);
    else this.#listSeenOnly(slot);
    return slot;
  }

  /** The content goes; the entry stays as seen. */
  evict(slot: number): void {
    if (!this.isHeld(slot)) return;
    const bytes = this.#bytes[slot]!;
    this.#byClass.remove(this.classOf(slot), slot, bytes);
    this.#byAuthor.remove(this.#authorList(slot), slot, bytes);
    if (this.#isShared(slot)) this.#byIssuer.remove(this.#issuers[slot]!, slot, bytes);
    this.#flags[slot] = this.#flags[slot]! & ~2;
    this.#held--;
    this.#contentBytes -= bytes;
    this.#listSeenOnly(slot);
  }

  /** Takes an eviction back that did not reach the store: first in the queues, as it was. */
  restore(slot: number): void {
    this.#unlistSeenOnly(slot);
    this.#hold(slot, true);
  }

  /** The entry goes wholly. */
  forget(slot: number): void {
    this.evict(slot);
    this.#unlistSeenOnly(slot);
    this.#idIndex.remove(this.#hashId(this.id(slot)), slot);
    this.#seqIndex.remove(this.#hashSeq(this.#authors[slot]!, this.#seqs[slot]!), slot);
    this.#authorNos.release(this.#authors[slot]!);
    this.#issuerNos.release(this.#issuers[slot]!);
    this.#expiry.remove(slot);
    this.#countIn(slot, -1);
    this.#flags[slot] = 0;
    this.#free.push(slot);
  }

  isUsed(slot: number): boolean {
    return (this.#flags[slot]! & 1) !== 0;
  }

  isHeld(slot: number): boolean {
    return (this.#flags[slot]! & 2) !== 0;
  }

  isSeenOnly(slot: number): boolean {
    return (this.#flags[slot]! & 3) === 1;
  }

  lane(slot: number): Lane {
    return ((this.#flags[slot]! >> 2) & 3) as Lane;
  }

  role(slot: number): Role {
    return (this.#flags[slot]! >> 4) as Role;
  }

  /** A view, valid until the inventory changes. */
  id(slot: number): Uint8Array {
    return this.#ids.subarray(slot * idBytes, (slot + 1) * idBytes);
  }

  author(slot: number): Uint8Array {
    return this.#authorNos.key(this.#authors[slot]!);
  }

  /** Who issued its author's ticket, or the root key of the foreign site that it is of. */
  issuer(slot: number): Uint8Array {
    return this.#issuerNos.key(this.#issuers[slot]!);
  }

  /** Whether it was written by a guest whom this issuer admitted, or is of this foreign site. */
  sharesBudgetOf(slot: number, issuer: Uint8Array): boolean {
    return this.#isShared(slot) && this.#issuers[slot] === this.#issuerNos.find(issuer);
  }

  row(slot: number): number {
    return this.#rows[slot]!;
  }

  seq(slot: number): number {
    return this.#seqs[slot]!;
  }

  bytes(slot: number): number {
    return this.#bytes[slot]!;
  }

  /** Links that it has come, on the shortest way that this node has heard of. */
  hops(slot: number): number {
    return this.#hops[slot]!;
  }

  setHops(slot: number, hops: number): void {
    this.#hops[slot] = hops;
  }

  /** The author's hop limit; undefined until it was looked up once in the content. */
  hopLimit(slot: number): number | undefined {
    const hopLimit = this.#hopLimits[slot]!;
    return hopLimit === hopLimitUnknown ? undefined : hopLimit;
  }

  setHopLimit(slot: number, hopLimit: number): void {
    this.#hopLimits[slot] = hopLimit;
  }

  expiresTickMs(slot: number): number {
    return this.#expiry.expiresTickMs(slot);
  }

  ageMsAt(slot: number, tickMs: number): number {
    return this.#ages[slot]! + Math.max(0, tickMs - this.#arrived[slot]!);
  }

  /** Lifetime in milliseconds as the author set it. */
  lifetimeMs(slot: number): number {
    return this.#ages[slot]! + this.expiresTickMs(slot) - this.#arrived[slot]!;
  }

  classOf(slot: number): RetentionClass {
    return retentionClassOf({ lane: this.lane(slot), role: this.role(slot) });
  }

  /** Held entries of a class, oldest arrival first. */
  *ofClass(retentionClass: RetentionClass): Generator<number> {
    yield* walk(this.#byClass, retentionClass);
  }

  /** Held entries of an author, lowest sequence number first; urgent ones are counted apart. */
  *ofAuthor(author: Uint8Array, urgent: boolean): Generator<number> {
    const no = this.#authorNos.find(author);
    if (no !== -1) yield* walk(this.#byAuthor, no * 2 + (urgent ? 1 : 0));
  }

  /** Held entries of all guests that an issuer admitted, or of a foreign site by its root key. */
  *ofIssuer(issuer: Uint8Array): Generator<number> {
    const no = this.#issuerNos.find(issuer);
    if (no !== -1) yield* walk(this.#byIssuer, no);
  }

  /** The entry that is without content for longest, of one author if given, or -1. */
  firstSeenOnly(author?: Uint8Array): number {
    if (!author) return this.#seenOnly.first(0);
    const no = this.#authorNos.find(author);
    return no === -1 ? -1 : this.#seenOnlyByAuthor.first(no);
  }

  /**
   * The entry of those who share an issuer's budget to forget first: without content for longest,
   * else held for longest; -1 when there is none.
   */
  firstOfIssuer(issuer: Uint8Array): number {
    const no = this.#issuerNos.find(issuer);
    if (no === -1) return -1;
    const seenOnly = this.#seenOnlyByIssuer.first(no);
    return seenOnly === -1 ? this.#byIssuer.first(no) : seenOnly;
  }

  /** The same of one author, whose lowest number goes first. */
  firstOfAuthor(author: Uint8Array): number {
    const no = this.#authorNos.find(author);
    if (no === -1) return -1;
    const seenOnly = this.#seenOnlyByAuthor.first(no);
    if (seenOnly !== -1) return seenOnly;
    const held = this.#byAuthor.first(no * 2);
    return held === -1 ? this.#byAuthor.first(no * 2 + 1) : held;
  }

  /** Entries of an author, held or not. */
  authorCount(author: Uint8Array): number {
    return this.#authorNos.uses(author);
  }

  /** Entries whose authors' tickets are by this issuer, held or not. */
  issuerCount(issuer: Uint8Array): number {
    return this.#issuerNos.uses(issuer);
  }

  seenOnlyCount(author: Uint8Array): number {
    const no = this.#authorNos.find(author);
    return no === -1 ? 0 : this.#seenOnlyByAuthor.bytes(no);
  }

  authorBytes(author: Uint8Array, urgent: boolean): number {
    const no = this.#authorNos.find(author);
    return no === -1 ? 0 : this.#byAuthor.bytes(no * 2 + (urgent ? 1 : 0));
  }

  issuerBytes(issuer: Uint8Array): number {
    const no = this.#issuerNos.find(issuer);
    return no === -1 ? 0 : this.#byIssuer.bytes(no);
  }

  /** The entry that expires first, or -1. */
  firstToExpire(): number {
    return this.#expiry.first();
  }

  /** All ids of a lane, one after the other, 32 bytes each. */
  liveIds(lane: Lane): Uint8Array {
    const ids = new Uint8Array(this.#laneCounts[lane]! * idBytes);
    let at = 0;
    const wanted = 1 | (lane << 2);
    for (let slot = 0; slot < this.#end; slot++) {
      if ((this.#flags[slot]! & 0b1101) !== wanted) continue;
      ids.set(this.id(slot), at);
      at += idBytes;
    }
    return ids;
  }

  /**
   * The xor of the first 16 bytes of all ids of a lane: equal for equal sets, kept up to date at no
   * cost. It is not a commitment: somebody with hundreds of own bundles can make two sets of them
   * that look alike, and so delay these very bundles until the next other one differs.
   */
  digest(lane: Lane): Uint8Array {
    return this.#digests[lane]!.slice();
  }

  count(lane: Lane): number {
    return this.#laneCounts[lane]!;
  }

  /** An entry comes to its lane's set or goes from it: xor is its own inverse. */
  #countIn(slot: number, change: 1 | -1): void {
    const lane = this.lane(slot);
    const digest = this.#digests[lane]!;
    const start = slot * idBytes;
    this.#laneCounts[lane]! += change;
    for (let i = 0; i < digestBytes; i++) digest[i]! ^= this.#ids[start + i]!;
  }

  /** Counted in a budget that many authors share: an issuer's guests, or a foreign site. */
  #isShared(slot: number): boolean {
    const role = this.role(slot);
    return role === Role.guest || role === Role.foreign;
  }

  #hold(slot: number, first = false): void {
    const bytes = this.#bytes[slot]!;
    const goesBefore = (other: number) => this.#seqs[other]! < this.#seqs[slot]!;
    this.#flags[slot] = this.#flags[slot]! | 2;
    this.#byClass.insert(this.classOf(slot), slot, { bytes, first });
    this.#byAuthor.insert(this.#authorList(slot), slot, { bytes, goesBefore });
    if (this.#isShared(slot)) this.#byIssuer.insert(this.#issuers[slot]!, slot, { bytes, first });
    this.#held++;
    this.#contentBytes += bytes;
  }

  /** Each counts as one in its lists: what they sum up are entries, not bytes. */
  #listSeenOnly(slot: number): void {
    this.#seenOnly.insert(0, slot, { bytes: 1 });
    this.#seenOnlyByAuthor.insert(this.#authors[slot]!, slot, { bytes: 1 });
    if (!this.#isShared(slot)) return;
    this.#seenOnlyByIssuer.insert(this.#issuers[slot]!, slot, { bytes: 1 });
  }

  #unlistSeenOnly(slot: number): void {
    this.#seenOnly.remove(0, slot, 1);
    this.#seenOnlyByAuthor.remove(this.#authors[slot]!, slot, 1);
    if (this.#isShared(slot)) this.#seenOnlyByIssuer.remove(this.#issuers[slot]!, slot, 1);
  }

  #authorList(slot: number): number {
    return this.#authors[slot]! * 2 + (this.lane(slot) === Lane.urgent ? 1 : 0);
  }

  #idEquals(slot: number, id: Uint8Array): boolean {
    const start = slot * idBytes;
    for (let i = 0; i < idBytes; i++) if (this.#ids[start + i] !== id[i]) return false;
    return true;
  }

  /**
   * Keyed multiply-mix over 8 bytes: ids are chosen by strangers, the keys are not known to them.
   */
  #hashId(id: Uint8Array): number {
    const low = id[0]! | (id[1]! << 8) | (id[2]! << 16) | (id[3]! << 24);
    const high = id[4]! | (id[5]! << 8) | (id[6]! << 16) | (id[7]! << 24);
    return this.#mix(low, high);
  }

  #hashSeq(authorNo: number, seq: number): number {
    // Mixed twice: authors choose both halves of a number, and could make up for another's `no`.
    return this.#mix(this.#mix(authorNo, Math.floor(seq / 2 ** 32)), seq | 0);
  }

  #mix(low: number, high: number): number {
    const keys = this.#hashKeys;
    let h = Math.imul(low ^ keys[0]!, keys[1]! | 1);
    h = Math.imul(h ^ (h >>> 15) ^ high ^ keys[2]!, keys[3]! | 1);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    return (h ^ (h >>> 13)) >>> 0;
  }

  #grow(): void {
    const capacity = Math.max(capacityFirst, this.#capacity * 2);
    this.#ids = enlarge(this.#ids, new Uint8Array(capacity * idBytes));
    this.#rows = enlarge(this.#rows, new Float64Array(capacity));
    this.#seqs = enlarge(this.#seqs, new Float64Array(capacity));
    this.#arrived = enlarge(this.#arrived, new Float64Array(capacity));
    this.#ages = enlarge(this.#ages, new Float64Array(capacity));
    this.#authors = enlarge(this.#authors, new Int32Array(capacity));
    this.#issuers = enlarge(this.#issuers, new Int32Array(capacity));
    this.#bytes = enlarge(this.#bytes, new Uint32Array(capacity));
    this.#hops = enlarge(this.#hops, new Uint8Array(capacity));
    this.#hopLimits = enlarge(this.#hopLimits, new Uint8Array(capacity));
    this.#flags = enlarge(this.#flags, new Uint8Array(capacity));
    const held = [this.#byClass, this.#byAuthor, this.#byIssuer];
    const seenOnly = [this.#seenOnly, this.#seenOnlyByAuthor, this.#seenOnlyByIssuer];
    for (const lists of [...held, ...seenOnly]) lists.reserve(capacity);
    this.#capacity = capacity;
  }
}

function* walk(lists: SlotLists, list: number): Generator<number> {
  let slot = lists.first(list);
  while (slot !== -1) {
    // Read before yielding: the caller may evict the slot that it is given.
    const next = lists.next(slot);
    yield slot;
    slot = next;
  }
}

function enlarge<T extends { set(from: T): void }>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
