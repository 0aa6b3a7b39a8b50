/** What is acknowledged was synced before: a cut right after any sync loses none of it. */
import assert from 'node:assert/strict';
import { copyFileSync, fdatasync } from 'node:fs';
import { test } from 'node:test';
import type { Sync } from '../../../src/mqtt/persistence/commit-group.ts';
import { listOf, publish, subscription, texts } from './support/packets.ts';
import { StoreFolder } from './support/store-folder.ts';

const alice = { id: 'alice' };

/** Settles all that can be settled without the disk. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

test('nothing is answered before its sync; what comes meanwhile shares the next one', async () => {
  const folder = new StoreFolder();
  const held: (() => void)[] = [];
  const sync: Sync = (fd, done) => held.push(() => fdatasync(fd, done));
  const store = await folder.open({ sync });
  try {
    const answered: string[] = [];
    const note = (what: string) => () => void answered.push(what);
    const first = store.addSubscriptions(alice, [subscription('a')]).then(note('subscribed'));
    await turn();
    const packet = publish('a', { qos: 2 });
    const others = [
      store.outgoingEnqueue({ clientId: 'alice' }, packet).then(note('queued')),
      store.storeRetained(publish('r', { retain: true })).then(note('retained')),
      store.putWill(alice, publish('w')).then(note('will')),
      store.outgoingUpdate(alice, { ...packet, messageId: 3 }).then(note('sent')),
      store.outgoingUpdate(alice, { cmd: 'pubrel', messageId: 3 }).then(note('released')),
    ];
    await store.storeRetained(publish('q', { qos: 0, retain: true }));
    await turn();
    assert.deepEqual([answered, held.length], [[], 1]);
    held.shift()!();
    await first;
    await turn();
    assert.deepEqual([answered, held.length], [['subscribed'], 1]);
    held.shift()!();
    await Promise.all(others);
    assert.deepEqual(answered.slice(1).sort(), ['queued', 'released', 'retained', 'sent', 'will']);
    assert.deepEqual(held, []);
  } finally {
    const closed = folder.remove();
    for (let i = 0; i < 3; i++) {
      await turn();
      held.shift()?.();
    }
    await closed;
  }
});

test('the power goes after every sync in turn, over checkpoints too', async () => {
  const folder = new StoreFolder();
  const cut = new StoreFolder();
  const cuts = 60;
  let acknowledged: string[] = [];
  let round = 0;
  const sync: Sync = (fd, done) =>
    fdatasync(fd, (error) => {
      for (const part of ['', '-wal']) copyFileSync(folder.path + part, cut.path + part);
      done(error);
    });
  const limits = { queuedPerSessionMax: 100_000, queuedBytesPerSessionMax: 2 ** 30 };
  try {
    const store = await folder.open({ sync, limits });
    for (; round < cuts; round++) {
      const names = Array.from({ length: 20 }, (_, i) => `${round}.${i}`);
      const stored = names.map(async (name) => {
        const payload = Buffer.from(name.padEnd(2_000));
        await store.outgoingEnqueue({ clientId: 'alice' }, publish('a', { payload }));
        acknowledged.push(name);
      });
      await Promise.all(stored);
      if (round % 6 !== 5) continue;
      cut.restart();
      const after = await cut.open({ limits });
      const there = texts(await listOf(after.outgoingStream(alice))).map((text) => text.trim());
      assert.deepEqual(there, acknowledged);
      await after.destroy();
      await store.cleanSubscriptions(alice);
      acknowledged = [];
    }
  } finally {
    await folder.remove();
    await cut.remove();
  }
});
