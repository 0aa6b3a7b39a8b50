/**
 * Two contents under one number: it writes with keys of its own, rightly admitted, and tells each
 * neighbour another one; some time later all of them.
 */
import { Role } from '@muster/core';
import { chance, pick, type SampleAuthor } from '@muster/core/testing';
import type { Liar, LiarOptions, LiarWrote } from './liar.ts';
import { LyingLinks } from './lying-links.ts';

/** Keys that it writes with; most acts are of one that forked before. */
const authorsMax = 4;
const newAuthorShare = 0.02;

export function createForker({ count, random, sample, site, wrote }: LiarOptions): Liar {
  const links = new LyingLinks();
  const authors: SampleAuthor[] = [];
  const forks: LiarWrote[] = [];
  const author = (): SampleAuthor => {
    if (authors.length === 0 || (authors.length < authorsMax && chance(random, newAuthorShare))) {
      authors.push(chance(random, 0.5) ? site.guest(sample) : site.author(Role.staff));
    }
    return pick(random, authors);
  };
  const lane = 1;
  return {
    ports: (honest) => honest,
    wrap: (link) => links.wrap(link),
    act() {
      count('lie');
      for (const fork of forks.splice(0)) links.inject(fork.carried, lane);
      const one = author();
      const text = `fork ${random.uint32()}`;
      const contents = [one.fork(`${text} a`), one.fork(`${text} b`), one.write(`${text} c`)];
      for (const content of contents) wrote(content);
      for (const link of links.all()) link.inject(pick(random, contents).carried, lane);
      forks.push(...contents);
    },
  };
}
