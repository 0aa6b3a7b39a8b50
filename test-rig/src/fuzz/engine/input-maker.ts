/**
 * The inputs of one chunk, drawn from (target, seed, chunk): the same ones again for the same
 * outcomes. The first chunk begins with the valid inputs, the kept corpus and what is hostile to
 * every parser, as they are.
 */
import { SeededRandom } from '@muster/core/testing';
import { hostileInputs } from '../mutate/hostile.ts';
import { mutate } from '../mutate/mutate.ts';
import type { FuzzTarget, FuzzVerdict } from '../target.ts';
import { Pool } from './pool.ts';

/** Of the inputs that can be signed again, one in so many is. */
const repairedOneIn = 3;

export class InputMaker {
  readonly #target: FuzzTarget;
  readonly #random: SeededRandom;
  readonly #pool: Pool;
  readonly #plain: Uint8Array[];

  constructor(
    target: FuzzTarget,
    { seed, chunk, corpus }: { seed: number; chunk: number; corpus: readonly Uint8Array[] },
  ) {
    this.#target = target;
    const words = [seed, chunk, nameHash(target.name), 1] as const;
    this.#random = new SeededRandom(words);
    // The state above is nearly zero; some draws spread it.
    for (let i = 0; i < 16; i += 1) this.#random.uint32();
    const first = [...target.seeds(this.#random.fork()), ...corpus];
    this.#pool = new Pool(first);
    this.#plain = chunk === 0 ? [...first, ...hostileInputs].reverse() : [];
  }

  next(): Uint8Array {
    return this.#make().subarray(0, this.#target.inputBytesMax);
  }

  #make(): Uint8Array {
    const plain = this.#plain.pop();
    if (plain) return plain;
    const random = this.#random;
    const { dictionary = [], repair } = this.#target;
    const other = () => this.#pool.draw(random);
    const input = mutate(this.#pool.draw(random), { random, other, dictionary });
    const isRepaired = repair !== undefined && random.uint32() % repairedOneIn === 0;
    return (isRepaired ? repair(input) : undefined) ?? input;
  }

  learn(input: Uint8Array, verdict: FuzzVerdict): void {
    this.#pool.learn(input, verdict);
  }
}

/** FNV-1a: two targets of one seed draw nothing alike. */
function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return hash;
}
