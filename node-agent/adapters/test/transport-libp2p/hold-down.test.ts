import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@muster/core/testing';
import { dialLimits, handoverLimits } from '../../src/transport-libp2p/constants.ts';
import { HoldDown } from '../../src/transport-libp2p/hold-down.ts';

const { holdMsMin, holdMsMax } = handoverLimits;

test('each loss after a short life doubles the wait, up to a bound', () => {
  const clock = new FakeClock();
  const hold = new HoldDown(clock);
  assert.equal(hold.leftMs, 0);
  for (const waitMs of [holdMsMin, 2 * holdMsMin, 4 * holdMsMin, 8 * holdMsMin, 16 * holdMsMin]) {
    hold.lost(1000);
    assert.equal(hold.leftMs, waitMs);
    clock.advance(waitMs - 1);
    assert.equal(hold.leftMs, 1);
    clock.advance(1);
    assert.equal(hold.leftMs, 0);
  }
  for (let i = 0; i < 2000; i += 1) hold.lost(0);
  assert.equal(hold.leftMs, holdMsMax);
});

test('a link that lived long begins anew', () => {
  const clock = new FakeClock();
  const hold = new HoldDown(clock);
  for (let i = 0; i < 10; i += 1) hold.lost(1000);
  hold.lost(dialLimits.stableMs);
  assert.equal(hold.leftMs, holdMsMin);
});
