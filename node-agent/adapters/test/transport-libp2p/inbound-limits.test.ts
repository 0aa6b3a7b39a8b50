import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@muster/core/testing';
import { connectionLimits, strangerLimits } from '../../src/transport-libp2p/constants.ts';
import { type Admission, InboundLimits } from '../../src/transport-libp2p/inbound-limits.ts';

const { handshakesPerAddressMax, inboundPerAddressMax, inboundMax } = connectionLimits;

function fill(limits: InboundLimits, address: string, finish: boolean): Admission[] {
  const admissions: Admission[] = [];
  for (;;) {
    const admission = limits.admit(address);
    if (admission === undefined) return admissions;
    if (finish) admission.finished();
    admissions.push(admission);
  }
}

test('one address has few places, fewer while it does not finish its handshakes', () => {
  const limits = new InboundLimits(new FakeClock());
  const slow = fill(limits, '10.0.0.1', false);
  assert.equal(slow.length, handshakesPerAddressMax);
  for (const admission of slow) admission.finished();
  assert.equal(slow.length + fill(limits, '10.0.0.1', true).length, inboundPerAddressMax);
  assert.ok(limits.admit('10.0.0.2') !== undefined);
  assert.equal(limits.refused, 2);
});

test('a place is free again once, however often its end is told', () => {
  const limits = new InboundLimits(new FakeClock());
  const [first] = fill(limits, '10.0.0.1', true);
  first!.gone();
  first!.gone();
  first!.finished();
  assert.equal(fill(limits, '10.0.0.1', true).length, 1);
});

test('all addresses together have a bound', () => {
  const limits = new InboundLimits(new FakeClock());
  let open = 0;
  for (let i = 0; i < 50; i += 1) open += fill(limits, `10.0.0.${i}`, true).length;
  assert.equal(open, inboundMax);
});

test('an address that keeps bringing strangers waits, for a short time', () => {
  const clock = new FakeClock();
  const limits = new InboundLimits(clock);
  const come = (address: string): boolean => {
    const admission = limits.admit(address);
    admission?.gone();
    return admission !== undefined;
  };
  const { refusalsMax, refusalWindowMs, waitMs } = strangerLimits;
  for (let i = 0; i < refusalsMax - 1; i += 1) limits.noteStranger('10.0.0.1');
  assert.ok(come('10.0.0.1'));
  clock.advance(refusalWindowMs);
  limits.noteStranger('10.0.0.1');
  assert.ok(come('10.0.0.1'), 'what was long ago does not count');
  for (let i = 0; i < refusalsMax - 1; i += 1) limits.noteStranger('10.0.0.1');
  assert.ok(!come('10.0.0.1'));
  assert.ok(come('10.0.0.2'), 'nobody else waits');
  clock.advance(waitMs);
  assert.ok(come('10.0.0.1'));
});

test('attempts of one address: a burst, then one a second; so many are remembered', () => {
  const clock = new FakeClock();
  const limits = new InboundLimits(clock);
  const comes = (address: string): number => {
    let count = 0;
    for (let i = 0; i < 100; i += 1) {
      const admission = limits.admit(address);
      admission?.gone();
      count += admission ? 1 : 0;
    }
    return count;
  };
  assert.equal(comes('10.0.0.1'), strangerLimits.attemptsBurst);
  clock.advance(3_000);
  assert.equal(comes('10.0.0.1'), 3);
  for (let i = 0; i < strangerLimits.addressesMax; i += 1) limits.noteStranger(`10.1.${i}`);
  assert.equal(comes('10.0.0.1'), strangerLimits.attemptsBurst, 'forgotten, so it begins anew');
});
