/** Integers at which length checks and number types break, written over or into octets. */
import { intBelow, pick } from '@muster/core/testing';
import type { Mutator } from './ground.ts';

export const interestingIntegers: readonly bigint[] = [
  ...[0n, 1n, 2n, 15n, 16n, 17n, 23n, 24n, 31n, 32n, 33n, 63n, 64n, 65n, 127n, 128n],
  ...[254n, 255n, 256n, 511n, 512n, 1023n, 1024n, 2048n, 4096n, 32767n, 32768n, 65535n, 65536n],
  ...[0xffffffn, 2n ** 24n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n],
  ...[2n ** 48n - 1n, 2n ** 48n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n],
  2n ** 64n - 1n,
];

/** One of them over the octets that are there, 1, 2, 4 or 8 wide, in either order. */
export const writeInteger: Mutator = (input, { random }) => {
  const width = pick(random, [1, 2, 4, 8]);
  if (input.length < width) return input;
  const changed = input.slice();
  const at = intBelow(random, input.length - width + 1);
  const view = new DataView(changed.buffer, changed.byteOffset);
  const value = BigInt.asUintN(8 * width, pick(random, interestingIntegers));
  const isLittle = random.uint32() % 2 === 0;
  if (width === 1) view.setUint8(at, Number(value));
  else if (width === 2) view.setUint16(at, Number(value), isLittle);
  else if (width === 4) view.setUint32(at, Number(value), isLittle);
  else view.setBigUint64(at, value, isLittle);
  return changed;
};

/** A number somewhere in the octets, a little more or less than it was. */
export const nudgeInteger: Mutator = (input, { random }) => {
  if (input.length === 0) return input;
  const changed = input.slice();
  const at = intBelow(random, input.length);
  changed[at] = changed[at]! + (random.uint32() % 2 === 0 ? 1 : -1) * (1 + intBelow(random, 16));
  return changed;
};
