/** The liars of a simulated world, one file a kind. */
import { createAgeResetter } from './age-resetter.ts';
import { createBabbler } from './babbler.ts';
import { createFalseSet } from './false-set.ts';
import { createFlooder } from './flooder.ts';
import { createForger } from './forger.ts';
import { createForker } from './forker.ts';
import type { Liar, LiarKind, LiarOptions } from './liar.ts';
import { createReplayer } from './replayer.ts';
import { createWithholder } from './withholder.ts';

export * from './liar.ts';

const makers: Readonly<Record<LiarKind, (options: LiarOptions) => Liar>> = {
  forger: createForger,
  replayer: createReplayer,
  withholder: createWithholder,
  'false-set': createFalseSet,
  'age-resetter': createAgeResetter,
  forker: createForker,
  babbler: createBabbler,
  flooder: createFlooder,
};

export function createLiar(kind: LiarKind, options: LiarOptions): Liar {
  return makers[kind](options);
}
