/**
 * What memory has given up and a failed commit left in the store (step 3): rows to forget, ids
 * of the dead, what is known of authors. The next sweep takes it along, so that memory and store
 * agree again once the disk does. It also gives out the rows. It decides nothing.
 */
import { bytesKey } from '../bytes/key.ts';
import { storeLimits } from '../limits.ts';
import type { AuthorRecord, CommitOutcome, ExpiredId, Store, StoreBatch } from '../ports/store.ts';
import type { Authors } from '../receive/authors.ts';

const nextRowName = 'next-row';

export interface Owed {
  readonly forget: readonly number[];
  readonly expired: readonly ExpiredId[];
  readonly authors: readonly AuthorRecord[];
}

export class Ledger {
  readonly #store: Pick<Store, 'commit'>;
  readonly #authors: Authors;
  /** Rows of the store, so never more than it has, and what goes with them. */
  readonly #forget = new Map<number, number>();
  readonly #expired = new Map<string, ExpiredId>();
  readonly #owing = new Map<string, Uint8Array>();
  #nextRow = 1;

  constructor(store: Pick<Store, 'commit'>, authors: Authors) {
    this.#store = store;
    this.#authors = authors;
  }

  /** The next row to give. Rows only rise, also when the highest of them are forgotten. */
  takeRow(): number {
    return this.#nextRow++;
  }

  /** Where rows go on after a start; `rowMax` is the highest that the store still holds. */
  continueAfter(rowMax: number, store: Pick<Store, 'value'>): void {
    this.#nextRow = Math.max(rowMax + 1, decodeRow(store.value(nextRowName)));
  }

  /** Commits; what fails of it is owed, except content, which its caller takes back. */
  commit(given: StoreBatch, onDurable: (outcome: CommitOutcome) => void = () => {}): void {
    const keepsRows = Boolean(given.forget?.length || given.values?.length);
    const batch = keepsRows ? this.#withNextRow(given) : given;
    this.#store.commit(batch, (outcome) => {
      if (!outcome.ok) this.owe(batch);
      onDurable(outcome);
    });
  }

  /** A bounded part of what is owed, or undefined; it has to be part of the next batch. */
  take(): Owed | undefined {
    const sizes = [this.#forget, this.#expired, this.#owing].map(({ size }) => size);
    if (Math.max(...sizes) === 0) return undefined;
    return {
      forget: takeFirst(this.#forget),
      expired: takeFirst(this.#expired),
      // As it is now: a later commit may have written more than the one that failed.
      authors: takeFirst(this.#owing).map((author) => this.#authors.saw(author, -1)),
    };
  }

  /** Whoever keeps a place by its row must never meet another bundle there. */
  #withNextRow(batch: StoreBatch): StoreBatch {
    const value = [nextRowName, encodeRow(this.#nextRow)] as const;
    return { ...batch, values: [...(batch.values ?? []), value] };
  }

  owe({ forget = [], expired = [], authors = [] }: StoreBatch): void {
    for (const row of forget) this.#forget.set(row, row);
    for (const id of expired) this.#expired.set(bytesKey(id.prefix), id);
    for (const { author } of authors) this.#owing.set(bytesKey(author), author);
  }
}

/** Takes the first ones out, as many as one sweep may write. */
function takeFirst<T>(from: Map<unknown, T>): T[] {
  const taken: T[] = [];
  for (const [key, value] of from) {
    if (taken.length >= storeLimits.sweepForgetMax) break;
    taken.push(value);
    from.delete(key);
  }
  return taken;
}

/** 8 bytes, big-endian. */
function encodeRow(row: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(row));
  return bytes;
}

/** 1 where there is none, or a damaged one. */
function decodeRow(bytes: Uint8Array | undefined): number {
  if (bytes?.length !== 8) return 1;
  const row = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
  return row <= Number.MAX_SAFE_INTEGER ? row : 1;
}
