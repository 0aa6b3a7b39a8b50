import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loggerContract } from '../../src/testing/logger-contract.ts';
import { createMemoryLogger } from '../../src/testing/memory-logger.ts';

loggerContract(
  'memory logger',
  (level) => {
    const logger = createMemoryLogger(level);
    return { logger, written: () => logger.entries };
  },
  { test, assert },
);

test('keeps the newest entries up to its maximum', () => {
  const logger = createMemoryLogger();
  for (let i = 0; i < 50_000; i += 1) logger.info('event', { i });
  assert.ok(logger.entries.length <= 20_000);
  assert.equal(logger.entries.at(-1)!.fields.i, 49_999);
});
