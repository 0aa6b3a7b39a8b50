/**
 * The store of a node under load (step 3): bundles of many sizes and authors, evictions, things
 * that expire and are forgotten, values, checkpoints, several openings, of which some end with kill
 * -9. Whatever it said was durable must be there, and read back right.
 */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { openSqliteStore } from '@muster/adapters/store-sqlite';
import type { Store, StoreBatch, StoredBundle } from '@muster/core';
import {
  chance,
  createMemoryLogger,
  intBelow,
  type SeededRandom,
  StoreSamples,
} from '@muster/core/testing';
import { checkSqliteFile, quarantinesOf } from './sqlite-file.ts';
import type { KilledAtSync, LifeOptions, Mark, Promises, Workload } from './workload.ts';

const commitsPerLife = 120;
/** Batches that are handed over together. */
const groupMax = 5;
/** Bundles held at once: what is older is evicted, so that a state stays small. */
const heldMax = 120;
const rowsPerLife = 100_000;
const counterName = 'counter';

interface Going {
  readonly going: readonly number[];
}

/** Rows with the sum over what they hold. */
type Rows = readonly (readonly [row: number, sum: number])[];

/** What a start finds is answered *held* from then on, without another word to the disk. */
interface Found {
  readonly found: Rows;
}

interface Held {
  readonly held: Rows;
  readonly counter: number;
  readonly author: string;
  readonly seqMax: number;
}

type StoreMark = Going | Found | Held;

export const storeWorkload: Workload<StoreMark> = {
  name: 'store',
  lives: 4,
  live,
  promises: () => new StorePromises(),
};

function open(folder: string): Store {
  const path = join(folder, 'store.db');
  const logger = createMemoryLogger();
  return openSqliteStore({ path, logger, reserveBytes: 8_192, groupWindowMs: 1 }).store;
}

async function live({ life, folder, seed, mark }: LifeOptions<StoreMark>): Promise<KilledAtSync> {
  const store = open(folder);
  mark({ found: rowsIn(store) });
  const samples = new StoreSamples({ seed: seed + life, writers: 9 });
  const load = new Load(samples, life * rowsPerLife);
  for (let i = 0; i < commitsPerLife; i += groupMax) {
    const group = 1 + intBelow(samples.random, groupMax);
    await Promise.all(Array.from({ length: group }, () => commit(store, load, mark)));
  }
  if (life % 3 === 2) {
    await store.close();
    return undefined;
  }
  for (let i = 0; i < groupMax; i++) void commit(store, load, mark);
  return 1;
}

async function commit(store: Store, load: Load, mark: Mark<StoreMark>): Promise<void> {
  const { batch, held, going } = load.next();
  if (going.length > 0) mark({ going });
  const answer = Promise.withResolvers<void>();
  store.commit(batch, ({ ok }) => {
    if (!ok) throw new Error('the store did not take it');
    mark(held);
    answer.resolve();
  });
  await answer.promise;
}

/** What is committed, one batch after the other. */
class Load {
  readonly #samples: StoreSamples;
  readonly #random: SeededRandom;
  readonly #held: number[] = [];
  readonly #evicted: number[] = [];
  #row: number;
  #commits: number;

  constructor(samples: StoreSamples, row: number) {
    this.#samples = samples;
    this.#random = samples.random;
    this.#row = row;
    this.#commits = row;
  }

  next(): { batch: StoreBatch; held: Held; going: readonly number[] } {
    const random = this.#random;
    const counter = ++this.#commits;
    const put = Array.from({ length: 1 + intBelow(random, 6) }, () => this.#bundle());
    const evict = this.#held.splice(0, Math.max(0, this.#held.length - heldMax));
    this.#evicted.push(...evict);
    const forget = this.#evicted.splice(0, chance(random, 0.2) ? 20 : 0);
    this.#held.push(...put.map(({ row }) => row));
    const { author } = put[0]!;
    const value = new Uint8Array(4);
    new DataView(value.buffer).setUint32(0, counter);
    const batch: StoreBatch = {
      put,
      evict,
      forget,
      expired: forget.map((row) => ({ prefix: random.bytes(8), forgetTickMs: row * 100 })),
      forgetExpiredUntilTickMs: Math.max(0, counter - 300) * 100,
      authors: [{ author, seqMax: counter, frozen: false }],
      tickets: chance(random, 0.2) ? [{ id: random.bytes(16), wire: random.bytes(300) }] : [],
      values: [[counterName, value]],
    };
    const held = put.map((bundle) => [bundle.row, sumOf(bundle)] as const);
    const author64 = Buffer.from(author).toString('base64url');
    return { batch, held: { held, counter, author: author64, seqMax: counter }, going: evict };
  }

  #bundle(): StoredBundle {
    const random = this.#random;
    const signedBytes = chance(random, 0.03) ? 20_000 : 150 + intBelow(random, 900);
    return this.#samples.bundle({ row: ++this.#row, signedBytes });
  }
}

class StorePromises implements Promises<StoreMark> {
  readonly #held = new Map<number, number>();
  readonly #seqMax = new Map<string, number>();
  #counter = 0;

  saw(mark: StoreMark): void {
    if ('going' in mark) {
      for (const row of mark.going) this.#held.delete(row);
      return;
    }
    for (const [row, sum] of 'found' in mark ? mark.found : mark.held) this.#held.set(row, sum);
    if ('found' in mark) return;
    this.#counter = Math.max(this.#counter, mark.counter);
    this.#seqMax.set(mark.author, mark.seqMax);
  }

  async check(folder: string): Promise<readonly string[]> {
    const path = join(folder, 'store.db');
    const store = open(folder);
    const faults = [...quarantinesOf(path), ...this.#lost(store), ...this.#wentBack(store)];
    // It is of use again: what is written now is there at the next start.
    const again = Promise.withResolvers<boolean>();
    store.commit({ values: [['after', Uint8Array.of(1)]] }, ({ ok }) => again.resolve(ok));
    if (!(await again.promise)) faults.push('it takes nothing more');
    await store.close();
    return [...faults, ...checkSqliteFile(path)];
  }

  #lost(store: Store): string[] {
    const found = new Map(rowsIn(store));
    const faults: string[] = [];
    for (const [row, sum] of this.#held) {
      if (found.get(row) === sum) continue;
      faults.push(`row ${row}: ${found.has(row) ? 'reads back wrong' : 'held and lost'}`);
    }
    return faults;
  }

  #wentBack(store: Store): string[] {
    const faults: string[] = [];
    const value = Buffer.from(store.value(counterName) ?? new Uint8Array(4));
    if (value.readUInt32BE(0) < this.#counter) faults.push('a value went back');
    const seqMax = new Map<string, number>();
    store.load({
      entry() {},
      expired() {},
      author(record) {
        seqMax.set(Buffer.from(record.author).toString('base64url'), record.seqMax);
      },
    });
    for (const [author, promised] of this.#seqMax) {
      if ((seqMax.get(author) ?? -1) < promised) faults.push(`author ${author} went back`);
    }
    return faults;
  }
}

function rowsIn(store: Store): Rows {
  const held = store.since({ row: 0, limit: Number.POSITIVE_INFINITY });
  return held.map((bundle) => [bundle.row, sumOf(bundle)]);
}

function sumOf({ id, signed, signature }: StoredBundle): number {
  return crc32(signature, crc32(signed, crc32(id)));
}
