/** Every bound, and what happens at it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlitePersistence } from '../../../src/mqtt/persistence/index.ts';
import type { PersistenceLimits } from '../../../src/mqtt/persistence/limits.ts';
import { listOf, publish, subscription, texts } from './support/packets.ts';
import { StoreFolder } from './support/store-folder.ts';

async function withLimits(
  limits: Partial<PersistenceLimits>,
  run: (store: SqlitePersistence, folder: StoreFolder) => Promise<void>,
): Promise<void> {
  const folder = new StoreFolder();
  try {
    await run(await folder.open({ limits, ownerOf: (id) => id.split('/')[0]! }), folder);
  } finally {
    await folder.remove();
  }
}

function enqueue(store: SqlitePersistence, clientId: string, text: string): Promise<void> {
  return store.outgoingEnqueue({ clientId }, publish('a', { payload: Buffer.from(text) }));
}

async function waitingFor(store: SqlitePersistence, id: string): Promise<string[]> {
  return texts(await listOf(store.outgoingStream({ id })));
}

test('a full queue loses its oldest, counted', () =>
  withLimits({ queuedPerSessionMax: 3 }, async (store, folder) => {
    for (const text of ['1', '2', '3', '4', '5']) await enqueue(store, 'alice', text);
    await enqueue(store, 'bob', '1');
    assert.deepEqual(await waitingFor(store, 'alice'), ['3', '4', '5']);
    assert.deepEqual(await waitingFor(store, 'bob'), ['1']);
    assert.equal(store.status().queuedDropped, 2);
    await store.destroy();
    assert.deepEqual(await waitingFor(await folder.open(), 'alice'), ['3', '4', '5']);
  }));

test('so does one with too many bytes', () =>
  withLimits({ queuedBytesPerSessionMax: 2_000, queuedChargeBytes: 99 }, async (store) => {
    for (const mark of ['a', 'b', 'c']) await enqueue(store, 'alice', mark.repeat(900));
    assert.deepEqual(
      (await waitingFor(store, 'alice')).map((text) => text[0]),
      ['b', 'c'],
    );
    assert.equal(store.status().queuedBytes, 2_000);
  }));

test('all queues together: the largest session pays', () =>
  withLimits({ queuedBytesMax: 10_000, queuedChargeBytes: 99 }, async (store) => {
    for (let i = 0; i < 8; i++) await enqueue(store, 'greedy', 'x'.repeat(900));
    for (const id of ['alice', 'bob', 'carol']) await enqueue(store, id, 'y'.repeat(900));
    assert.equal((await waitingFor(store, 'greedy')).length, 7);
    for (const id of ['alice', 'bob', 'carol']) {
      assert.equal((await waitingFor(store, id)).length, 1);
    }
    assert.equal(store.status().queuedBytes, 10_000);
  }));

test('sessions: the one away for longest goes; when none is away, a new one is refused', () =>
  withLimits({ sessionsMax: 3, sweepMs: 1_000 }, async (store, folder) => {
    for (const id of ['a', 'b', 'c']) {
      await store.addSubscriptions({ id }, [subscription('t')]);
      await enqueue(store, id, id);
      folder.clock.advance(10);
    }
    folder.broker.clients.a = {};
    folder.clock.advance(1_000);
    await store.addSubscriptions({ id: 'd' }, [subscription('t')]);
    assert.deepEqual(
      (await store.subscriptionsByTopic('t')).map(({ clientId }) => clientId),
      ['a', 'c', 'd'],
    );
    assert.deepEqual(await waitingFor(store, 'b'), []);
    assert.equal(store.status().sessionsDropped, 1);
    assert.equal(folder.logged('mqtt-session-dropped'), 1);
    Object.assign(folder.broker.clients, { c: {}, d: {} });
    const refused = store.addSubscriptions({ id: 'e' }, [subscription('t')]);
    await assert.rejects(refused, { reason: 'sessions-full' });
    await enqueue(store, 'a', 'still');
  }));

test('an abandoned session goes after seven days of running time, over restarts', async () => {
  const folder = new StoreFolder();
  const dayMs = 86_400_000;
  try {
    let store = await folder.open();
    await store.addSubscriptions({ id: 'away' }, [subscription('t')]);
    await store.addSubscriptions({ id: 'here' }, [subscription('t')]);
    for (let day = 0; day < 8; day++) {
      assert.equal(store.status().sessions, day < 7 ? 2 : 1, `day ${day}`);
      folder.broker.clients.here = {};
      folder.clock.advance(dayMs + 600_000);
      await store.destroy();
      folder.restart();
      store = await folder.open();
    }
    const left = await store.subscriptionsByTopic('t');
    assert.deepEqual(
      left.map(({ clientId }) => clientId),
      ['here'],
    );
  } finally {
    await folder.remove();
  }
});

test('a session that is used now and then stays', () =>
  withLimits({ sessionAwayMsMax: 1_000, sweepMs: 300 }, async (store, folder) => {
    for (const id of ['now and then', 'never']) {
      await store.addSubscriptions({ id }, [subscription('t')]);
    }
    for (let i = 0; i < 20; i++) {
      folder.clock.advance(200);
      await store.subscriptionsByClient({ id: 'now and then' });
    }
    const left = await store.subscriptionsByTopic('t');
    assert.deepEqual(
      left.map(({ clientId }) => clientId),
      ['now and then'],
    );
  }));

test('subscriptions of one session, all or none', () =>
  withLimits({ subscriptionsPerSessionMax: 2 }, async (store) => {
    const alice = { id: 'alice' };
    await store.addSubscriptions(alice, [subscription('a')]);
    const three = store.addSubscriptions(alice, [subscription('b'), subscription('c')]);
    await assert.rejects(three, { reason: 'subscriptions-full' });
    await store.addSubscriptions(alice, [subscription('a', 2), subscription('b')]);
    assert.equal((await store.subscriptionsByClient(alice)).length, 2);
    const deep = store.addSubscriptions({ id: 'bob' }, [subscription('/'.repeat(100))]);
    await assert.rejects(deep, { reason: 'topic-too-deep' });
    assert.equal(store.status().sessions, 1);
  }));

test('retained messages: in all, of one client, bytes, levels; replacing always goes', () =>
  withLimits({ retainedMax: 4, retainedPerClientMax: 2, retainedBytesMax: 100 }, async (store) => {
    const retain = (clientId: string, topic: string, bytes: number, qos: 0 | 1 = 1) => {
      const payload = Buffer.alloc(bytes, 'x');
      return store.storeRetained(publish(topic, { clientId, payload, qos, retain: true }));
    };
    await retain('sensor/1', 'a', 9);
    await retain('sensor/2', 'b', 9, 0);
    await assert.rejects(retain('sensor/3', 'c', 9), { reason: 'retained-client-full' });
    await assert.rejects(retain('sensor/3', 'c', 9, 0), { reason: 'retained-client-full' });
    await retain('sensor/3', 'a', 19);
    await retain('other', 'c', 9);
    await retain('other', 'd', 9);
    await assert.rejects(retain('third', 'e', 9), { reason: 'retained-full' });
    await assert.rejects(retain('other', 'd', 99), { reason: 'retained-full' });
    await retain('other', 'd', 0);
    await retain('third', 'e', 9);
    await assert.rejects(retain('third', '/'.repeat(100), 1), { reason: 'topic-too-deep' });
    const { retained, retainedBytes } = store.status();
    assert.deepEqual({ retained, retainedBytes }, { retained: 4, retainedBytes: 50 });
  }));

test('QoS 2 publishes without PUBREL, of one client and of all', () =>
  withLimits({ incomingPerClientMax: 2, incomingMax: 3 }, async (store) => {
    const take = (id: string, messageId: number) =>
      store.incomingStorePacket({ id }, publish('a', { qos: 2, messageId }));
    await take('alice', 1);
    await take('alice', 2);
    await take('alice', 2);
    await assert.rejects(take('alice', 3), { reason: 'incoming-full' });
    await take('bob', 1);
    await take('carol', 1);
    await assert.rejects(store.incomingGetPacket({ id: 'alice' }, { messageId: 1 }));
    await store.incomingGetPacket({ id: 'alice' }, { messageId: 2 });
    await store.incomingGetPacket({ id: 'carol' }, { messageId: 1 });
  }));

test('wills: their number and their size', () =>
  withLimits({ willsMax: 1, willBytesMax: 100 }, async (store) => {
    const will = (bytes: number) => publish('gone', { payload: Buffer.alloc(bytes) });
    await assert.rejects(store.putWill({ id: 'a' }, will(100)), { reason: 'will-refused' });
    await store.putWill({ id: 'a' }, will(9));
    await store.putWill({ id: 'a' }, will(10));
    await assert.rejects(store.putWill({ id: 'b' }, will(9)), { reason: 'will-refused' });
  }));

test('the content of a publish is on disk once, and goes with the last who waits for it', () =>
  withLimits({}, async (store, folder) => {
    const ids = Array.from({ length: 50 }, (_, i) => `client ${i}`);
    const subs = ids.map((clientId) => ({ clientId }));
    const payload = Buffer.alloc(30_000, 'x');
    const packet = publish('a', { payload });
    await store.outgoingEnqueueCombi(subs, packet);
    for (const id of ids.slice(1)) {
      await store.outgoingUpdate({ id }, { ...packet, messageId: 1 });
      await store.outgoingClearMessageId({ id }, { messageId: 1 });
    }
    assert.equal(store.status().sessions, 1);
    await store.destroy();
    const next = await folder.open();
    assert.equal((await waitingFor(next, ids[0]!))[0]?.length, 30_000);
    assert.deepEqual(await waitingFor(next, ids[1]!), []);
  }));
