/**
 * The order in which entries go, and how much there is of whom (step 3 of a message's way): held
 * entries by class, author and issuer, and those without content in the order in which they lost
 * it. Kept up to date with every change, so that making room costs what it evicts. It decides
 * nothing: the rules are in `retention.ts`.
 */
import { Lane } from '../bundle/bundle.ts';
import type { RetentionClass } from './class.ts';
import type { EntryColumns } from './entry-columns.ts';
import type { Numbering } from './numbering.ts';
import { SlotLists } from './slot-lists.ts';

export class RetentionQueues {
  readonly #columns: EntryColumns;
  readonly #authorNos: Numbering;
  readonly #issuerNos: Numbering;
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

  constructor(columns: EntryColumns, authorNos: Numbering, issuerNos: Numbering) {
    this.#columns = columns;
    this.#authorNos = authorNos;
    this.#issuerNos = issuerNos;
  }

  /** Makes room for slots 0 to `slots` - 1. */
  reserve(slots: number): void {
    const held = [this.#byClass, this.#byAuthor, this.#byIssuer];
    const seenOnly = [this.#seenOnly, this.#seenOnlyByAuthor, this.#seenOnlyByIssuer];
    for (const lists of [...held, ...seenOnly]) lists.reserve(slots);
  }

  /** The entry has content now; it goes last of its class, or `first`. */
  addHeld(slot: number, first = false): void {
    const { bytes: allBytes, seqs, issuers } = this.#columns;
    const bytes = allBytes[slot]!;
    const goesBefore = (other: number) => seqs[other]! < seqs[slot]!;
    this.#byClass.insert(this.#columns.classOf(slot), slot, { bytes, first });
    this.#byAuthor.insert(this.#authorList(slot), slot, { bytes, goesBefore });
    if (!this.#columns.isShared(slot)) return;
    this.#byIssuer.insert(issuers[slot]!, slot, { bytes, first });
  }

  removeHeld(slot: number): void {
    const bytes = this.#columns.bytes[slot]!;
    this.#byClass.remove(this.#columns.classOf(slot), slot, bytes);
    this.#byAuthor.remove(this.#authorList(slot), slot, bytes);
    if (!this.#columns.isShared(slot)) return;
    this.#byIssuer.remove(this.#columns.issuers[slot]!, slot, bytes);
  }

  /** Each counts as one in its lists: what they sum up are entries, not bytes. */
  addSeenOnly(slot: number): void {
    const { authors, issuers } = this.#columns;
    this.#seenOnly.insert(0, slot, { bytes: 1 });
    this.#seenOnlyByAuthor.insert(authors[slot]!, slot, { bytes: 1 });
    if (!this.#columns.isShared(slot)) return;
    this.#seenOnlyByIssuer.insert(issuers[slot]!, slot, { bytes: 1 });
  }

  removeSeenOnly(slot: number): void {
    const { authors, issuers } = this.#columns;
    this.#seenOnly.remove(0, slot, 1);
    this.#seenOnlyByAuthor.remove(authors[slot]!, slot, 1);
    if (this.#columns.isShared(slot)) this.#seenOnlyByIssuer.remove(issuers[slot]!, slot, 1);
  }

  /** Held entries of a class, oldest arrival first. */
  *ofClass(retentionClass: RetentionClass): Generator<number> {
    yield* walk(this.#byClass, retentionClass);
  }

  /** Held entries of an author, lowest sequence number first; urgent ones are counted apart. */
  *ofAuthor(author: Uint8Array, urgent: boolean): Generator<number> {
    const no = this.#authorNos.find(author);
    if (no !== -1) yield* walk(this.#byAuthor, authorList(no, urgent));
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
    const held = this.#byAuthor.first(authorList(no, false));
    return held === -1 ? this.#byAuthor.first(authorList(no, true)) : held;
  }

  seenOnlyCount(author: Uint8Array): number {
    const no = this.#authorNos.find(author);
    return no === -1 ? 0 : this.#seenOnlyByAuthor.bytes(no);
  }

  authorBytes(author: Uint8Array, urgent: boolean): number {
    const no = this.#authorNos.find(author);
    return no === -1 ? 0 : this.#byAuthor.bytes(authorList(no, urgent));
  }

  issuerBytes(issuer: Uint8Array): number {
    const no = this.#issuerNos.find(issuer);
    return no === -1 ? 0 : this.#byIssuer.bytes(no);
  }

  #authorList(slot: number): number {
    return authorList(this.#columns.authors[slot]!, this.#columns.lane(slot) === Lane.urgent);
  }
}

function authorList(authorNo: number, urgent: boolean): number {
  return authorNo * 2 + (urgent ? 1 : 0);
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
