/**
 * A link that died at one end only, while that end has opened another: the end that has both uses
 * the one over which it is heard, before the old one ends in its own time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Link } from '../../src/ports/link.ts';
import type { MemoryWire } from '../../src/testing/memory-link.ts';
import { Hamlet, type House } from './hamlet.ts';

/** From now on nothing passes, and only end a learns it. */
function dieAtA(wire: MemoryWire): void {
  wire.pauseAtoB();
  wire.pauseBtoA();
  (wire.a as Link).close('silent');
}

test('what is written at the other end comes at once, not when the old link has ended', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const hamlet = new Hamlet(seed);
    const [a, b] = hamlet.houses(2) as [House, House];
    const old = hamlet.link(a, b);
    hamlet.clock.advance(5_000);
    dieAtA(old);
    hamlet.clock.advance(1_000);
    hamlet.link(a, b);
    hamlet.clock.advance(5_000);
    b.put(hamlet.author().write('by b'));
    a.put(hamlet.author().write('by a'));
    hamlet.clock.advance(1_000);
    for (const house of [a, b]) assert.equal(house.host.heldIds().length, 2, `seed ${seed}`);
    assert.equal(b.forwarder.neighbours().length, 2);
  }
});

test('a link to an earlier run of the neighbour is used by nobody, whoever opened it', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const hamlet = new Hamlet(seed);
    const [a, b] = hamlet.houses(2) as [House, House];
    const old = hamlet.link(b, a);
    hamlet.clock.advance(5_000);
    old.cut({ vanished: 'b', noticeMs: 60_000 });
    const reborn = hamlet.house(a.sample);
    hamlet.clock.advance(1_000);
    hamlet.link(reborn, b);
    hamlet.clock.advance(5_000);
    b.put(hamlet.author().write('by b'));
    hamlet.clock.advance(1_000);
    assert.equal(reborn.host.heldIds().length, 1, `seed ${seed}`);
    assert.equal(b.forwarder.neighbours().length, 2);
  }
});
