/** What survives a restart and a crash, and what a restart must not mix up. */
import assert from 'node:assert/strict';
import { fdatasync } from 'node:fs';
import { test } from 'node:test';
import type { Publish } from '../../../src/mqtt/persistence/packet.ts';
import { listOf, publish, subscription, texts } from './support/packets.ts';
import { StoreFolder } from './support/store-folder.ts';

const alice = { id: 'alice' };

for (const how of ['stopped', 'killed'] as const) {
  test(`sessions, queues, ids, wills, retained messages are there when it was ${how}`, async () => {
    const folder = new StoreFolder();
    try {
      const first = await folder.open();
      await first.addSubscriptions(alice, [subscription('a/#'), subscription('zero', 0)]);
      await first.outgoingEnqueueCombi([{ clientId: 'alice', qos: 1 }], publish('a/1'));
      await first.outgoingEnqueueCombi([{ clientId: 'alice', qos: 1 }], publish('a/2', { qos: 2 }));
      const incoming = publish('a/3', { qos: 2, messageId: 7 });
      await first.incomingStorePacket(alice, incoming);
      await first.outgoingEnqueueCombi([], incoming);
      await first.storeRetained(publish('kept', { retain: true }));
      await first.putWill(alice, publish('gone', { payload: Buffer.from('x') }));
      if (how === 'killed') {
        folder.crash();
      } else {
        await first.destroy();
        folder.restart();
      }

      const next = await folder.open();
      assert.deepEqual(
        (await next.subscriptionsByClient(alice)).map(({ topic, qos }) => [topic, qos]),
        [
          ['a/#', 1],
          ['zero', 0],
        ],
      );
      assert.equal((await next.subscriptionsByTopic('a/9')).length, 1);
      const waiting = await listOf<Publish>(next.outgoingStream(alice));
      assert.deepEqual(
        waiting.map(({ topic, qos }) => [topic, qos]),
        [
          ['a/1', 1],
          ['a/2', 1],
        ],
      );
      await next.incomingGetPacket(alice, { messageId: 7 });
      assert.deepEqual(texts(await listOf(next.createRetainedStream('#'))), ['about kept']);
      const wills = await listOf<{ clientId: string }>(next.streamWill({ [folder.broker.id]: 1 }));
      assert.deepEqual(
        wills.map(({ clientId }) => clientId),
        ['alice'],
      );
    } finally {
      await folder.remove();
    }
  });
}

test('the state of a QoS 2 delivery is on disk before it goes on', async () => {
  const folder = new StoreFolder();
  try {
    const first = await folder.open();
    const packet = publish('a', { qos: 2 });
    await first.outgoingEnqueueCombi([{ clientId: 'alice', qos: 2 }], packet);
    await first.outgoingUpdate(alice, { ...packet, messageId: 41 });
    folder.crash();
    const second = await folder.open();
    const [sent] = await listOf(second.outgoingStream(alice));
    assert.equal(sent?.messageId, 41);
    await second.outgoingUpdate(alice, { cmd: 'pubrel', messageId: 41 });
    folder.crash();
    const third = await folder.open();
    assert.deepEqual(await listOf(third.outgoingStream(alice)), [{ cmd: 'pubrel', messageId: 41 }]);
    await third.outgoingClearMessageId(alice, { messageId: 41 });
    await third.destroy();
    const fourth = await folder.open();
    assert.deepEqual(await listOf(fourth.outgoingStream(alice)), []);
    assert.equal(fourth.status().sessions, 0);
  } finally {
    await folder.remove();
  }
});

test('the id of a QoS 2 publish is not on disk before its queues are', async () => {
  const folder = new StoreFolder();
  try {
    const first = await folder.open();
    await first.addSubscriptions(alice, [subscription('a')]);
    await first.incomingStorePacket(alice, publish('a', { qos: 2, messageId: 9 }));
    await first.addSubscriptions(alice, [subscription('b')]);
    folder.crash();
    const next = await folder.open();
    await assert.rejects(next.incomingGetPacket(alice, { messageId: 9 }), /no such packet/);
  } finally {
    await folder.remove();
  }
});

test('PUBREL takes the id from the disk; a clean CONNECT takes all', async () => {
  const folder = new StoreFolder();
  try {
    const first = await folder.open();
    for (const messageId of [1, 2]) {
      const packet = publish('a', { qos: 2, messageId });
      await first.incomingStorePacket(alice, packet);
      await first.outgoingEnqueueCombi([{ clientId: 'bob', qos: 1 }], packet);
    }
    await first.incomingDelPacket(alice, { messageId: 1 });
    await first.cleanSubscriptions({ id: 'bob', clean: true });
    folder.crash();
    const next = await folder.open();
    await assert.rejects(next.incomingGetPacket(alice, { messageId: 1 }));
    await next.incomingGetPacket(alice, { messageId: 2 });
    assert.deepEqual(await listOf(next.outgoingStream({ id: 'bob' })), []);
    await next.cleanIncoming(alice);
    await assert.rejects(next.incomingGetPacket(alice, { messageId: 2 }));
    assert.equal(next.status().sessions, 0);
  } finally {
    await folder.remove();
  }
});

