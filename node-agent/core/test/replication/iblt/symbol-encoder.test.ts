import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedSymbols } from '../../../src/replication/iblt/coded-symbols.ts';
import { beginSequences, nextIndex } from '../../../src/replication/iblt/index-sequence.ts';
import { keyedMix } from '../../../src/replication/iblt/keyed-mix.ts';
import type { ShortIds } from '../../../src/replication/iblt/short-ids.ts';
import { SymbolEncoder } from '../../../src/replication/iblt/symbol-encoder.ts';
import { SeededRandom } from '../../../src/testing/seeded-random.ts';
import { randomShortIds } from './sets.ts';

const checkSeed = 0xc0ffee;

/** Symbol by symbol: which items have it in their sequence? */
function naive(items: ShortIds, total: number): string[] {
  const out = Array.from({ length: total }, () => ({ hi: 0, lo: 0, check: 0, count: 0 }));
  for (let j = 0; j < items.hi.length; j++) {
    const one = beginSequences(items.hi.slice(j, j + 1), items.lo.slice(j, j + 1));
    for (let i = 0; i < total; i = nextIndex(one, 0)) {
      const symbol = out[i]!;
      symbol.hi = (symbol.hi ^ items.hi[j]!) >>> 0;
      symbol.lo = (symbol.lo ^ items.lo[j]!) >>> 0;
      symbol.check = (symbol.check ^ keyedMix(checkSeed, items.hi[j]!, items.lo[j]!)) >>> 0;
      symbol.count += 1;
    }
  }
  return out.map(({ hi, lo, check, count }) => [hi, lo, check, count].join());
}

function texts(symbols: CodedSymbols): string[] {
  const { sumHi, sumLo, check, count } = symbols;
  return Array.from({ length: symbols.length }, (_, i) =>
    [sumHi[i], sumLo[i], check[i], count[i]].join(),
  );
}

test('symbols are the sums of the items in them, in whatever batches they are asked for', () => {
  for (const [seed, count] of [0, 1, 2, 3, 50, 700].entries()) {
    const items = randomShortIds(new SeededRandom(seed), count);
    const expected = naive(items, 120);
    for (const batches of [[120], [1, 119], [24, 1, 0, 30, 65], Array(120).fill(1) as number[]]) {
      const encoder = new SymbolEncoder(items, checkSeed);
      const got: string[] = [];
      for (const batch of batches) {
        assert.equal(encoder.produced, got.length);
        const symbols = encoder.next(batch);
        assert.equal(symbols.first, got.length);
        got.push(...texts(symbols));
      }
      assert.deepEqual(got, expected);
    }
  }
});

test('symbol 0 holds every item', () => {
  const symbols = new SymbolEncoder(randomShortIds(new SeededRandom(9), 321), checkSeed).next(1);
  assert.equal(symbols.count[0], 321);
});

test('a run of symbols keeps its values while it grows', () => {
  const symbols = new CodedSymbols(7);
  for (let i = 0; i < 100; i++) {
    symbols.extend(1);
    assert.ok(symbols.isZero(i));
    symbols.count[i] = i - 50;
    symbols.check[i] = i;
  }
  assert.deepEqual(
    Array.from(symbols.count.subarray(0, 100)),
    Array.from({ length: 100 }, (_, i) => i - 50),
  );
  assert.equal(symbols.check[99], 99);
  assert.equal(symbols.first, 7);
});
