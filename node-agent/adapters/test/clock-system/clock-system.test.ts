import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createSystemClock } from '@muster/adapters/clock-system';
import { ClockQuality } from '@muster/core';
import { clockContract } from '@muster/core/testing';

clockContract(
  'system clock',
  () => {
    const clock = createSystemClock();
    const pass = async (ms: number): Promise<void> => {
      const untilMs = clock.monotonicMs() + ms;
      while (clock.monotonicMs() < untilMs) await wait(1);
    };
    return { clock, pass };
  },
  { test, assert },
);

test('the wall is synced only while the time service says so', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-clock-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const syncedMarker = join(folder, 'synchronized');
  assert.notEqual(createSystemClock({ syncedMarker }).wall().quality, ClockQuality.synced);
  writeFileSync(syncedMarker, '');
  assert.equal(createSystemClock({ syncedMarker }).wall().quality, ClockQuality.synced);
});

test('a wall that shows 1970 is not believed', (context) => {
  context.mock.timers.enable({ apis: ['Date'], now: 5000 });
  const clock = createSystemClock({ syncedMarker: '/nonexistent' });
  assert.deepEqual(clock.wall(), { unixMs: 5000, quality: ClockQuality.unknown });
  context.mock.timers.setTime(1_800_000_000_000);
  assert.equal(clock.wall().quality, ClockQuality.device);
});
