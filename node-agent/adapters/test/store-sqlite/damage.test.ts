/** Whatever happened to the files: the store opens, and gives only what was once put. */
import assert from 'node:assert/strict';
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import type { Store, StoredBundle } from '@muster/core';
import { intBelow, loadedFrom, SeededRandom, StoreSamples } from '@muster/core/testing';
import { committed, Disk } from './support/disk.ts';

const rounds = 60;

/** A disk with 300 bundles, closed; or crashed, so that most of them are in the log. */
async function filled(how: 'closed' | 'crashed'): Promise<{ disk: Disk; put: StoredBundle[] }> {
  const disk = new Disk();
  const samples = new StoreSamples({ seed: 5, writers: 8, tags: 3 });
  const put: StoredBundle[] = [];
  const { store } = disk.open();
  for (let i = 0; i < 15; i++) {
    const bundles = samples.bundles(20);
    put.push(...bundles);
    await committed(store, { put: bundles, values: [['i', Uint8Array.of(i)]] });
  }
  if (how === 'closed') await store.close();
  else disk.crash();
  return { disk, put };
}

/** All that the store gives was put; the number of bundles that it still has. */
function assertTruthful(store: Store, put: readonly StoredBundle[]): number {
  for (const entry of loadedFrom(store).entries) {
    assert.deepEqual(entry.id, put[entry.row - 1]?.id);
  }
  let held = 0;
  for (const bundle of put) {
    const got = store.get(bundle.row);
    if (!got) continue;
    assert.deepEqual(got, bundle);
    held++;
  }
  for (const tag of new Set(put.map((bundle) => bundle.tag))) {
    for (const got of store.page({ tag, limit: 999 })) assert.deepEqual(got, put[got.row - 1]);
  }
  return held;
}

function change(path: string, at: number, xor: number): void {
  const fd = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, at);
  byte[0]! ^= xor;
  writeSync(fd, byte, 0, 1, at);
  closeSync(fd);
}

async function afterEach(
  how: 'closed' | 'crashed',
  hurt: (disk: Disk, random: SeededRandom) => void,
): Promise<{ quarantined: number; held: number[] }> {
  const { disk, put } = await filled(how);
  const random = new SeededRandom(9);
  const result = { quarantined: 0, held: [] as number[] };
  try {
    for (const part of ['', '-wal']) {
      if (existsSync(disk.path + part)) copyFileSync(disk.path + part, `${disk.path}-good${part}`);
    }
    for (let round = 0; round < rounds; round++) {
      for (const part of ['', '-wal']) {
        const good = `${disk.path}-good${part}`;
        if (existsSync(good)) copyFileSync(good, disk.path + part);
      }
      hurt(disk, random);
      const { store, quarantined } = disk.open();
      if (quarantined) result.quarantined++;
      result.held.push(assertTruthful(store, put));
      const again = new StoreSamples({ seed: round }).bundle({ row: 10_000 });
      assert.deepEqual(await committed(store, { put: [again] }), { ok: true });
      await store.close();
      assert.ok(readdirSync(disk.folder).length < 20, 'files pile up');
    }
    return result;
  } finally {
    await disk.remove();
  }
}

test('changed bytes in the header', async () => {
  const { quarantined } = await afterEach('closed', (disk, random) =>
    change(disk.path, intBelow(random, 16), 1 + intBelow(random, 255)),
  );
  assert.equal(quarantined, rounds);
});

test('changed bytes anywhere in the file', async () => {
  const { held } = await afterEach('closed', (disk, random) =>
    change(disk.path, 100 + intBelow(random, disk.bytes - 100), 1 + intBelow(random, 255)),
  );
  assert.ok(
    held.some((count) => count > 200 && count < 300),
    'no damage was met',
  );
});

test('pages of zeros and of noise', async () => {
  const { quarantined } = await afterEach('closed', (disk, random) => {
    const page = 2048 * intBelow(random, Math.floor(disk.bytes / 2048));
    const fd = openSync(disk.path, 'r+');
    const bytes = intBelow(random, 2) === 0 ? new Uint8Array(2048) : random.bytes(2048);
    writeSync(fd, bytes, 0, bytes.length, page);
    closeSync(fd);
  });
  assert.ok(quarantined > 0);
});

test('a file cut anywhere', async () => {
  const { quarantined } = await afterEach('closed', (disk, random) =>
    truncateSync(disk.path, intBelow(random, disk.bytes)),
  );
  assert.ok(quarantined > rounds / 2);
});

test('a log cut anywhere', async () => {
  const { quarantined, held } = await afterEach('crashed', (disk, random) => {
    const wal = `${disk.path}-wal`;
    truncateSync(wal, intBelow(random, statSync(wal).size));
  });
  assert.equal(quarantined, 0);
  for (const count of held) assert.equal(count % 20, 0, 'a batch came half');
});

