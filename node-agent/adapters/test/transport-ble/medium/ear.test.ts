/** When an adapter listens, on a scanner that fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryLogger, FakeClock } from '@muster/core/testing';
import { BleError, type BleScanner } from '../../../src/transport-ble/ble.ts';
import { Ear } from '../../../src/transport-ble/medium/ear.ts';
import { scanTimes } from '../../../src/transport-ble/medium/limits.ts';

test('a scan that cannot begin is tried at its pace, however often the mode changes', async () => {
  const clock = new FakeClock();
  let starts = 0;
  const scanner: BleScanner = {
    async start() {
      starts += 1;
      throw new BleError('failed', 'not now');
    },
    async stop() {},
  };
  const logger = createMemoryLogger();
  const ear = new Ear({ scanner, services: [], onReport() {}, clock, logger });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  for (let i = 0; i < 20; i++) {
    ear.set('constant');
    await turn();
    ear.set('none');
    await turn();
  }
  ear.set('constant');
  await turn();
  starts = 0;
  for (let i = 0; i < 10; i++) {
    clock.advance(scanTimes.retryMs);
    await turn();
  }
  assert.equal(starts, 10);
  assert.equal(clock.waiting, 1);
  ear.set('none');
  await turn();
  clock.advance(scanTimes.retryMs);
  assert.equal(clock.waiting, 0);
});
