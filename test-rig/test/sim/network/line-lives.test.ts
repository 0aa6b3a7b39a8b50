/** Random lives of a line: whatever is done, it keeps its promise and leaves nothing behind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intBelow, SeededRandom } from '@muster/core/testing';
import { laid, silenceMsMax } from './laid-line.ts';

/** One random life of a line; what it must hold is asserted on the way. */
function live(seed: number): string {
  const random = new SeededRandom(seed);
  const { clock, line, dial } = laid({ jitterMs: 20, loss: 0.1, replay: 0.1 }, seed);
  const pairs = [dial()];
  const off = new Set<'a' | 'b'>();
  const doings: readonly (() => void)[] = [
    () => line.block('ab'),
    () => line.block('ba'),
    () => line.clog(intBelow(random, 2) === 0 ? 'ab' : 'ba'),
    () => line.unblock('ab'),
    () => line.unblock('ba'),
    () => {
      line.unclog('ab');
      line.unclog('ba');
    },
    () => line.part(intBelow(random, 3_000)),
    () => {
      const end = intBelow(random, 2) === 0 ? 'a' : 'b';
      line.vanish(end);
      off.add(end);
    },
    () => {
      if (!line.isOpen) return;
      pairs.push(dial());
      off.clear();
    },
    () => pairs.at(-1)![intBelow(random, 2) === 0 ? 'a' : 'b'].link.close('enough'),
  ];
  for (let i = 0; i < 60; i++) {
    doings[intBelow(random, doings.length)]!();
    for (const { a, b } of pairs) {
      for (const end of [a, b])
        if (intBelow(random, 2) === 0) end.send(i, 1 + intBelow(random, 99));
    }
    clock.advance(intBelow(random, 4_000));
  }
  for (const way of ['ab', 'ba'] as const) {
    line.unblock(way);
    line.unclog(way);
  }
  clock.advance(10 * silenceMsMax);
  for (const { a, b } of pairs) {
    for (const [sender, heard] of [
      [a, b],
      [b, a],
    ] as const) {
      assert.ok(sender.reasons.length <= 1);
      const rising = heard.numbers.every((n, j) => j === 0 || n > heard.numbers[j - 1]!);
      assert.ok(rising, `seed ${seed}: a frame came twice or out of order`);
    }
  }
  // What is half open in the end is told so by silence or reset: both ends live, or none.
  assert.equal(line.streamsAt('a'), line.streamsAt('b'), `seed ${seed}`);
  assert.equal(clock.waiting, 0, `seed ${seed}: an idle line has no timer`);
  return JSON.stringify([line.counts, pairs.map(({ a, b }) => [a.atMs, b.atMs, a.reasons])]);
}

test('300 random lives: once, in order, no end is left half open, no timer stays', () => {
  for (let seed = 1; seed <= 300; seed++) live(seed);
  assert.equal(live(5), live(5));
});
