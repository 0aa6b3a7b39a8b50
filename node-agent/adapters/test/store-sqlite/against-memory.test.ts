/** Random batches into both stores, which must then answer everything alike. Prints its seed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BundleKind, type Store, type StoreBatch } from '@muster/core';
import {
  chance,
  entryOf,
  FakeClock,
  intBelow,
  loadedFrom,
  MemoryStore,
  pick,
  type SeededRandom,
  StoreSamples,
} from '@muster/core/testing';
import { committed, Disk } from './support/disk.ts';

const runs = 4;
const stepsPerRun = 200;
const kinds = [BundleKind.message, BundleKind.channelDescription, BundleKind.profile];

class Batches {
  readonly samples: StoreSamples;
  readonly random: SeededRandom;
  #row = 0;
  /** Rows that were skipped and may still come. */
  readonly #late: number[] = [];

  constructor(seed: number) {
    this.samples = new StoreSamples({ seed, writers: 20, tags: 5 });
    this.random = this.samples.random;
  }

  next(): StoreBatch {
    const { random } = this;
    const count = chance(random, 0.1) ? intBelow(random, 150) : intBelow(random, 4);
    const put = Array.from({ length: count }, () => this.#bundle());
    const note = chance(random, 0.2) ? [{ ...entryOf(this.#bundle()), held: false }] : [];
    const rows = (share: number) =>
      chance(random, share)
        ? Array.from({ length: intBelow(random, 60) }, () => this.#anyRow())
        : [];
    return { put, note, evict: rows(0.3), forget: rows(0.2), ...this.#rest() };
  }

  #bundle() {
    const { random, samples } = this;
    const signedBytes = 1 + intBelow(random, chance(random, 0.05) ? 33_000 : 900);
    return samples.bundle({ row: this.#nextRow(), kind: pick(random, kinds), signedBytes });
  }

  #nextRow(): number {
    if (chance(this.random, 0.05)) {
      const late = this.#late.shift();
      if (late !== undefined) return late;
    }
    if (chance(this.random, 0.05)) this.#late.push(++this.#row);
    return ++this.#row;
  }

  #anyRow(): number {
    // Mostly old ones, as in life, and in runs.
    const from = intBelow(this.random, Math.max(1, this.#row));
    return Math.max(
      1,
      Math.floor((from * from) / Math.max(1, this.#row)) + intBelow(this.random, 10),
    );
  }

  #rest(): StoreBatch {
    const { random } = this;
    if (!chance(random, 0.3)) return {};
    const tick = intBelow(random, 1_000);
    return {
      expired: [{ prefix: random.bytes(8), forgetTickMs: tick }],
      forgetExpiredUntilTickMs: tick - 500,
      authors: [
        { ...pick(random, this.samples.writers), frozen: chance(random, 0.5), seqMax: tick },
      ],
      values: [[`v${intBelow(random, 4)}`, chance(random, 0.3) ? undefined : random.bytes(9)]],
    };
  }
}

function assertAlike(memory: Store, sqlite: Store, batches: Batches): void {
  const { samples, random } = batches;
  const tag = pick(random, samples.tags);
  const kind = pick(random, kinds);
  const cursor = samples.orderKey(1_767_225_600_000 + intBelow(random, 100_000));
  const queries = [
    { tag, limit: 1_000 },
    { tag, limit: 20, before: cursor },
    { tag, limit: 20, after: cursor, kind },
  ];
  for (const query of queries) assert.deepEqual(sqlite.page(query), memory.page(query));
  assert.deepEqual(sqlite.ofKind(kind, 30), memory.ofKind(kind, 30));
  for (let i = 0; i < 10; i++) {
    const row = 1 + intBelow(random, 1_000);
    assert.deepEqual(sqlite.get(row), memory.get(row));
  }
  for (const name of ['v0', 'v1', 'v2', 'v3']) {
    assert.deepEqual(sqlite.value(name), memory.value(name));
  }
}

function loadedAlike(memory: Store, sqlite: Store): void {
  const [expected, actual] = [loadedFrom(memory), loadedFrom(sqlite)];
  assert.deepEqual(actual.entries, expected.entries);
  const order = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  assert.deepEqual(actual.authors.sort(order), expected.authors.sort(order));
  assert.deepEqual(actual.expired.sort(order), expected.expired.sort(order));
}

async function run(seed: number): Promise<void> {
  const disk = new Disk();
  const clock = new FakeClock();
  const memory = new MemoryStore({ clock });
  let sqlite = disk.open().store;
  const batches = new Batches(seed);
  try {
    for (let step = 0; step < stepsPerRun; step++) {
      const batch = batches.next();
      memory.commit(batch, () => {});
      const outcome = committed(sqlite, batch);
      // Often while it still waits, sometimes in the middle of a group.
      if (chance(batches.random, 0.3)) assertAlike(memory, sqlite, batches);
      if (chance(batches.random, 0.5)) assert.deepEqual(await outcome, { ok: true });
      if (!chance(batches.random, 0.06)) continue;
      await outcome;
      clock.advance(1_000);
      if (chance(batches.random, 0.5)) disk.crash();
      else await sqlite.close();
      sqlite = disk.open().store;
      loadedAlike(memory, sqlite);
    }
    loadedAlike(memory, sqlite);
  } finally {
    await disk.remove();
  }
}

const first = Number(process.env.SEED ?? 1);
for (let seed = first; seed < first + runs; seed++) {
  test(`answers as the memory store does (SEED=${seed})`, () => run(seed));
}
