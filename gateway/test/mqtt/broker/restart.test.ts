/** The broker over sessions on disk: what was acknowledged is there after a restart, once. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createSystemClock } from '@muster/adapters/clock-system';
import { createMemoryLogger } from '@muster/core/testing';
import { createSqlitePersistence } from '../../../src/mqtt/persistence/index.ts';
import type { PersistenceLimits } from '../../../src/mqtt/persistence/limits.ts';
import { RawClient } from '../support/raw-client.ts';
import { type RealBroker, realBroker } from '../support/real-broker.ts';

function openAgain(
  context: TestContext,
  path: string,
  limits: Partial<PersistenceLimits> = {},
): Promise<RealBroker> {
  const parts = { path, clock: createSystemClock(), logger: createMemoryLogger(), limits };
  const ownerOf = (clientId: string) => clientId.split('/', 1)[0]!;
  const persistence = createSqlitePersistence({ ...parts, ownerOf });
  return realBroker(context, { persistence });
}

test('sessions, queues and retained messages outlive the broker', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-restart-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'mqtt.db');
  const kept = { clientId: 'keeper', clean: false };
  const before = await openAgain(context, path);
  const reader = await before.connect(kept);
  await reader.subscribeAsync('rooms/#', { qos: 1 });
  await reader.endAsync();
  const writer = await before.connect();
  await writer.publishAsync('rooms/hall', 'queued', { qos: 1 });
  await writer.publishAsync('rooms/door', 'shut', { qos: 1, retain: true });
  await before.broker.stop();

  const after = await openAgain(context, path);
  const again = await RawClient.admitted(context, after, kept);
  const queued = await again.answered(3);
  assert.equal((queued[0] as { sessionPresent?: boolean }).sessionPresent, true);
  const texts = queued.slice(1).map((packet) => String((packet as { payload?: Buffer }).payload));
  assert.deepEqual(texts, ['queued', 'shut']);
  const fresh = await RawClient.admitted(context, after, { clientId: 'fresh' });
  const subscriptions = [{ topic: 'rooms/+', qos: 0 as const }];
  fresh.send({ cmd: 'subscribe', messageId: 1, subscriptions });
  const [, , retained] = await fresh.answered(3);
  assert.equal(String((retained as { payload?: Buffer }).payload), 'shut');
});

test('one credential cannot fill the places of retained messages', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-retained-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const real = await openAgain(context, join(folder, 'mqtt.db'), { retainedPerClientMax: 2 });
  const retained = { qos: 1, retain: true } as const;
  for (const [at, clientId] of ['one', 'two'].entries()) {
    const client = await real.connect({ clientId });
    await client.publishAsync(`rooms/kitchen/${at}`, 'x', retained);
  }
  const third = await RawClient.admitted(context, real, { clientId: 'three' });
  const dup = false;
  third.send({ cmd: 'publish', topic: 'rooms/2', payload: 'x', messageId: 1, dup, ...retained });
  await third.closed;
  assert.equal(third.packets.length, 1);
  const sensor = { username: 'sensor', password: real.passwords.sensor };
  const other = await real.connect(sensor);
  await other.publishAsync('rooms/kitchen/light', 'on', retained);
});
