import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryLogger } from '@muster/core/testing';
import { Teardown } from '../src/teardown.ts';

test('last started stops first, and a part that fails keeps none from it', async () => {
  const logger = createMemoryLogger();
  const teardown = new Teardown(logger);
  const stopped: string[] = [];
  teardown.add(() => void stopped.push('store'));
  teardown.add(async () => {
    throw new Error('stuck');
  });
  teardown.add(() => void stopped.push('server'));
  await teardown.run();
  assert.deepEqual(stopped, ['server', 'store']);
  await teardown.run();
  assert.deepEqual(stopped, ['server', 'store'], 'nothing is stopped twice');
  assert.deepEqual(
    logger.entries.map(({ event }) => event),
    ['a part did not stop'],
  );
});
