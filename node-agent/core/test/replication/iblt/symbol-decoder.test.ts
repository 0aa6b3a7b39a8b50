import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedSymbols } from '../../../src/replication/iblt/coded-symbols.ts';
import { beginSequences, nextIndex } from '../../../src/replication/iblt/index-sequence.ts';
import { keyedMix } from '../../../src/replication/iblt/keyed-mix.ts';
import type { ShortIds } from '../../../src/replication/iblt/short-ids.ts';
import { SymbolDecoder } from '../../../src/replication/iblt/symbol-decoder.ts';
import { SymbolEncoder } from '../../../src/replication/iblt/symbol-encoder.ts';
import { SeededRandom } from '../../../src/testing/seeded-random.ts';
import { joined, picked, randomShortIds, range, texts } from './sets.ts';

const checkSeed = 0x5eed;
const none: ShortIds = { hi: new Uint32Array(0), lo: new Uint32Array(0) };

function decoderOf(local: ShortIds, remoteCount: number, symbolsMax = 1e6): SymbolDecoder {
  return new SymbolDecoder(local, { checkSeed, remoteCount, symbolsMax });
}

/** Feeds symbols, `batch` at a time, until the difference is known. */
function decoded(local: ShortIds, remote: ShortIds, batch: number) {
  const decoder = decoderOf(local, remote.hi.length);
  const encoder = new SymbolEncoder(remote, checkSeed);
  for (let fed = 0; fed < 100 * batch + 20_000; fed += batch) {
    const done = decoder.add(encoder.next(batch));
    assert.ok(done.ok);
    if (!done.value) continue;
    const difference = decoder.difference();
    assert.ok(difference.ok);
    return { ...difference.value, symbols: decoder.symbols };
  }
  return assert.fail('never decoded');
}

test('every pair of subsets of six items', () => {
  const items = randomShortIds(new SeededRandom(61), 6);
  const members = (mask: number) => range(0, 6).filter((i) => (mask >> i) & 1);
  for (let a = 0; a < 64; a++) {
    for (let b = 0; b < 64; b++) {
      const local = picked(items, members(a));
      const found = decoded(local, picked(items, members(b)), 4);
      assert.deepEqual(texts(found.onlyRemote), texts(picked(items, members(b & ~a))));
      assert.deepEqual(
        texts(picked(local, [...found.onlyLocal])),
        texts(picked(items, members(a & ~b))),
      );
    }
  }
});

test('differences of every size, in whatever batches the symbols come', () => {
  for (const [seed, size] of [1, 2, 3, 10, 33, 100, 1_000, 6_000, 20_000].entries()) {
    const random = new SeededRandom(seed);
    const common = randomShortIds(random, 500);
    const onlyLocal = randomShortIds(random, size >> 1);
    const onlyRemote = randomShortIds(random, size - (size >> 1));
    const local = joined(common, onlyLocal);
    for (const batch of size > 1_000 ? [size] : [1, 7, size, 3 * size]) {
      const found = decoded(local, joined(onlyRemote, common), batch);
      assert.deepEqual([...found.onlyLocal], range(500, 500 + onlyLocal.hi.length));
      assert.deepEqual(texts(found.onlyRemote), texts(onlyRemote));
    }
  }
});

test('symbols needed per difference: fewer than 2 for few, near 1.35 for many', () => {
  const mean = (size: number, runs: number) => {
    let symbols = 0;
    for (let seed = 0; seed < runs; seed++) {
      const random = new SeededRandom(1_000 * size + seed);
      const remote = randomShortIds(random, size >> 1);
      symbols += decoded(randomShortIds(random, size - (size >> 1)), remote, 1).symbols;
    }
    return symbols / runs / size;
  };
  assert.ok(mean(6, 300) < 2.0);
  assert.ok(mean(100, 40) < 1.52);
  assert.ok(mean(1_000, 4) < 1.42);
});

test('the counts alone estimate the difference', () => {
  for (const [onlyLocal, onlyRemote] of [
    [0, 0],
    [0, 900],
    [400, 300],
    [20_000, 20_000],
  ] as const) {
    const random = new SeededRandom(onlyLocal + 1);
    const common = randomShortIds(random, 2_000);
    const local = joined(common, randomShortIds(random, onlyLocal));
    const remote = joined(common, randomShortIds(random, onlyRemote));
    const decoder = decoderOf(local, remote.hi.length);
    assert.ok(decoder.add(new SymbolEncoder(remote, checkSeed).next(400)).ok);
    const size = onlyLocal + onlyRemote;
    // Four standard errors of sqrt(2 / 400).
    assert.ok(Math.abs(decoder.estimate - size) <= 0.28 * size, `${size}: ${decoder.estimate}`);
  }
});

test('more symbols than allowed are refused, the last allowed one is not', () => {
  const remote = randomShortIds(new SeededRandom(1), 50);
  const encoder = new SymbolEncoder(remote, checkSeed);
  const decoder = decoderOf(none, 50, 20);
  assert.deepEqual(decoder.add(encoder.next(20)), { ok: true, value: false });
  assert.deepEqual(decoder.add(encoder.next(1)), { ok: false, reason: 'too-many-symbols' });
});

