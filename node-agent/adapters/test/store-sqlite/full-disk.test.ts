/** A disk that is really full: a small one of its own where that may be mounted. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createMemoryLogger, loadedFrom, StoreSamples } from '@muster/core/testing';
import { openSqliteStore } from '../../src/store-sqlite/index.ts';
import { committed, Disk } from './support/disk.ts';
import { mountTmpfs } from './support/tmpfs.ts';

const mib = 1024 * 1024;
const reserveBytes = mib;

/** The folder of a disk of 8 MiB; without the right to mount, its fullness is only declared. */
function smallDisk(disk: Disk, declared = false) {
  const folder = join(disk.folder, 'small');
  mkdirSync(folder);
  const unmount = declared ? undefined : mountTmpfs(folder, 'size=8m');
  const bound = unmount ? {} : { diskBytesMax: 6 * mib };
  const options = { path: join(folder, 'store.sqlite'), logger: disk.logger, reserveBytes };
  return { folder, real: unmount !== undefined, unmount, options: { ...options, ...bound } };
}

async function fillAndRecover(declared: boolean): Promise<void> {
  const disk = new Disk();
  const { folder, real, unmount, options } = smallDisk(disk, declared);
  try {
    const samples = new StoreSamples({ seed: 2 });
    let { store } = openSqliteStore(options);
    const kept: number[] = [];
    for (;;) {
      const put = samples.bundles(8, { signed: samples.random.bytes(8_000) });
      const outcome = await committed(store, { put });
      if (!outcome.ok) {
        assert.equal(outcome.reason, 'disk-full');
        assert.equal(store.get(put[0]!.row), undefined);
        break;
      }
      kept.push(...put.map(({ row }) => row));
      assert.ok(kept.length < 2_000, 'the disk never got full');
    }
    assert.ok(kept.length > 300);
    assert.equal(existsSync(`${options.path}-reserve`), !real);

    // Eight times over, what is evicted makes room for something new; nothing else gets in.
    for (let i = 0; i < 8; i++) {
      const put = samples.bundles(40, { signed: samples.random.bytes(8_000) });
      assert.deepEqual(await committed(store, { put }), { ok: false, reason: 'disk-full' });
      // A few more than come: the entries of those that go stay.
      assert.deepEqual(await committed(store, { evict: kept.splice(0, 44) }), { ok: true });
      assert.deepEqual(await committed(store, { put }), { ok: true });
      kept.push(...put.map(({ row }) => row));
    }
    for (const row of kept) assert.notEqual(store.get(row), undefined);

    await store.close();
    ({ store } = openSqliteStore(options));
    for (const row of kept) assert.notEqual(store.get(row), undefined);
    assert.deepEqual(await committed(store, { evict: kept.splice(0, 40) }), { ok: true });

    if (real) execFileSync('mount', ['-o', 'remount,size=32m', folder]);
    else await store.close();
    if (!real) ({ store } = openSqliteStore({ ...options, diskBytesMax: 64 * mib }));
    const put = samples.bundles(900, { signed: samples.random.bytes(8_000) });
    assert.deepEqual(await committed(store, { put }), { ok: true });
    assert.equal(statSync(`${options.path}-reserve`).size, reserveBytes);
    await store.close();
  } finally {
    unmount?.();
    await disk.remove();
  }
}

test('a full disk takes what replaces something, survives a restart, and recovers', () =>
  fillAndRecover(false));

test('so does a store that has reached its own bound', () => fillAndRecover(true));

test('someone else fills the disk, and frees it again', async () => {
  const disk = new Disk();
  const { folder, real, unmount, options } = smallDisk(disk);
  try {
    const samples = new StoreSamples({ seed: 3 });
    const { store } = openSqliteStore(options);
    assert.deepEqual(await committed(store, { put: samples.bundles(100) }), { ok: true });
    const other = join(folder, 'other');
    assert.throws(() => {
      if (real) writeFileSync(other, Buffer.alloc(16 * mib));
      else throw new Error('not this disk');
    });
    const put = samples.bundles(100, { signed: samples.random.bytes(10_000) });
    if (real) {
      assert.deepEqual(await committed(store, { put }), { ok: false, reason: 'disk-full' });
      assert.deepEqual(await committed(store, { evict: [1, 2, 3] }), { ok: true });
    }
    rmSync(other, { force: true });
    assert.deepEqual(await committed(store, { put }), { ok: true });
    assert.equal(loadedFrom(store).entries.length, 200);
    await store.close();
  } finally {
    unmount?.();
    await disk.remove();
  }
});

test('a store that starts on a full disk serves what it has', async () => {
  const disk = new Disk();
  const { folder, real, unmount, options } = smallDisk(disk);
  try {
    const samples = new StoreSamples({ seed: 4 });
    const first = openSqliteStore(options).store;
    await committed(first, { put: samples.bundles(50) });
    await first.close();
    rmSync(`${options.path}-reserve`);
    if (real) assert.throws(() => writeFileSync(join(folder, 'other'), Buffer.alloc(16 * mib)));
    const logger = createMemoryLogger();
    const { store, quarantined } = openSqliteStore({ ...options, logger });
    assert.equal(quarantined, undefined);
    assert.equal(loadedFrom(store).entries.length, 50);
    assert.notEqual(store.get(50), undefined);
    await store.close();
  } finally {
    unmount?.();
    await disk.remove();
  }
});
