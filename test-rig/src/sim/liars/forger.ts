/**
 * Bundles with a wrong signature, in another's name, of another site, of another channel: made anew
 * or of what passes. Its own node finds every signature good, so what other forgers send it passes
 * on as well.
 */
import { intBelow, pick, SampleSite } from '@muster/core/testing';
import { type Forgers, forge, forgeryKinds } from './forgery.ts';
import type { Liar, LiarOptions } from './liar.ts';
import { LyingLinks } from './lying-links.ts';
import { Witness } from './witness.ts';

/** Forged in one act: sometimes more than a neighbour forgives. */
const atOnceMax = 60;

export function createForger({ count, random, sample, site }: LiarOptions): Liar {
  const links = new LyingLinks();
  const witness = new Witness(random);
  const by: Forgers = {
    ...{ random, sample, site },
    key: site.crypto.keyPairFromSeed(random.bytes(32)),
    stranger: new SampleSite(site.crypto, random).author(2),
    otherTicket: site.guest(sample).ticket,
  };
  return {
    ports: (honest) => ({ ...honest, crypto: { ...honest.crypto, verify: () => true } }),
    wrap: (link) => links.wrap(link),
    act(box) {
      witness.look(box);
      for (const { carried, lane } of witness.some(1 + intBelow(random, atOnceMax))) {
        count('lie');
        links.inject(forge(pick(random, forgeryKinds), carried, by), lane);
      }
    },
  };
}
