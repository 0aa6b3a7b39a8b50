/**
 * What a memory store holds, and how a batch changes it (step 3). Every change can be taken back,
 * which is how a commit fails and how a crash loses what was not yet durable. Decides nothing.
 */
import { compareBytes } from '../bytes/compare.ts';
import { bytesKey } from '../bytes/key.ts';
import { storeLimits } from '../limits.ts';
import type {
  AuthorRecord,
  ExpiredId,
  ForkProof,
  PageQuery,
  StoreBatch,
  StoredBundle,
  StoreEntry,
} from '../ports/store.ts';

type Undo = () => void;

export class MemoryTables {
  readonly entries = new Map<number, StoreEntry | StoredBundle>();
  readonly expired = new Map<string, ExpiredId>();
  readonly authors = new Map<string, AuthorRecord>();
  readonly tickets = new Map<string, Uint8Array>();
  readonly proofs = new Map<string, ForkProof>();
  readonly values = new Map<string, Uint8Array>();
  /** Held bundles of each tag in the one order. */
  readonly #pages = new Map<string, StoredBundle[]>();
  /** Bytes of all content. */
  contentBytes = 0;

  /** What forbids to apply the batch: a mistake of the caller, never the state of a disk. */
  mistakeIn(batch: StoreBatch): boolean {
    const rows = [...(batch.put ?? []), ...(batch.note ?? [])].map(({ row }) => row);
    if (new Set(rows).size < rows.length || rows.some((row) => this.entries.has(row))) return true;
    return (batch.values ?? []).some(
      ([, value]) => (value?.length ?? 0) > storeLimits.valueBytesMax,
    );
  }

  /** Applies the batch; what is returned takes it back, newest batch first. */
  apply(batch: StoreBatch): Undo {
    const undo: Undo[] = [];
    for (const bundle of batch.put ?? []) this.#add(bundle, undo);
    for (const entry of batch.note ?? []) this.#add(entry, undo);
    for (const row of batch.evict ?? []) this.#evict(row, undo);
    for (const row of batch.forget ?? []) this.#forget(row, undo);
    this.#applyRest(batch, undo);
    return () => {
      for (const step of undo.reverse()) step();
    };
  }

  get(row: number): StoredBundle | undefined {
    const entry = this.entries.get(row);
    return entry && isHeld(entry) ? entry : undefined;
  }

  page(query: PageQuery): StoredBundle[] {
    const { after, before, kind, limit } = query;
    const all = this.#pages.get(bytesKey(query.tag)) ?? [];
    const ofKind = (bundles: StoredBundle[]) =>
      bundles.filter((bundle) => kind === undefined || bundle.kind === kind).slice(0, limit);
    if (after) return ofKind(all.filter(({ orderKey }) => compareBytes(orderKey, after) > 0));
    if (!before) return ofKind(all.toReversed());
    return ofKind(all.filter(({ orderKey }) => compareBytes(orderKey, before) < 0).reverse());
  }

  #applyRest(batch: StoreBatch, undo: Undo[]): void {
    for (const expired of batch.expired ?? []) {
      set(this.expired, expiredKey(expired), expired, undo);
    }
    const until = batch.forgetExpiredUntilTickMs ?? Number.NEGATIVE_INFINITY;
    for (const [key, { forgetTickMs }] of this.expired) {
      if (forgetTickMs <= until) set(this.expired, key, undefined, undo);
    }
    for (const author of batch.authors ?? []) {
      set(this.authors, bytesKey(author.author), author, undo);
    }
    for (const { id, wire } of batch.tickets ?? []) set(this.tickets, bytesKey(id), wire, undo);
    for (const proof of batch.proofs ?? []) {
      const key = bytesKey(proof.author);
      if (this.proofs.has(key) || this.proofs.size >= storeLimits.forkProofsMax) continue;
      set(this.proofs, key, proof, undo);
    }
    for (const [name, value] of batch.values ?? []) set(this.values, name, value, undo);
  }

  #add(entry: StoreEntry | StoredBundle, undo: Undo[]): void {
    set(this.entries, entry.row, entry, undo);
    if (isHeld(entry)) {
      this.#hold(entry);
      undo.push(() => this.#release(entry));
    }
  }

  #evict(row: number, undo: Undo[]): void {
    const bundle = this.get(row);
    if (!bundle) return;
    const { signed, signature, ticketId, ...entry } = bundle;
    set(this.entries, row, { ...entry, held: false }, undo);
    this.#release(bundle);
    undo.push(() => this.#hold(bundle));
  }

  #forget(row: number, undo: Undo[]): void {
    this.#evict(row, undo);
    set(this.entries, row, undefined, undo);
  }

  #hold(bundle: StoredBundle): void {
    const key = bytesKey(bundle.tag);
    const page = this.#pages.get(key) ?? [];
    page.splice(placeOf(page, bundle), 0, bundle);
    this.#pages.set(key, page);
    this.contentBytes += bundle.bytes;
  }

  #release(bundle: StoredBundle): void {
    const key = bytesKey(bundle.tag);
    const page = this.#pages.get(key) ?? [];
    page.splice(placeOf(page, bundle), 1);
    if (page.length === 0) this.#pages.delete(key);
    this.contentBytes -= bundle.bytes;
  }
}

function isHeld(entry: StoreEntry | StoredBundle): entry is StoredBundle {
  return entry.held;
}

function expiredKey({ prefix, forgetTickMs }: ExpiredId): string {
  return `${forgetTickMs}:${bytesKey(prefix)}`;
}

/** Sets or (with undefined) deletes, and notes how it was before. */
function set<K, V>(map: Map<K, V>, key: K, value: V | undefined, undo: Undo[]): void {
  const before = map.get(key);
  undo.push(() => put(map, key, before));
  put(map, key, value);
}

function put<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

/** Where a bundle stands, or would stand, among those of its tag: by order key, then by row. */
function placeOf(page: readonly StoredBundle[], bundle: StoredBundle): number {
  let low = 0;
  let high = page.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = page[middle]!;
    const difference = compareBytes(other.orderKey, bundle.orderKey) || other.row - bundle.row;
    if (difference < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
