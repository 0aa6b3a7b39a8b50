/**
 * The moments at which the power is cut, drawn from a seed: some anywhere, most around what changes
 * what a cut may take, each kind of it as often as the others however rare it is: a sync, a name, a
 * file cut short, an answer, the start of a process.
 */
import { chance, intBelow, pick, type SeededRandom } from '@muster/core/testing';
import type { Operation } from '../operation.ts';

/** Operations before and after the one around which it is cut. */
type Beside = readonly [before: number, after: number];

const anywhereShare = 0.25;

const sharp: readonly { readonly kinds: readonly Operation['kind'][]; readonly beside: Beside }[] =
  [
    { kinds: ['sync-begin'], beside: [2, 4] },
    { kinds: ['sync-end'], beside: [4, 2] },
    { kinds: ['create', 'rename', 'link', 'unlink', 'mkdir'], beside: [2, 4] },
    { kinds: ['truncate'], beside: [3, 3] },
    { kinds: ['mark'], beside: [3, 3] },
    // Until it has opened its files, and found what a killed one left.
    { kinds: ['start'], beside: [2, 40] },
  ];

export class Cuts {
  readonly #count: number;
  readonly #sharp: readonly { readonly at: readonly number[]; readonly beside: Beside }[];

  constructor(operations: readonly Operation[]) {
    this.#count = operations.length;
    this.#sharp = sharp
      .map(({ kinds, beside }) => ({ at: placesOf(operations, kinds), beside }))
      .filter(({ at }) => at.length > 0);
  }

  /** So many operations were done: 0 to all of them. */
  draw(random: SeededRandom): number {
    if (this.#sharp.length === 0 || chance(random, anywhereShare)) {
      return intBelow(random, this.#count + 1);
    }
    const { at, beside } = pick(random, this.#sharp);
    const [before, after] = beside;
    const cut = pick(random, at) + 1 - before + intBelow(random, before + after + 1);
    return Math.min(this.#count, Math.max(0, cut));
  }
}

function placesOf(operations: readonly Operation[], kinds: readonly Operation['kind'][]): number[] {
  return operations.flatMap(({ kind }, at) => (kinds.includes(kind) ? [at] : []));
}
