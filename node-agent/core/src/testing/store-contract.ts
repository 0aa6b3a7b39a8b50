/**
 * What every Store must do, whatever it rests on (step 3): batches are atomic, reads see them at
 * once, `onDurable` comes in order and never early, and what was durable is there after reopening.
 * The maker says how time passes and how the disk fails.
 */
import type { CommitOutcome, Store, StoreBatch, StoredBundle, StoreEntry } from '../ports/store.ts';
import type { ContractAssert, ContractTools } from './contract.ts';
import { storeEntryContract } from './store-contract-entries.ts';
import { storeFailureContract } from './store-contract-failures.ts';
import { storePageContract } from './store-contract-pages.ts';
import { storeValueContract } from './store-contract-values.ts';
import { StoreSamples } from './store-samples.ts';

export interface StoreHarness {
  /** The open store; another one after each of the calls below. */
  readonly store: Store;
  /** Lets all commits that wait become durable, or fail. */
  settle(): Promise<void>;
  /** Closes the store and opens it again. */
  reopen(): Promise<void>;
  /** The process dies; the store is opened on what was left. */
  crash(): Promise<void>;
  /** From now on the disk takes no further content; false: it does again. */
  fill(full: boolean): Promise<void>;
  stop(): Promise<void>;
}

export interface StoreContractOptions {
  readonly name: string;
  readonly make: () => Promise<StoreHarness>;
}

export interface UnderTest {
  readonly harness: StoreHarness;
  readonly samples: StoreSamples;
  readonly assert: ContractAssert;
  /** Commits and lets it settle. */
  commit(batch: StoreBatch): Promise<CommitOutcome>;
  /** Commits, lets it settle, and fails unless it became durable. */
  commitOk(batch: StoreBatch): Promise<void>;
  loaded(): Loaded;
}

export interface Loaded {
  readonly entries: StoreEntry[];
  readonly expired: { readonly prefix: number[]; readonly forgetTickMs: number }[];
  readonly authors: { author: number[]; frozen: boolean; seqMax: number }[];
}

export type StoreTest = (what: string, run: (under: UnderTest) => Promise<void>) => void;

const seed = 7;

export function storeContract(options: StoreContractOptions, tools: ContractTools): void {
  const { assert } = tools;
  const test: StoreTest = (what, run) => {
    tools.test(`${options.name}: ${what}`, async () => {
      const harness = await options.make();
      try {
        await run(underTest(harness, assert));
      } finally {
        await harness.stop();
      }
    });
  };
  storeEntryContract(test);
  storeFailureContract(test);
  storePageContract(test);
  storeValueContract(test);
}

function underTest(harness: StoreHarness, assert: ContractAssert): UnderTest {
  const commit = async (batch: StoreBatch): Promise<CommitOutcome> => {
    const outcome = new Promise<CommitOutcome>((resolve) => harness.store.commit(batch, resolve));
    await harness.settle();
    return outcome;
  };
  return {
    harness,
    samples: new StoreSamples({ seed }),
    assert,
    commit,
    async commitOk(batch) {
      assert.deepEqual(await commit(batch), { ok: true });
    },
    loaded: () => loadedFrom(harness.store),
  };
}

/** All that `load` gives, in its order. */
export function loadedFrom(store: Store): Loaded {
  const loaded: Loaded = { entries: [], expired: [], authors: [] };
  store.load({
    entry: (entry) => loaded.entries.push(entry),
    expired: ({ prefix, forgetTickMs }) =>
      loaded.expired.push({ prefix: Array.from(prefix), forgetTickMs }),
    author: ({ author, frozen, seqMax }) =>
      loaded.authors.push({ author: Array.from(author), frozen, seqMax }),
  });
  return loaded;
}

export function rowsOf(bundles: readonly (StoredBundle | StoreEntry)[]): number[] {
  return bundles.map(({ row }) => row);
}
