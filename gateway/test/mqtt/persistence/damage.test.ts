/** A damaged file is put aside and a fresh one begins; a disk that fails is told, no crash. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { intBelow, SeededRandom } from '@muster/core/testing';
import Sqlite from 'better-sqlite3';
import { listOf, publish, subscription, texts } from './support/packets.ts';
import { StoreFolder } from './support/store-folder.ts';

const alice = { id: 'alice' };

async function filled(): Promise<StoreFolder> {
  const folder = new StoreFolder();
  const store = await folder.open();
  await store.addSubscriptions(alice, [subscription('a/#')]);
  for (let i = 0; i < 100; i++) {
    await store.outgoingEnqueue({ clientId: 'alice' }, publish(`a/${i}`));
    await store.storeRetained(publish(`b/${i}`, { retain: true }));
  }
  await store.destroy();
  folder.restart();
  return folder;
}

test('noise instead of a file, over and over: at most three are kept', async () => {
  const folder = new StoreFolder();
  try {
    for (let i = 1; i <= 5; i++) {
      const noise = new SeededRandom(i).bytes(5_000);
      writeFileSync(folder.path, noise);
      const store = await folder.open();
      assert.deepEqual(new Uint8Array(readFileSync(`${folder.path}.damaged-${i}`)), noise);
      await store.addSubscriptions(alice, [subscription('a')]);
      await store.destroy();
    }
    const kept = readdirSync(folder.folder).filter((name) => /\.damaged-\d+$/.test(name));
    const name = basename(folder.path);
    assert.deepEqual(
      kept.sort(),
      [3, 4, 5].map((i) => `${name}.damaged-${i}`),
    );
    assert.equal(folder.logged('mqtt-store-damaged'), 5);
  } finally {
    await folder.remove();
  }
});

const seed = Number(process.env.SEED ?? 1);

test(`a file cut or changed anywhere opens, and takes more (SEED=${seed})`, async () => {
  const folder = await filled();
  const random = new SeededRandom(seed);
  const good = readFileSync(folder.path);
  try {
    for (let round = 0; round < 25; round++) {
      writeFileSync(folder.path, good);
      if (intBelow(random, 2) === 0) {
        truncateSync(folder.path, intBelow(random, good.length));
      } else {
        const page = 2_048 * intBelow(random, Math.floor(good.length / 2_048));
        writeFileSync(
          folder.path,
          Buffer.concat([good.subarray(0, page), random.bytes(2_048), good.subarray(page + 2_048)]),
        );
      }
      const store = await folder.open();
      for (const text of texts(await listOf(store.outgoingStream(alice)))) {
        assert.match(text, /^about a\/\d+$/);
      }
      await listOf(store.createRetainedStream('#'));
      await store.outgoingEnqueue({ clientId: 'alice' }, publish('more'));
      assert.ok(texts(await listOf(store.outgoingStream(alice))).includes('about more'));
      await store.destroy();
    }
    assert.ok(folder.logged('mqtt-store-damaged') > 5);
  } finally {
    await folder.remove();
  }
});

test('a newer format, and another program: said, and left as it is', async () => {
  const folder = await filled();
  try {
    let db = new Sqlite(folder.path);
    db.pragma('user_version = 9');
    db.close();
    await assert.rejects(folder.open(), { code: 'mqtt-store-newer' });
    db = new Sqlite(folder.path);
    db.pragma('application_id = 7');
    db.close();
    await assert.rejects(folder.open(), { code: 'mqtt-store-foreign' });
    assert.equal(readdirSync(folder.folder).filter((name) => name.includes('damaged')).length, 0);
  } finally {
    await folder.remove();
  }
});

test('two gateways on one file: the second says so', async () => {
  const folder = new StoreFolder();
  try {
    await folder.open();
    await assert.rejects(folder.open(), { code: 'mqtt-store-in-use' });
  } finally {
    await folder.remove();
  }
});

test('a sync that fails: nothing more is promised, what is there can be read', async () => {
  const folder = new StoreFolder();
  try {
    let failing = false;
    const store = await folder.open({
      sync: (_fd, done) => setImmediate(() => done(failing ? new Error('EIO') : null)),
    });
    await store.outgoingEnqueue({ clientId: 'alice' }, publish('good'));
    failing = true;
    const lost = [publish('lost'), publish('lost too')].map((packet) =>
      assert.rejects(store.outgoingEnqueue({ clientId: 'alice' }, packet), { reason: 'io-error' }),
    );
    await Promise.all(lost);
    failing = false;
    const later = store.outgoingEnqueue({ clientId: 'alice' }, publish('later'));
    await assert.rejects(later, { reason: 'io-error' });
    assert.equal(texts(await listOf(store.outgoingStream(alice)))[0], 'about good');
    assert.equal(store.status().refusal, 'io-error');
  } finally {
    await folder.remove();
  }
});

test('a row that cannot be, in a file that is whole, is damage too', async () => {
  const changes = [
    ...['UPDATE queue SET qos = 7', 'UPDATE queue SET message_id = 70000'],
    ...['UPDATE queue SET released = 1', 'UPDATE queue SET no = 9223372036854775807 WHERE no = 1'],
    ...['UPDATE sessions SET seen_ms = -1', 'UPDATE subscriptions SET qos = 3'],
    "UPDATE subscriptions SET topic = ''",
    ...['INSERT INTO incoming VALUES (1, 0)', 'UPDATE retained SET no = -1 WHERE no = 1'],
    "INSERT INTO wills VALUES ('a', 'b', '#', 'x', 1, 0)",
    "UPDATE named_values SET value = 9223372036854775807 WHERE name = 'running_ms'",
  ];
  const folder = await filled();
  const good = readFileSync(folder.path);
  try {
    for (const [at, change] of changes.entries()) {
      writeFileSync(folder.path, good);
      const db = new Sqlite(folder.path);
      db.exec(change);
      db.close();
      const store = await folder.open();
      assert.equal(folder.logged('mqtt-store-damaged'), at + 1, change);
      await store.addSubscriptions(alice, [subscription('a')]);
      await store.destroy();
      folder.restart();
    }
  } finally {
    await folder.remove();
  }
});
