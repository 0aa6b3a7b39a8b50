/**
 * The power is cut: what is left is what the last finished sync saw, and all that anybody was told
 * of is in it. The sync is replaced by one that keeps the files as they were when it began.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CommitOutcome } from '@muster/core';
import { chance, intBelow, SeededRandom, StoreSamples } from '@muster/core/testing';
import { committed, Disk } from './support/disk.ts';

interface Platter {
  readonly files: ReadonlyMap<string, Uint8Array>;
}

function read(path: string): Platter {
  const files = new Map<string, Uint8Array>();
  for (const part of ['', '-wal']) {
    if (existsSync(path + part)) files.set(part, readFileSync(path + part));
  }
  return { files };
}

const seed = Number(process.env.SEED ?? 1);

test(`nobody was told of what a power cut takes (SEED=${seed})`, async () => {
  const disk = new Disk();
  const random = new SeededRandom(seed);
  const samples = new StoreSamples({ seed });
  const told: number[] = [];
  const cuts: { platter: Platter; told: readonly number[] }[] = [];
  let platter = read(disk.path);
  const { store } = disk.open({
    groupWindowMs: 1,
    sync(fd, done) {
      assert.equal(readlinkSync(`/proc/self/fd/${fd}`), `${disk.path}-wal`);
      const seen = read(disk.path);
      setTimeout(
        () => {
          platter = seen;
          done(null);
        },
        intBelow(random, 5),
      );
    },
  });
  try {
    for (let i = 0; i < 250; i++) {
      const put = samples.bundles(1 + intBelow(random, chance(random, 0.1) ? 400 : 8));
      const waits = new Promise<void>((resolve) => {
        store.commit({ put }, ({ ok }) => {
          if (ok) told.push(...put.map(({ row }) => row));
          if (chance(random, 0.1)) cuts.push({ platter, told: [...told] });
          resolve();
        });
      });
      if (chance(random, 0.4)) await waits;
    }
    await committed(store, {});
    assert.ok(cuts.length > 10);
    for (const [i, cut] of cuts.entries()) {
      const path = join(disk.folder, `cut-${i}.sqlite`);
      for (const [part, bytes] of cut.platter.files) writeFileSync(path + part, bytes);
      const { store: left, quarantined } = disk.open({ path });
      assert.equal(quarantined, undefined);
      for (const row of cut.told) assert.notEqual(left.get(row), undefined, `row ${row} is lost`);
      await left.close();
    }
  } finally {
    await disk.remove();
  }
});

test('after a failed sync nothing more is promised', async () => {
  const disk = new Disk();
  const samples = new StoreSamples({ seed: 1 });
  let fail = false;
  const { store } = disk.open({
    sync: (_fd, done) => setImmediate(() => done(fail ? new Error('EIO') : null)),
  });
  const failed: CommitOutcome = { ok: false, reason: 'io-error' };
  try {
    assert.deepEqual(await committed(store, { put: samples.bundles(3) }), { ok: true });
    fail = true;
    const outcomes = Promise.all(
      samples.bundles(4).map((bundle) => committed(store, { put: [bundle] })),
    );
    assert.deepEqual(await outcomes, [failed, failed, failed, failed]);
    fail = false;
    assert.deepEqual(await committed(store, { put: samples.bundles(1) }), failed);
    assert.equal(disk.logged('sync-failed'), 1);
    assert.notEqual(store.get(1), undefined);
  } finally {
    await disk.remove();
  }
});
