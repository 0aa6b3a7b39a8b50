/** A disk that is really full, where a small one may be mounted; else a bound on the file. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { SqlitePersistence } from '../../../src/mqtt/persistence/index.ts';
import { listOf, publish, subscription, texts } from './support/packets.ts';
import { StoreFolder } from './support/store-folder.ts';

const alice = { id: 'alice' };

/** Undefined when mounting is not permitted; else what unmounts it. */
function mountSmall(folder: string): (() => void) | undefined {
  try {
    const options = ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder];
    execFileSync('mount', options, { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return () => execFileSync('umount', ['-l', folder]);
}

async function fill(store: SqlitePersistence): Promise<string[]> {
  const stored: string[] = [];
  for (let i = 0; i < 2_000; i++) {
    const topic = `a/${i}`;
    const payload = Buffer.from(topic.padEnd(8_000));
    try {
      await store.outgoingEnqueue({ clientId: 'alice' }, publish(topic, { payload }));
    } catch (error) {
      assert.equal((error as { reason?: string }).reason, 'disk-full');
      return stored;
    }
    stored.push(topic);
  }
  throw new Error('the disk never got full');
}

async function fillAndRecover(folder: StoreFolder, disk: { readonly isReal: boolean }) {
  const ballast = join(dirname(folder.path), 'ballast');
  const roomy = { queuedPerSessionMax: 10_000, queuedBytesPerSessionMax: 2 ** 30 };
  const bound = disk.isReal ? {} : { fileBytesMax: 2 ** 21 };
  let store = await folder.open({ limits: { ...roomy, ...bound } });
  if (disk.isReal) writeFileSync(ballast, Buffer.alloc(1 << 20));
  await store.addSubscriptions(alice, [subscription('a/#')]);
  const stored = await fill(store);
  assert.ok(stored.length > 50);
  const waiting = async () =>
    texts(await listOf(store.outgoingStream(alice))).map((text) => text.trim());
  assert.deepEqual(await waiting(), stored);
  assert.equal(store.status().refusal, 'disk-full');

  // While it is full: typed refusals, no crash, reads and QoS 0 go on.
  await assert.rejects(store.storeRetained(publish('r', { retain: true })), {
    reason: 'disk-full',
  });
  await store.storeRetained(publish('r', { retain: true, qos: 0 }));
  assert.equal((await listOf(store.createRetainedStream('r'))).length, 1);
  await store.outgoingClearMessageId(alice, { messageId: 1 });
  await store.outgoingEnqueueCombi([], publish('nobody waits'));
  const incoming = publish('a/x', { qos: 2, messageId: 3, payload: Buffer.alloc(9_000) });
  await store.incomingStorePacket(alice, incoming);
  await assert.rejects(store.outgoingEnqueueCombi([{ clientId: 'alice' }], incoming));
  await assert.rejects(store.incomingGetPacket(alice, incoming), /no such packet/);

  if (disk.isReal) {
    rmSync(ballast);
    folder.clock.advance(1_000);
  } else {
    await store.destroy();
    store = await folder.open({ limits: roomy });
  }
  await store.outgoingEnqueue({ clientId: 'alice' }, publish('a/last'));
  assert.deepEqual(await waiting(), [...stored, 'about a/last']);
  await store.storeRetained(publish('r', { retain: true }));
  await store.destroy();
  store = await folder.open({ limits: roomy });
  assert.equal((await listOf(store.outgoingStream(alice))).length, stored.length + 1);
  assert.equal((await listOf(store.createRetainedStream('r'))).length, 1);
  assert.equal(folder.logged('mqtt-store-damaged'), 0);
  await store.destroy();
}

test('a full disk refuses, keeps what it has, and recovers', async () => {
  const folder = new StoreFolder();
  const small = join(folder.folder, 'small');
  mkdirSync(small);
  const unmount = mountSmall(small);
  folder.path = join(small, 'mqtt.db');
  try {
    await fillAndRecover(folder, { isReal: unmount !== undefined });
  } finally {
    unmount?.();
    await folder.remove();
  }
});

test('so does a file at its bound', async () => {
  const folder = new StoreFolder();
  try {
    await fillAndRecover(folder, { isReal: false });
  } finally {
    await folder.remove();
  }
});