test('QoS 0 retained messages are written in rounds, and when the gateway stops', async () => {
  const folder = new StoreFolder();
  try {
    const synced: unknown[] = [];
    let onSynced = () => {};
    const first = await folder.open({
      sync: (fd, done) =>
        fdatasync(fd, (error) => {
          synced.push(error);
          done(error);
          onSynced();
        }),
    });
    for (let i = 0; i < 100; i++) {
      const payload = Buffer.from(`reading ${i}`);
      await first.storeRetained(publish('sensor', { qos: 0, retain: true, payload }));
    }
    assert.deepEqual(synced, []);
    assert.deepEqual(texts(await listOf(first.createRetainedStream('sensor'))), ['reading 99']);
    const round = new Promise<void>((resolve) => (onSynced = resolve));
    folder.clock.advance(30_000);
    await round;
    assert.deepEqual(synced, [null]);
    await first.storeRetained(
      publish('sensor', { qos: 0, retain: true, payload: Buffer.from('last') }),
    );
    await first.storeRetained(publish('other', { qos: 0, retain: true }));
    await first.storeRetained(publish('other', { qos: 0, retain: true, payload: Buffer.alloc(0) }));
    await first.destroy();
    const next = await folder.open();
    assert.deepEqual(texts(await listOf(next.createRetainedStream('#'))), ['last']);
    assert.equal(next.status().retained, 1);
    await next.storeRetained(publish('sensor', { qos: 0, payload: Buffer.alloc(0) }));
    await next.storeRetained(publish('sensor', { payload: Buffer.from('new') }));
    await next.destroy();
    const third = await folder.open();
    assert.deepEqual(texts(await listOf(third.createRetainedStream('#'))), ['new']);
  } finally {
    await folder.remove();
  }
});

test('names of Object.prototype, and nobody gets what waits for another', async () => {
  const folder = new StoreFolder();
  const names = ['__proto__', 'constructor', 'toString', 'alice', 'alice2', 'a\u0000b'];
  try {
    let store = await folder.open();
    for (const name of names) {
      await store.addSubscriptions({ id: name }, [subscription(name), subscription(`${name}/+`)]);
      await store.outgoingEnqueueCombi(
        await store.subscriptionsByTopic(name),
        publish(name, { payload: Buffer.from(name) }),
      );
      await store.storeRetained(publish(name, { payload: Buffer.from(name), retain: true }));
    }
    await store.destroy();
    store = await folder.open();
    for (const name of names) {
      assert.deepEqual(texts(await listOf(store.outgoingStream({ id: name }))), [name]);
      assert.deepEqual(texts(await listOf(store.createRetainedStream(name))), [name]);
      const [one, ...more] = await store.subscriptionsByTopic(`${name}/x`);
      assert.deepEqual([one?.clientId, more.length], [name, 0]);
    }
    assert.deepEqual(await listOf(store.outgoingStream({ id: 'valueOf' })), []);
    assert.deepEqual(await listOf(store.createRetainedStream('valueOf')), []);
  } finally {
    await folder.remove();
  }
});

test('a client gets a publish once, however many of its filters match', async () => {
  const folder = new StoreFolder();
  try {
    const store = await folder.open();
    await store.addSubscriptions(alice, [subscription('a/#', 1), subscription('a/+', 2)]);
    const subs = await store.subscriptionsByTopic('a/b');
    assert.equal(subs.length, 2);
    await store.outgoingEnqueueCombi(subs, publish('a/b', { qos: 2 }));
    const waiting = await listOf<Publish>(store.outgoingStream(alice));
    assert.deepEqual(
      waiting.map(({ qos }) => qos),
      [2],
    );
  } finally {
    await folder.remove();
  }
});

test('what goes out live to a connection is not given to it again from the queue', async () => {
  const folder = new StoreFolder();
  try {
    const store = await folder.open();
    const client = { id: 'alice', clean: false };
    folder.broker.clients.alice = client;
    const live = publish('a', { qos: 2 });
    const waiting = publish('b', { qos: 2 });
    for (const packet of [live, waiting]) {
      await store.outgoingEnqueueCombi([{ clientId: 'alice', qos: 2 }], packet);
    }
    await store.outgoingUpdate(client, { ...live, messageId: 5 });
    const stream = await listOf(store.outgoingStream(client));
    assert.deepEqual(texts(stream), ['about b']);
    // From the queue first, then live: under the same id, so that the client knows it.
    await store.outgoingUpdate(client, { ...waiting, messageId: 6 });
    const again = { ...waiting, messageId: 7 };
    await store.outgoingUpdate(client, again);
    assert.equal(again.messageId, 6);
    folder.broker.clients.alice = { id: 'alice' };
    const next = await listOf(store.outgoingStream(folder.broker.clients.alice as typeof client));
    assert.deepEqual(
      next.map(({ messageId }) => messageId),
      [5, 6],
    );
  } finally {
    await folder.remove();
  }
});

test('stop without start, twice, and what is asked after it', async () => {
  const folder = new StoreFolder();
  try {
    const never = folder.make();
    await never.destroy();
    await never.destroy();
    assert.deepEqual(await never.subscriptionsByTopic('a'), []);
    assert.deepEqual(await listOf(never.createRetainedStream('#')), []);
    assert.deepEqual(await listOf(never.outgoingStream(alice)), []);
    assert.equal(await never.delWill(alice), undefined);
    await assert.rejects(never.outgoingEnqueueCombi([], publish('a')), { reason: 'closed' });
    await assert.rejects(never.storeRetained(publish('a')), { reason: 'closed' });
  } finally {
    await folder.remove();
  }
});
