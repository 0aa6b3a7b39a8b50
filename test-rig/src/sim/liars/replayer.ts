/**
 * Sends again and again what it ever saw: as it was, as if it were new, as if it had come no link;
 * also what expired long ago.
 */
import { chance, intBelow } from '@muster/core/testing';
import type { Liar, LiarOptions } from './liar.ts';
import { LyingLinks } from './lying-links.ts';
import { Witness } from './witness.ts';

const atOnceMax = 40;

export function createReplayer({ count, random }: LiarOptions): Liar {
  const links = new LyingLinks();
  const witness = new Witness(random);
  return {
    ports: (honest) => honest,
    wrap: (link) => links.wrap(link),
    act(box) {
      witness.look(box);
      for (const { carried, lane } of witness.some(1 + intBelow(random, atOnceMax))) {
        count('lie');
        const ageMs = chance(random, 0.5) ? 0 : carried.ageMs;
        const hops = chance(random, 0.5) ? 0 : carried.hops;
        links.inject({ ...carried, ageMs, hops }, lane);
      }
    },
  };
}
