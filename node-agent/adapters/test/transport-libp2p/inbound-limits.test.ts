import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionLimits } from '../../src/transport-libp2p/constants.ts';
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
  const limits = new InboundLimits();
  const slow = fill(limits, '10.0.0.1', false);
  assert.equal(slow.length, handshakesPerAddressMax);
  for (const admission of slow) admission.finished();
  assert.equal(slow.length + fill(limits, '10.0.0.1', true).length, inboundPerAddressMax);
  assert.ok(limits.admit('10.0.0.2') !== undefined);
  assert.equal(limits.refused, 2);
});

test('a place is free again once, however often its end is told', () => {
  const limits = new InboundLimits();
  const [first] = fill(limits, '10.0.0.1', true);
  first!.gone();
  first!.gone();
  first!.finished();
  assert.equal(fill(limits, '10.0.0.1', true).length, 1);
});

test('all addresses together have a bound', () => {
  const limits = new InboundLimits();
  let open = 0;
  for (let i = 0; i < 50; i += 1) open += fill(limits, `10.0.0.${i}`, true).length;
  assert.equal(open, inboundMax);
});
