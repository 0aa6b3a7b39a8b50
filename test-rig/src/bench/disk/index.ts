/**
 * `disk`: bytes that reach the disk for a stored bundle of 300 bytes payload, beside those 300:
 * what wears a card (step 3). Twenty bundles a commit, tickets of two hundred authors included,
 * from the first commit until the closed store has moved its log into the file. What was tried on
 * the way to it stands in README.md beside this file.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openSqliteStore } from '@muster/adapters/store-sqlite';
import type { Store, StoreBatch } from '@muster/core';
import { createMemoryLogger, StoreSamples } from '@muster/core/testing';
import type { BenchOptions, Figure } from '../figure.ts';
import { median } from '../median.ts';
import { bytesToDisk, mustCount } from './bytes-to-disk.ts';

const payloadBytes = 300;
const ticketBytes = 250;
const perCommit = 20;

export async function benchDisk(options: BenchOptions): Promise<Figure[]> {
  const folder = newFolder();
  const samples: number[] = [];
  try {
    mustCount(folder);
    for (let round = 0; round < (options.quick ? 1 : 3); round++) {
      const bundles = options.quick ? 4_000 : 40_000;
      const path = join(folder, `${round}.sqlite`);
      samples.push(await bytesPerBundle(path, { bundles, seed: round }));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const ours = median(samples);
  return [
    {
      name: 'disk',
      unit: 'bytes written to disk per bundle',
      ours,
      peer: payloadBytes,
      ratio: ours / payloadBytes,
      goal: '<= 8',
      samples: samples.map((bytes) => bytes / payloadBytes),
    },
  ];
}

/** In the working folder, not among temporary files: those are often in memory. */
function newFolder(): string {
  const parent = resolve('.cache');
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, 'bench-disk-'));
}

async function bytesPerBundle(
  path: string,
  options: { readonly bundles: number; readonly seed: number },
): Promise<number> {
  const samples = new StoreSamples({ seed: options.seed, writers: 200, tags: 16 });
  const { store } = openSqliteStore({ path, logger: createMemoryLogger() });
  const before = bytesToDisk();
  let left = samples.writers.slice();
  for (let put = 0; put < options.bundles; put += perCommit) {
    const bundles = samples.bundles(perCommit);
    const newcomers = left.slice(0, perCommit);
    left = left.slice(perCommit);
    const batches = bundles.map((bundle, i): StoreBatch => {
      const id = newcomers[i]?.ticketId;
      const tickets = id ? [{ id, wire: samples.random.bytes(ticketBytes) }] : [];
      return { put: [bundle], tickets };
    });
    await committed(store, batches);
  }
  await store.close();
  return (bytesToDisk() - before) / options.bundles;
}

function committed(store: Store, batches: readonly StoreBatch[]): Promise<void> {
  return new Promise((done, fail) => {
    let left = batches.length;
    for (const batch of batches) {
      store.commit(batch, (outcome) => {
        if (!outcome.ok) fail(new Error(`refused: ${outcome.reason}`));
        else if (--left === 0) done();
      });
    }
  });
}
