/**
 * What a memory store holds, and how a batch changes it (step 3). Every change can be taken back,
 * which is how a commit fails and how a crash loses what was not yet durable. Decides nothing.
 */
import { compareBytes } from '../bytes/compare.ts';
import { bytesKey } from '../bytes/key.ts';
import { storeLimits } from '../limits.ts';
import type {
  AuthorRecord,
  ForkProof,
  PageQuery,
  StoreBatch,
  StoredBundle,
  StoreEntry,
} from '../ports/store.ts';
import { MemoryExpired } from './memory-expired.ts';
import type { SharedContents } from './shared-contents.ts';
import { entryOf } from './store-samples.ts';

type Undo = () => void;

export class MemoryTables {
  readonly entries = new Map<number, StoreEntry | StoredBundle>();
  readonly expired = new MemoryExpired();
  readonly authors = new Map<string, AuthorRecord>();
  readonly tickets = new Map<string, Uint8Array>();
  readonly proofs = new Map<string, ForkProof>();
  readonly values = new Map<string, Uint8Array>();
  /** Held bundles of each tag in the one order. */
  readonly #pages = new Map<string, StoredBundle[]>();
  readonly #contents: SharedContents | undefined;
  /** Bytes of all content. */
  contentBytes = 0;

  constructor(contents?: SharedContents) {
    this.#contents = contents;
  }

  /** What forbids to apply the batch: a mistake of the caller, never the state of a disk. */
  mistakeIn({ put = [], note = [], values = [] }: StoreBatch): boolean {
    const isKnown = ({ row }: StoreEntry) => this.entries.has(row);
    if (put.some(isKnown) || note.some(isKnown)) return true;
    const count = put.length + note.length;
    const rows = count > 1 && new Set([...put, ...note].map(({ row }) => row));
    if (rows && rows.size < count) return true;
    return values.some(([, value]) => (value?.length ?? 0) > storeLimits.valueBytesMax);
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

  page({ tag, after, before, kind, limit }: PageQuery): StoredBundle[] {
    const all = this.#pages.get(bytesKey(tag)) ?? [];
    const page: StoredBundle[] = [];
    const step = after ? 1 : -1;
    let at = after ? firstAfter(all, after) : all.length - 1;
    if (before && !after) at = firstFrom(all, before) - 1;
    for (; at >= 0 && at < all.length && page.length < limit; at += step) {
      const bundle = all[at]!;
      if (kind === undefined || bundle.kind === kind) page.push(bundle);
    }
    return page;
  }

  #applyRest(batch: StoreBatch, undo: Undo[]): void {
    for (const expired of batch.expired ?? []) {
      if (this.expired.add(expired)) undo.push(() => this.expired.delete(expired));
    }
    for (const due of this.expired.due(batch.forgetExpiredUntilTickMs ?? -1)) {
      this.expired.delete(due);
      undo.push(() => this.expired.add(due));
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
    const kept = isHeld(entry) ? (this.#contents?.hold(entry) ?? entry) : entry;
    set(this.entries, kept.row, kept, undo);
    if (!isHeld(kept)) return;
    this.#list(kept);
    undo.push(() => {
      this.#unlist(kept);
      this.#contents?.release(kept);
    });
  }

  #evict(row: number, undo: Undo[]): void {
    const bundle = this.get(row);
    if (!bundle) return;
    set(this.entries, row, { ...entryOf(bundle), held: false }, undo);
    this.#drop(bundle, undo);
  }

  #forget(row: number, undo: Undo[]): void {
    const bundle = this.get(row);
    if (bundle) this.#drop(bundle, undo);
    set(this.entries, row, undefined, undo);
  }

  /** A content goes. */
  #drop(bundle: StoredBundle, undo: Undo[]): void {
    this.#unlist(bundle);
    this.#contents?.release(bundle);
    undo.push(() => {
      this.#list(bundle);
      this.#contents?.hold(bundle);
    });
  }

  /** Puts a held bundle in its place in the one order. */
  #list(bundle: StoredBundle): void {
    const key = bytesKey(bundle.tag);
    const page = this.#pages.get(key);
    if (page) page.splice(placeOf(page, bundle), 0, bundle);
    else this.#pages.set(key, [bundle]);
    this.contentBytes += bundle.bytes;
  }

  #unlist(bundle: StoredBundle): void {
    const key = bytesKey(bundle.tag);
    const page = this.#pages.get(key)!;
    page.splice(placeOf(page, bundle), 1);
    if (page.length === 0) this.#pages.delete(key);
    this.contentBytes -= bundle.bytes;
  }
}

function isHeld(entry: StoreEntry | StoredBundle): entry is StoredBundle {
  return entry.held;
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
  const isBefore = (other: StoredBundle) =>
    (compareBytes(other.orderKey, bundle.orderKey) || other.row - bundle.row) < 0;
  // What is new mostly is the last.
  return isBefore(page.at(-1)!) ? page.length : firstNot(page, isBefore);
}

function firstAfter(page: readonly StoredBundle[], key: Uint8Array): number {
  return firstNot(page, ({ orderKey }) => compareBytes(orderKey, key) <= 0);
}

function firstFrom(page: readonly StoredBundle[], key: Uint8Array): number {
  return firstNot(page, ({ orderKey }) => compareBytes(orderKey, key) < 0);
}

/** The first for which it does not hold, as it does for all before that one and none behind. */
function firstNot(page: readonly StoredBundle[], holds: (bundle: StoredBundle) => boolean): number {
  let low = 0;
  let high = page.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(page[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
