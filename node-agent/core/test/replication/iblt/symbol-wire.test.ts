import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BodyReader } from '../../../src/replication/iblt/body-reader.ts';
import { BodyWriter } from '../../../src/replication/iblt/body-writer.ts';
import { CodedSymbols } from '../../../src/replication/iblt/coded-symbols.ts';
import { itemsMax } from '../../../src/replication/iblt/constants.ts';
import { indexShare } from '../../../src/replication/iblt/index-sequence.ts';
import { SymbolEncoder } from '../../../src/replication/iblt/symbol-encoder.ts';
import {
  expectedCount,
  readSymbols,
  symbolBytesMax,
  writeSymbol,
} from '../../../src/replication/iblt/symbol-wire.ts';
import { SeededRandom } from '../../../src/testing/seeded-random.ts';
import { truncated } from '../../support/mutations.ts';
import { randomShortIds } from './sets.ts';

function written(symbols: CodedSymbols, itemCount: number): Uint8Array {
  const writer = new BodyWriter(symbols.length * symbolBytesMax);
  for (let at = 0; at < symbols.length; at++) writeSymbol(writer, symbols, { at, itemCount });
  return writer.finish();
}

function read(bytes: Uint8Array, itemCount: number, { first = 0, symbolsMax = 1e6 } = {}) {
  const symbols = new CodedSymbols(first);
  const count = readSymbols(new BodyReader(bytes), symbols, { itemCount, symbolsMax });
  return { symbols, count };
}

function columns({ length, sumHi, sumLo, check, count }: CodedSymbols) {
  return [sumHi, sumLo, check, count].map((column) => Array.from(column.subarray(0, length)));
}

test('a run of symbols comes back, from wherever it begins', () => {
  const encoder = new SymbolEncoder(randomShortIds(new SeededRandom(1), 5_000), 9);
  for (const batch of [24, 1, 700]) {
    const symbols = encoder.next(batch);
    const back = read(written(symbols, 5_000), 5_000, { first: symbols.first });
    assert.deepEqual(back.count, { ok: true, value: batch });
    assert.deepEqual(columns(back.symbols), columns(symbols));
  }
});

test('symbols of 100,000 items take little more than 13 bytes', () => {
  const encoder = new SymbolEncoder(randomShortIds(new SeededRandom(2), 100_000), 9);
  assert.ok(written(encoder.next(24), 100_000).length <= 24 * 14);
  assert.ok(written(encoder.next(1_400), 100_000).length <= 1_400 * 13.2);
});

test('the expected count is the exact share, rounded half up', () => {
  for (const n of [0, 1, 2, 1_000, 100_000, itemsMax]) {
    for (const i of [0, 1, 2, 3, 10, 1_000, 100_000, 700_000]) {
      const divisor = BigInt(2 * i + 3) ** 2n;
      const exact =
        i === 0 ? BigInt(n) : (16n * BigInt(n) * BigInt(i + 1) + divisor) / (2n * divisor);
      assert.equal(BigInt(expectedCount(n, i)), exact, `n ${n}, i ${i}`);
      assert.ok(Math.abs(expectedCount(n, i) - n * indexShare(i)) <= 0.5 + 1e-6);
    }
  }
});

test('every cut is malformed, except between symbols', () => {
  const symbols = new SymbolEncoder(randomShortIds(new SeededRandom(3), 200), 9).next(6);
  const bytes = written(symbols, 200);
  let whole = 0;
  for (const cut of truncated(bytes)) {
    const { count } = read(cut, 200);
    if (count.ok) whole += 1;
    else assert.equal(count.reason, 'symbol-malformed');
  }
  assert.equal(whole, 6);
});

/** One symbol with these bytes of count behind it. */
function withCount(...count: number[]): Uint8Array {
  return Uint8Array.of(...new Uint8Array(12).fill(1), ...count);
}

test('counts have one form, and stay between none and all items', () => {
  assert.equal(read(withCount(0), 5).symbols.count[0], 5);
  assert.equal(read(withCount(9), 5).symbols.count[0], 0);
  const reason = (...count: number[]) => {
    const answer = read(withCount(...count), 5).count;
    return answer.ok ? 'taken' : answer.reason;
  };
  assert.equal(reason(11), 'symbol-count');
  assert.equal(reason(2), 'symbol-count');
  assert.equal(reason(0x80, 0x00), 'symbol-malformed');
  assert.equal(reason(0xff, 0xff, 0xff, 0xff, 0x0f), 'symbol-count');
  assert.equal(reason(0xff, 0xff, 0xff, 0xff, 0x10), 'symbol-malformed');
  assert.equal(reason(0xff, 0xff, 0xff, 0xff, 0xff, 0x01), 'symbol-malformed');
});

test('one symbol more than allowed is refused', () => {
  const symbols = new SymbolEncoder(randomShortIds(new SeededRandom(4), 9), 9).next(3);
  const bytes = written(symbols, 9);
  assert.ok(read(bytes, 9, { symbolsMax: 3 }).count.ok);
  assert.deepEqual(read(bytes, 9, { symbolsMax: 2 }).count, {
    ok: false,
    reason: 'too-many-symbols',
  });
});

test('varints keep every value, zigzag ones of both signs', () => {
  const values = [0, 1, 127, 128, 16_383, 16_384, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
  const signed = [0, -1, 1, -64, 64, 100_000, -100_000, 2 ** 31 - 1, -(2 ** 31)];
  const writer = new BodyWriter(100);
  for (const value of values) writer.varint(value);
  for (const value of signed) writer.signedVarint(value);
  const reader = new BodyReader(writer.finish());
  for (const value of values) assert.equal(reader.varint(), value);
  for (const value of signed) assert.equal(reader.signedVarint(), value);
  assert.equal(reader.left, 0);
  assert.equal(reader.failed, false);
  assert.equal(reader.byte(), 0);
  assert.equal(reader.failed, true);
});
