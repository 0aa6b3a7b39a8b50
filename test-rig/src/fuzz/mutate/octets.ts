/** Mutators that know nothing of the format: bits, octets and ranges. */
import { concat } from '@muster/core';
import { intBelow, pick, type SeededRandom } from '@muster/core/testing';
import { fuzzLimits } from '../limits.ts';
import type { Mutator } from './ground.ts';
import { nudgeInteger, writeInteger } from './integers.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Short ranges mostly, and now and then any. */
function drawRange(random: SeededRandom, length: number): Range {
  const longest = random.uint32() % 4 === 0 ? length : Math.min(length, 16);
  const from = intBelow(random, length + 1);
  return { from, to: Math.min(length, from + 1 + intBelow(random, Math.max(1, longest))) };
}

/** `input` with `middle` in place of what is in the range. */
export function replaceRange(input: Uint8Array, { from, to }: Range, middle: Uint8Array) {
  return concat(input.subarray(0, from), middle, input.subarray(to));
}

function insertAt(input: Uint8Array, random: SeededRandom, middle: Uint8Array): Uint8Array {
  const at = intBelow(random, input.length + 1);
  return replaceRange(input, { from: at, to: at }, middle);
}

const flipBit: Mutator = (input, { random }) => {
  if (input.length === 0) return input;
  const changed = input.slice();
  changed[intBelow(random, input.length)]! ^= 1 << intBelow(random, 8);
  return changed;
};

const writeOctets: Mutator = (input, { random }) => {
  if (input.length === 0) return input;
  const changed = input.slice();
  const { from, to } = drawRange(random, input.length);
  changed.set(random.bytes(to - from), from);
  return changed;
};

const deleteRange: Mutator = (input, { random }) =>
  replaceRange(input, drawRange(random, input.length), new Uint8Array(0));

const truncate: Mutator = (input, { random }) => input.slice(0, intBelow(random, input.length + 1));

const insertOctets: Mutator = (input, { random }) =>
  insertAt(input, random, random.bytes(1 + intBelow(random, 8)));

const insertRun: Mutator = (input, { random }) => {
  const length = random.uint32() % 64 === 0 ? 1 << intBelow(random, 18) : intBelow(random, 64);
  const octet = pick(random, [0, 0xff, 0x20, 0x30, 0x41, 0x80, 0x81, random.uint32() & 255]);
  return insertAt(input, random, new Uint8Array(length).fill(octet));
};

const duplicateRange: Mutator = (input, { random }) => {
  const { from, to } = drawRange(random, input.length);
  return insertAt(input, random, input.subarray(from, to));
};

/** A range again and again: more of something than anybody expects. */
const repeatRange: Mutator = (input, { random }) => {
  const { from, to } = drawRange(random, input.length);
  if (from === to) return input;
  const times = 1 + intBelow(random, random.uint32() % 64 === 0 ? 4_096 : 16);
  const fits = Math.max(1, Math.min(times, Math.floor(fuzzLimits.inputBytesMax / (to - from))));
  const part = input.subarray(from, to);
  const parts = Array.from({ length: fits }, () => part);
  return replaceRange(input, { from: to, to }, concat(...parts));
};

const moveRange: Mutator = (input, { random }) => {
  const range = drawRange(random, input.length);
  const part = input.slice(range.from, range.to);
  return insertAt(replaceRange(input, range, new Uint8Array(0)), random, part);
};

const splice: Mutator = (input, { random, other }) => {
  const rest = other();
  return concat(
    input.subarray(0, intBelow(random, input.length + 1)),
    rest.subarray(intBelow(random, rest.length + 1)),
  );
};

const takeRange: Mutator = (input, { random, other }) => {
  const from = other();
  const range = drawRange(random, from.length);
  const part = from.subarray(range.from, range.to);
  return random.uint32() % 2 === 0
    ? insertAt(input, random, part)
    : replaceRange(input, drawRange(random, input.length), part);
};

const token: Mutator = (input, { random, dictionary }) => {
  if (dictionary.length === 0) return flipBit(input, { random, dictionary, other: () => input });
  const word = pick(random, dictionary);
  return random.uint32() % 2 === 0
    ? insertAt(input, random, word)
    : replaceRange(input, drawRange(random, input.length), word);
};

export const octetMutators: readonly Mutator[] = [
  ...[flipBit, flipBit, writeOctets, writeInteger, writeInteger, nudgeInteger],
  ...[deleteRange, truncate, insertOctets, insertRun, duplicateRange, repeatRange],
  ...[moveRange, splice, takeRange, token, token],
];
