/**
 * The moments at which the power is cut, drawn from a seed: mostly around what changes what a cut
 * may take (syncs, names, a file cut short, an answer), some anywhere.
 */
import { chance, intBelow, pick, type SeededRandom } from '@muster/core/testing';
import type { Operation } from '../operation.ts';

const besideMax = 3;
const besideShare = 0.7;

const sharp: ReadonlySet<Operation['kind']> = new Set([
  ...(['sync-begin', 'sync-end', 'rename', 'link', 'unlink', 'create'] as const),
  ...(['truncate', 'mkdir', 'mark'] as const),
]);

export class Cuts {
  readonly #count: number;
  readonly #sharp: readonly number[];

  constructor(operations: readonly Operation[]) {
    this.#count = operations.length;
    this.#sharp = operations.flatMap(({ kind }, at) => (sharp.has(kind) ? [at] : []));
  }

  /** So many operations were done: 0 to all of them. */
  draw(random: SeededRandom): number {
    if (this.#sharp.length === 0 || !chance(random, besideShare)) {
      return intBelow(random, this.#count + 1);
    }
    const at = pick(random, this.#sharp) + 1 + intBelow(random, 2 * besideMax + 1) - besideMax;
    return Math.min(this.#count, Math.max(0, at));
  }
}
