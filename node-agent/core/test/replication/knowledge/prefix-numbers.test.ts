/** Numbers by id prefix against a plain list, over random histories. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PrefixNumbers } from '../../../src/replication/knowledge/prefix-numbers.ts';
import { prefixOf } from '../../../src/replication/messages/id-prefix.ts';
import { intBelow, SeededRandom } from '../../../src/testing/seeded-random.ts';

test('it does as a list would, from which the one that came longest ago goes', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = new SeededRandom(seed);
    const max = 64 * 2 ** intBelow(random, 3);
    const numbers = new PrefixNumbers(max, random.uint32());
    const prefixes = Array.from({ length: 3 * max }, () => prefixOf(random.bytes(8)));
    let list: { prefix: string; number: number }[] = [];
    // Without deletions, which leave gaps in the ring, it holds as many as it may.
    for (let step = 0; step < 6 * max; step++) {
      const prefix = prefixes[intBelow(random, prefixes.length)]!;
      const known = list.find((one) => one.prefix === prefix);
      numbers.set(prefix, step);
      if (known) known.number = step;
      else if (list.push({ prefix, number: step }) > max) list.shift();
    }
    for (const prefix of prefixes) {
      const known = list.find((one) => one.prefix === prefix);
      assert.equal(numbers.get(prefix), known?.number, `seed ${seed}`);
    }
    for (const { prefix } of list.filter((_, i) => i % 3 === 0)) numbers.delete(prefix);
    list = list.filter((_, i) => i % 3 !== 0);
    for (const { prefix, number } of list) assert.equal(numbers.get(prefix), number);
    for (let i = 0; i < max; i++) numbers.set(prefixOf(random.bytes(8)), i);
    for (const { prefix } of list) assert.equal(numbers.get(prefix), undefined);
  }
});

test('a deleted prefix is gone, and those that shared its place by the hash are found', () => {
  const numbers = new PrefixNumbers(64, 0);
  const prefixes = Array.from({ length: 64 }, (_, i) =>
    prefixOf(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, i)),
  );
  for (const [i, prefix] of prefixes.entries()) numbers.set(prefix, i);
  for (let i = 0; i < 64; i += 2) numbers.delete(prefixes[i]!);
  for (const [i, prefix] of prefixes.entries()) {
    assert.equal(numbers.get(prefix), i % 2 === 0 ? undefined : i);
  }
  numbers.delete(prefixes[0]!);
});