test('a log of noise, changed, or gone', async () => {
  const { held } = await afterEach('crashed', (disk, random) => {
    const wal = `${disk.path}-wal`;
    const bytes = statSync(wal).size;
    if (intBelow(random, 4) === 0) writeFileSync(wal, random.bytes(bytes));
    else change(wal, intBelow(random, bytes), 1 + intBelow(random, 255));
  });
  for (const count of held) assert.equal(count % 20, 0, 'a batch came half');
});

test('a damaged file is put aside whole, and at most three of them are kept', async () => {
  const disk = new Disk();
  try {
    for (let i = 1; i <= 5; i++) {
      const noise = new SeededRandom(i).bytes(5_000);
      writeFileSync(disk.path, noise);
      const { store, quarantined } = disk.open();
      assert.equal(quarantined, `${disk.path}.damaged-${i}`);
      assert.deepEqual(new Uint8Array(readFileSync(quarantined!)), noise);
      await store.close();
    }
    const kept = readdirSync(disk.folder).filter((name) => /\.damaged-\d+$/.test(name));
    const name = basename(disk.path);
    assert.deepEqual(
      kept.sort(),
      [3, 4, 5].map((i) => `${name}.damaged-${i}`),
    );
    assert.equal(disk.logged('store-damaged'), 5);
  } finally {
    await disk.remove();
  }
});

test('rows and values begin anew together: no place that was kept points beyond them', async () => {
  const { disk } = await filled('closed');
  try {
    writeFileSync(disk.path, new SeededRandom(3).bytes(5_000));
    const { store, quarantined } = disk.open();
    assert.ok(quarantined);
    assert.deepEqual(store.since({ row: 0, limit: 10 }), []);
    assert.equal(store.value('i'), undefined);
    await store.close();
  } finally {
    await disk.remove();
  }
});

/** Changes one byte where these bytes stand in the file. */
function hurtBytes(path: string, bytes: Uint8Array): void {
  const at = readFileSync(path).indexOf(bytes.subarray(0, 32));
  assert.ok(at > 0);
  change(path, at, 255);
}

test('changed content is not given out; its segment goes and may be filled again', async () => {
  const { disk, put } = await filled('closed');
  try {
    hurtBytes(disk.path, put[45]!.signed);
    const first = disk.open();
    assert.equal(first.quarantined, undefined);
    assert.equal(first.store.get(46), undefined);
    assert.equal(assertTruthful(first.store, put), 280);
    assert.equal(disk.logged('segment-damaged'), 1);
    await committed(first.store, {});
    assert.equal(loadedFrom(first.store).entries.length, 280);
    await committed(first.store, {
      put: put.slice(40, 60).map((b, i) => ({ ...b, row: 301 + i })),
    });
    await first.store.close();
    assert.equal(loadedFrom(disk.open().store).entries.length, 300);
  } finally {
    await disk.remove();
  }
});

test('a chain of content pages that broke is found at the start', async () => {
  const { disk, put } = await filled('closed');
  try {
    const at = readFileSync(disk.path).indexOf(put[50]!.signed.subarray(0, 32));
    const fd = openSync(disk.path, 'r+');
    writeSync(fd, new Uint8Array(2048), 0, 2048, at - (at % 2048));
    closeSync(fd);
    assert.notEqual(disk.open().quarantined, undefined);
  } finally {
    await disk.remove();
  }
});

test('changed entries go at the start, and their content with them', async () => {
  const { disk, put } = await filled('closed');
  try {
    hurtBytes(disk.path, put[45]!.id);
    const { store, quarantined } = disk.open();
    assert.equal(quarantined, undefined);
    assert.equal(loadedFrom(store).entries.length, 280);
    assert.equal(assertTruthful(store, put), 280);
    assert.equal(disk.logged('segments-damaged'), 1);
  } finally {
    await disk.remove();
  }
});

test('damage that comes up in use gives nothing, and is put aside at the next start', async () => {
  const disk = new Disk();
  const samples = new StoreSamples({ seed: 6 });
  try {
    const { store } = disk.open();
    const put = samples.bundles(4_000);
    for (let i = 0; i < put.length; i += 500) {
      await committed(store, { put: put.slice(i, i + 500) });
    }
    // The log is in the file by now, except its end; most pages turn into noise.
    const pages = Math.floor(disk.bytes / 2048);
    const fd = openSync(disk.path, 'r+');
    for (let page = 10; page < pages; page++) {
      writeSync(fd, samples.random.bytes(64), 0, 64, page * 2048);
    }
    closeSync(fd);
    const got = put.map(({ row }) => store.get(row));
    assert.ok(got.filter((bundle) => bundle === undefined).length > 1_000);
    for (const [i, bundle] of got.entries()) if (bundle) assert.deepEqual(bundle, put[i]);
    assert.ok(disk.logged('read-failed') > 0);
    await store.close();
    const next = disk.open();
    assert.notEqual(next.quarantined, undefined);
    assert.deepEqual(loadedFrom(next.store).entries, []);
  } finally {
    await disk.remove();
  }
});
