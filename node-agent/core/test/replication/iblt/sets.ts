/** Sets for the tests of reconciliation: random from a seed, so that a failure can be replayed. */
import type { ShortIds } from '../../../src/replication/iblt/short-ids.ts';
import type { SeededRandom } from '../../../src/testing/seeded-random.ts';

export interface SetPair {
  readonly a: Uint8Array;
  readonly b: Uint8Array;
}

/** Ids of two sets: those in common come first, then those that only one has. */
export function idSets(
  random: SeededRandom,
  { common, onlyA, onlyB }: { common: number; onlyA: number; onlyB: number },
): SetPair {
  const shared = random.bytes(common * 32);
  const a = new Uint8Array((common + onlyA) * 32);
  const b = new Uint8Array((common + onlyB) * 32);
  a.set(shared);
  b.set(shared);
  a.set(random.bytes(onlyA * 32), shared.length);
  b.set(random.bytes(onlyB * 32), shared.length);
  return { a, b };
}

export function randomShortIds(random: SeededRandom, count: number): ShortIds {
  const ids = { hi: new Uint32Array(count), lo: new Uint32Array(count) };
  for (let i = 0; i < count; i++) {
    ids.hi[i] = random.uint32();
    ids.lo[i] = (random.uint32() | 1) >>> 0;
  }
  return ids;
}

/** Those of `ids` at these indices. */
export function picked(ids: ShortIds, indices: readonly number[]): ShortIds {
  return {
    hi: Uint32Array.from(indices, (i) => ids.hi[i]!),
    lo: Uint32Array.from(indices, (i) => ids.lo[i]!),
  };
}

export function joined(first: ShortIds, second: ShortIds): ShortIds {
  return {
    hi: Uint32Array.of(...first.hi, ...second.hi),
    lo: Uint32Array.of(...first.lo, ...second.lo),
  };
}

/** Comparable texts, sorted. */
export function texts(ids: ShortIds): string[] {
  return Array.from(ids.hi, (hi, i) => `${hi}:${ids.lo[i]}`).sort();
}

export function asBigInt(ids: ShortIds, i: number): bigint {
  return (BigInt(ids.hi[i]!) << 32n) | BigInt(ids.lo[i]!);
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
