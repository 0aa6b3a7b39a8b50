/**
 * The two sets that both contestants compare: random ids with random times of a week, from a seed,
 * with differences scattered over all of it, half of them on each side.
 */
import { SeededRandom } from '@muster/core/testing';

export const idBytes = 32;

export interface TimedSet {
  /** 32 bytes each, one after the other. */
  readonly ids: Uint8Array;
  /** Unix seconds of each. */
  readonly seconds: Uint32Array;
}

export interface TwoSets {
  readonly a: TimedSet;
  readonly b: TimedSet;
  readonly key: Uint8Array;
  /** How many each side has alone. */
  readonly onlyA: number;
  readonly onlyB: number;
}

const weekBegins = 1_795_219_200;
const weekSeconds = 7 * 24 * 3600;

/** Sets of `size` items, of which `differences` in all are on one side only. */
export function twoSets(
  seed: number,
  { size, differences }: { readonly size: number; readonly differences: number },
): TwoSets {
  const random = new SeededRandom(seed);
  const onlyA = differences >> 1;
  const onlyB = differences - onlyA;
  const all = randomSet(random, size + onlyB);
  const a = part(all, 0, size);
  const b = part(all, onlyA, size + onlyB);
  return { a, b, key: random.bytes(16), onlyA, onlyB };
}

function randomSet(random: SeededRandom, size: number): TimedSet {
  const ids = random.bytes(size * idBytes);
  const seconds = Uint32Array.from(
    { length: size },
    () => weekBegins + (random.uint32() % weekSeconds),
  );
  return { ids, seconds };
}

function part({ ids, seconds }: TimedSet, from: number, to: number): TimedSet {
  return { ids: ids.slice(from * idBytes, to * idBytes), seconds: seconds.slice(from, to) };
}
