/** What an operator can mend is a MusterError at the start, and leaves the files as they are. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MusterError } from '@muster/core';
import { StoreSamples } from '@muster/core/testing';
import Sqlite from 'better-sqlite3';
import { migrate } from '../../src/store-sqlite/database-file.ts';
import { openSqliteStore } from '../../src/store-sqlite/index.ts';
import { migrations } from '../../src/store-sqlite/schema.ts';
import { committed, Disk } from './support/disk.ts';
import { mountTmpfs } from './support/tmpfs.ts';

function assertRefused(disk: Disk, path: string, code: string): void {
  assert.throws(
    () => openSqliteStore({ path, logger: disk.logger }),
    (error) => {
      assert.ok(error instanceof MusterError, String(error));
      assert.equal(error.code, code);
      assert.match(error.mend, /^[A-Z].*\.$/);
      return true;
    },
  );
}

async function withDisk(run: (disk: Disk) => Promise<void>): Promise<void> {
  const disk = new Disk();
  try {
    await run(disk);
  } finally {
    await disk.remove();
  }
}

test('no folder, a folder for a file, a file for a folder', () =>
  withDisk(async (disk) => {
    assertRefused(disk, join(disk.folder, 'none', 'store.sqlite'), 'store-no-folder');
    mkdirSync(disk.path);
    assertRefused(disk, disk.path, 'store-is-folder');
    const file = join(disk.folder, 'file');
    writeFileSync(file, '');
    assertRefused(disk, join(file, 'store.sqlite'), 'store-no-folder');
  }));

test('a folder that cannot be written', () =>
  withDisk(async (disk) => {
    const folder = join(disk.folder, 'readonly');
    mkdirSync(folder);
    const unmount = mountTmpfs(folder, 'ro');
    if (!unmount) chmodSync(folder, 0o500);
    try {
      assertRefused(disk, join(folder, 'store.sqlite'), 'store-not-writable');
    } finally {
      unmount?.();
    }
  }));

test('a store on a disk that turned read-only', () =>
  withDisk(async (disk) => {
    const folder = join(disk.folder, 'mounted');
    mkdirSync(folder);
    const path = join(folder, 'store.sqlite');
    const unmount = mountTmpfs(folder, 'size=16m');
    try {
      const { store } = openSqliteStore({ path, logger: disk.logger });
      await committed(store, { put: new StoreSamples({ seed: 1 }).bundles(3) });
      await store.close();
      if (unmount) execFileSync('mount', ['-o', 'remount,ro', folder]);
      else chmodSync(path, 0o400);
      assertRefused(disk, path, 'store-not-writable');
    } finally {
      unmount?.();
    }
  }));

test('a store that is in use, by this process or another one', () =>
  withDisk(async (disk) => {
    const { store } = disk.open();
    assertRefused(disk, disk.path, 'store-in-use');
    const index = new URL('../../src/store-sqlite/index.ts', import.meta.url);
    const other = `
      import { createMemoryLogger } from '@muster/core/testing';
      import { openSqliteStore } from ${JSON.stringify(index.href)};
      try {
        openSqliteStore({ path: ${JSON.stringify(disk.path)}, logger: createMemoryLogger() });
      } catch (error) {
        process.stdout.write(error.code);
      }`;
    const cwd = new URL('../..', import.meta.url);
    const args = ['--input-type=module', '-e', other];
    assert.equal(execFileSync(process.execPath, args, { cwd, encoding: 'utf8' }), 'store-in-use');
    await store.close();
    await disk.open().store.close();
  }));

test('a database of another program stays as it is', () =>
  withDisk(async (disk) => {
    const db = new Sqlite(disk.path);
    db.exec('CREATE TABLE other (x); INSERT INTO other VALUES (1)');
    db.close();
    const before = readFileSync(disk.path);
    assertRefused(disk, disk.path, 'store-foreign');
    assert.deepEqual(readFileSync(disk.path), before);
  }));

test('a newer format stays as it is', () =>
  withDisk(async (disk) => {
    const { store } = disk.open();
    await committed(store, { put: new StoreSamples({ seed: 1 }).bundles(3) });
    await store.close();
    const db = new Sqlite(disk.path);
    db.pragma(`user_version = ${migrations.length + 1}`);
    db.close();
    const before = readFileSync(disk.path);
    assertRefused(disk, disk.path, 'store-newer');
    assert.deepEqual(readFileSync(disk.path), before);
  }));

test('migrations run once each, in order, and wholly or not at all', () =>
  withDisk(async (disk) => {
    const steps = [
      'CREATE TABLE a (x INTEGER) STRICT',
      'INSERT INTO a VALUES (1); CREATE TABLE b (x INTEGER) STRICT',
    ];
    const db = new Sqlite(disk.path);
    migrate(db, steps.slice(0, 1));
    migrate(db, steps);
    migrate(db, steps);
    const count = db.prepare('SELECT count(*) FROM a').pluck();
    assert.equal(count.get(), 1);
    assert.throws(() => migrate(db, [...steps, 'INSERT INTO a VALUES (2); not SQL']));
    assert.equal(count.get(), 1);
    assert.equal(db.pragma('user_version', { simple: true }), 2);
    db.close();
  }));

test('an empty file is a new store', () =>
  withDisk(async (disk) => {
    writeFileSync(disk.path, '');
    const { store, quarantined } = disk.open();
    assert.equal(quarantined, undefined);
    const outcome = await committed(store, { put: new StoreSamples({ seed: 1 }).bundles(3) });
    assert.deepEqual(outcome, { ok: true });
  }));
