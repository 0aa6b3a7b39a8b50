/** Which acts count as carried out, and which as too old to be new ones. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { orderKeyOf } from '@muster/core';
import { createMemoryLogger, FakeClock } from '@muster/core/testing';
import { CarriedOut } from '../../src/admin/carried-out.ts';
import { KeptLines } from '../../src/admin/kept-lines.ts';
import { adminLimits } from '../../src/admin/limits.ts';
import { temporaryFolder } from '../support/real-agent.ts';

const author = new Uint8Array(32).fill(7);
const day = 86_400_000;

function actAt(ms: number, number: number) {
  const id = new Uint8Array(32).fill(number);
  return { id, author, orderKey: orderKeyOf({ stamp: { ms, counter: 0 }, author }, id) };
}

test('an admin whose clock was ahead for a while is heard again once it is right', (t) => {
  const clock = new FakeClock();
  const kind = 'acts-carried-out';
  const path = join(temporaryFolder(t), kind);
  const carried = new CarriedOut(
    new KeptLines({ path, kind, logger: createMemoryLogger() }),
    clock,
  );
  carried.start();
  const { unixMs } = clock.wall();
  carried.onSeen(actAt(unixMs + day, 1));
  assert.ok(carried.take(actAt(unixMs, 2)));
  assert.equal(carried.take(actAt(unixMs, 2)), false, 'once');
  carried.onSeen(actAt(unixMs + 60_000, 3));
  assert.equal(carried.take(actAt(unixMs - 15 * 60_000, 4)), false, 'of long before');
});

test('a damaged line does not make old acts new again', (t) => {
  const kind = 'acts-carried-out';
  const path = join(temporaryFolder(t), kind);
  const kept = new KeptLines({ path, kind, logger: createMemoryLogger() });
  kept.write(['5000', 'x=damaged', ...Array.from({ length: 3 }, () => '=')]);
  const carried = new CarriedOut(kept, new FakeClock());
  carried.start();
  for (let i = 0; i <= adminLimits.actsRememberedMax; i++) carried.take(actAt(10_000 + i, i % 256));
  assert.equal(carried.take(actAt(4_000, 9)), false);
});
