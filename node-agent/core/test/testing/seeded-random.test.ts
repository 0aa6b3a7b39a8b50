import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomContract } from '../../src/testing/random-contract.ts';
import {
  chance,
  fraction,
  intBelow,
  pick,
  SeededRandom,
  shuffled,
} from '../../src/testing/seeded-random.ts';

randomContract('seeded random', () => new SeededRandom(1), { test, assert });

test('follows xoshiro128** 1.1 step by step', () => {
  // State 1, 2, 3, 4: the outputs of the authors' C program.
  const random = new SeededRandom([1, 2, 3, 4]);
  const words = Array.from({ length: 6 }, () => random.uint32());
  assert.deepEqual(words, [11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
});

test('the same seed gives the same run, another seed another', () => {
  const draw = (seed: number): string => new SeededRandom(seed).bytes(64).join();
  assert.equal(draw(42), draw(42));
  assert.notEqual(draw(42), draw(43));
  assert.notEqual(draw(0), draw(-1));
});

test('a fork has a stream of its own', () => {
  const random = new SeededRandom(5);
  const forked = random.fork();
  assert.notDeepEqual(forked.bytes(32), random.bytes(32));
});

test('the small functions stay in their bounds', () => {
  const random = new SeededRandom(9);
  const items = ['a', 'b', 'c', 'd'];
  let hits = 0;
  for (let i = 0; i < 10_000; i += 1) {
    assert.ok(fraction(random) < 1);
    assert.ok(intBelow(random, 3) < 3);
    assert.ok(items.includes(pick(random, items)));
    if (chance(random, 0.25)) hits += 1;
  }
  assert.ok(hits > 2200 && hits < 2800);
  assert.deepEqual(shuffled(random, items).sort(), items);
  assert.deepEqual(items, ['a', 'b', 'c', 'd']);
  assert.equal(chance(random, 0), false);
  assert.equal(chance(random, 1), true);
});
