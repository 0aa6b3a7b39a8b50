/**
 * Ages and hops go back to nothing: its node's clock all but stands still, so that nothing grows
 * older in its hands, and now and then it sends something as if it had just been written.
 */
import type { Clock } from '@muster/core';
import { intBelow } from '@muster/core/testing';
import type { Liar, LiarOptions } from './liar.ts';
import { LyingLinks } from './lying-links.ts';
import { Witness } from './witness.ts';

/** Slow, and not stopped: a node whose budgets never fill again ends its links by itself. */
const slowness = 0.01;
const atOnceMax = 10;

export function createAgeResetter({ count, random }: LiarOptions): Liar {
  const links = new LyingLinks();
  const witness = new Witness(random);
  return {
    ports: (honest) => ({ ...honest, clock: slowed(honest.clock) }),
    wrap: (link) => links.wrap(link),
    act(box) {
      witness.look(box);
      for (const { carried, lane } of witness.some(1 + intBelow(random, atOnceMax))) {
        count('lie');
        links.inject({ ...carried, ageMs: 0, hops: 0 }, lane);
      }
    },
  };
}

function slowed(clock: Clock): Clock {
  return {
    monotonicMs: () => clock.monotonicMs() * slowness,
    wall: () => clock.wall(),
    after: (delayMs, run) => clock.after(delayMs, run),
  };
}
