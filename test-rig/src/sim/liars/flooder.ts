/**
 * Guests invented out of its own certificate: each writes what it may, and there are always more of
 * them.
 */
import { chance } from '@muster/core/testing';
import type { Liar, LiarOptions } from './liar.ts';
import { LyingLinks } from './lying-links.ts';

const trickle = 2;
/** A flood is as large as what is taken of one issuer's guests at once, every few hours. */
const flood = 200;
const floodShare = 0.02;
const letters = 200;

export function createFlooder({ count, random, sample, site, wrote }: LiarOptions): Liar {
  const links = new LyingLinks();
  return {
    ports: (honest) => honest,
    wrap: (link) => links.wrap(link),
    act() {
      const guests = chance(random, floodShare) ? flood : trickle;
      count('lie', guests);
      for (let i = 0; i < guests; i++) {
        const bundle = site.guest(sample).write(`${random.uint32()} `.repeat(letters / 10));
        wrote(bundle);
        links.inject(bundle.carried, 1);
      }
    },
  };
}