/** Symbols that hold these items with these counts, as a liar may make them. */
function forged(items: ShortIds, counts: readonly number[], total: number): CodedSymbols {
  const symbols = new CodedSymbols(0);
  symbols.extend(total);
  for (let j = 0; j < items.hi.length; j++) {
    const one = beginSequences(items.hi.slice(j, j + 1), items.lo.slice(j, j + 1));
    for (let i = 0; i < total; i = nextIndex(one, 0)) {
      symbols.sumHi[i]! ^= items.hi[j]!;
      symbols.sumLo[i]! ^= items.lo[j]!;
      symbols.check[i]! ^= keyedMix(checkSeed, items.hi[j]!, items.lo[j]!);
      symbols.count[i]! += counts[j]!;
    }
  }
  return symbols;
}

test('a first symbol that does not hold the claimed number of items is inconsistent', () => {
  const symbols = forged(randomShortIds(new SeededRandom(2), 3), [1, 1, 1], 10);
  assert.deepEqual(decoderOf(none, 4).add(symbols), { ok: false, reason: 'inconsistent' });
});

test('an item taken away that is not here is inconsistent', () => {
  const decoder = decoderOf(none, -1);
  assert.deepEqual(decoder.add(forged(randomShortIds(new SeededRandom(3), 1), [-1], 10)), {
    ok: true,
    value: true,
  });
  assert.deepEqual(decoder.difference(), { ok: false, reason: 'inconsistent' });
});

test('an item given as new that is here already is inconsistent', () => {
  const local = randomShortIds(new SeededRandom(4), 1);
  const decoder = decoderOf(local, 2);
  // Sent twice it cancels out in the sums, and taking off the local one leaves it standing.
  const twice = forged(joined(local, local), [1, 1], 10);
  assert.deepEqual(decoder.add(twice), { ok: true, value: true });
  assert.deepEqual(decoder.difference(), { ok: false, reason: 'inconsistent' });
});

test('a false surplus does not make up for a false lack', () => {
  const local = randomShortIds(new SeededRandom(7), 1);
  const stranger = randomShortIds(new SeededRandom(8), 1);
  const decoder = decoderOf(local, 1);
  const symbols = forged(joined(joined(local, local), stranger), [1, 1, -1], 30);
  assert.deepEqual(decoder.add(symbols), { ok: true, value: true });
  assert.deepEqual(decoder.difference(), { ok: false, reason: 'inconsistent' });
});

test('an item found twice is inconsistent', () => {
  const items = randomShortIds(new SeededRandom(5), 1);
  const symbols = forged(items, [1], 50);
  const sequence = beginSequences(items.hi, items.lo);
  const again = nextIndex(sequence, 0);
  symbols.sumHi[again] = 0;
  symbols.sumLo[again] = 0;
  symbols.check[again] = 0;
  symbols.count[again] = 2;
  assert.deepEqual(decoderOf(none, 1).add(symbols), { ok: false, reason: 'inconsistent' });
});

test('an empty first symbol before one that is not empty is inconsistent', () => {
  const symbols = new CodedSymbols(0);
  symbols.extend(10);
  symbols.count[6] = 3;
  symbols.sumLo[6] = 77;
  assert.deepEqual(decoderOf(none, 0).add(symbols), { ok: false, reason: 'inconsistent' });
});

test('a fitting check in a symbol that the item does not belong to gives nothing away', () => {
  const items = randomShortIds(new SeededRandom(6), 1);
  const own = forged(items, [1], 20);
  const foreign = range(0, 20).find((i) => own.count[i] === 0)!;
  const symbols = new CodedSymbols(0);
  symbols.extend(20);
  symbols.count[0] = 2;
  symbols.sumHi[foreign] = own.sumHi[0]!;
  symbols.sumLo[foreign] = own.sumLo[0]!;
  symbols.check[foreign] = own.check[0]!;
  symbols.count[foreign] = 1;
  const decoder = decoderOf(none, 2);
  assert.deepEqual(decoder.add(symbols), { ok: true, value: false });
  const found = decoder.difference();
  assert.ok(found.ok && found.value.onlyRemote.hi.length === 0);
});

test('random symbols end quickly, without an item too many', () => {
  for (let seed = 0; seed < 40; seed++) {
    const random = new SeededRandom(seed);
    const symbols = new CodedSymbols(0);
    symbols.extend(2_000);
    for (let i = 0; i < 2_000; i++) {
      symbols.sumHi[i] = random.uint32();
      symbols.sumLo[i] = random.uint32();
      symbols.check[i] = keyedMix(checkSeed, symbols.sumHi[i]!, symbols.sumLo[i]!);
      symbols.count[i] = 1;
    }
    const added = decoderOf(none, 1).add(symbols);
    assert.ok(!added.ok || !added.value, `seed ${seed}`);
  }
});
