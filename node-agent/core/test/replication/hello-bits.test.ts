/** A hello that was changed on its way is no hello, and never another run of an honest node. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cloneLimits } from '../../src/replication/limits.ts';
import { Hamlet, type House, tampered } from './hamlet.ts';

/** Header, type and two versions come before the nonce. */
const nonceAt = 4;
const nonceBits = 128;

function flipped(frame: Uint8Array, bit: number): Uint8Array {
  const changed = frame.slice();
  changed[nonceAt + (bit >> 3)]! ^= 1 << (bit & 7);
  return changed;
}

test('one wrong bit in a nonce ends the link, and nobody is taken for a copy', () => {
  const hamlet = new Hamlet(95);
  const [a, b] = hamlet.houses(2) as [House, House];
  hamlet.link(a, b);
  hamlet.clock.advance(1_000);
  for (let bit = 0; bit < nonceBits; bit++) {
    const { a: endA, b: endB } = hamlet.wire(a, b);
    const changed = tampered(endB, (frame, n) => (n === 0 ? flipped(frame, bit) : frame));
    a.forwarder.addLink(endA);
    b.forwarder.addLink(changed);
    hamlet.clock.advance(60_000);
    assert.equal(b.forwarder.closed.malformed, bit + 1);
  }
  // What comes over the old link, and every link after it, is of the same run as ever.
  hamlet.clock.advance(2 * cloneLimits.overlapMs);
  hamlet.link(a, b);
  hamlet.clock.advance(2 * cloneLimits.overlapMs);
  assert.deepEqual([a.host.seconds, b.host.seconds], [[], []]);
  assert.equal(a.forwarder.neighbours().length, 2);
});
