/** The fuzzer itself: inputs repeat, the CBOR tree loses nothing, faults are made small. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat, encodeCbor, equalBytes, toHex, utf8 } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { runChunk } from '../../src/fuzz/engine/chunk.ts';
import { minimise } from '../../src/fuzz/engine/minimise.ts';
import { sharesOf } from '../../src/fuzz/engine/shares.ts';
import { fuzzLimits } from '../../src/fuzz/limits.ts';
import { parseCbor, writeCbor } from '../../src/fuzz/mutate/cbor-tree.ts';
import { hostileInputs } from '../../src/fuzz/mutate/hostile.ts';
import { mutate } from '../../src/fuzz/mutate/mutate.ts';
import { runIndex } from '../../src/fuzz/single.ts';
import { loadTarget } from '../../src/fuzz/targets.ts';

const nested = encodeCbor([1, utf8('octets'), encodeCbor(['in', [2, 'deep']]), [], 'text']);

test('the tree writes what it read, byte strings that hold CBOR too', () => {
  const odd = Uint8Array.of(0x82, 0x18, 0x01, 0xa1, 0x20, 0xf9, 0x7e, 0x00);
  for (const bytes of [nested, odd, concat(nested, odd)]) {
    assert.equal(toHex(writeCbor(parseCbor(bytes)!)), toHex(bytes));
  }
  assert.equal(parseCbor(nested.subarray(0, -1)), undefined);
  assert.equal(parseCbor(Uint8Array.of(0x9b, 255, 255, 255, 255, 255, 255, 255, 255)), undefined);
});

test('mutations repeat from their seed, differ, and stay within the bound', () => {
  const inputs = [nested, utf8('{"a":[1,"b",null],"c":{}}'), utf8('plain text'), new Uint8Array(0)];
  const draw = (seed: number) => {
    const random = new SeededRandom(seed);
    const ground = { random, dictionary: [utf8('word')], other: () => nested };
    return Array.from({ length: 4_000 }, (_, i) => mutate(inputs[i % inputs.length]!, ground));
  };
  const [once, again] = [draw(3), draw(3)];
  assert.ok(once.every((input, i) => equalBytes(input, again[i]!)));
  assert.ok(new Set(once.map(toHex)).size > 2_500);
  assert.ok(once.every(({ length }) => length <= fuzzLimits.inputBytesMax));
});

test('what is hostile to all is within the bound of an input too', () => {
  for (const { length } of hostileInputs) assert.ok(length <= fuzzLimits.inputBytesMax);
});

test('an input is made again from target, seed and number', async () => {
  const loaded = { target: await loadTarget('session'), corpus: [] };
  const index = 2 * fuzzLimits.chunkInputs + 150;
  let seen = '';
  const watch = (at: number, input: Uint8Array) => {
    if (at === index) seen = toHex(input);
  };
  await runChunk(loaded, { target: 'session', seed: 8, chunk: 2, inputs: 200 }, { watch });
  const single = await runIndex('session', { seed: 8, index });
  assert.equal(single.input, seen);
  assert.notEqual(seen, '');
});

test('an untyped error is a fault, with place and input; a typed one is a refusal', async () => {
  const target = {
    name: 'sample',
    seeds: () => [Uint8Array.of(1, 2, 3)],
    run: (input: Uint8Array) => {
      if (input.length === 0) throw new RangeError('typed');
      if (input.includes(0xff)) throw new TypeError('not typed');
      return true;
    },
    isTyped: (error: unknown) => error instanceof RangeError,
  };
  const spec = { target: 'sample', seed: 1, chunk: 0, inputs: 2_000 };
  const { counts, faults } = await runChunk({ target, corpus: [] }, spec);
  assert.ok(faults.length > 0 && faults.length <= fuzzLimits.faultsMax);
  assert.match(faults[0]!.text, /^TypeError: not typed/);
  assert.ok(faults[0]!.input?.includes('ff'));
  assert.ok((counts.refused.thrown ?? 0) > faults.length);
});

test('a faulty input is made as small as the fault lets it', async () => {
  const isFaulty = async (input: Uint8Array) => input.includes(7) && input.at(-1) === 9;
  const least = await minimise(Uint8Array.of(1, 2, 7, 3, 4, 5, 6, 8, 9), isFaulty);
  assert.deepEqual([...least], [7, 9]);
});

test('the slow get their floor and the fast the rest', () => {
  const speeds = [
    { target: 'slow', perSecond: 1_000 },
    { target: 'forged', perSecond: 5_000 },
    { target: 'fast', perSecond: 50_000 },
  ];
  const shares = sharesOf(8_000_000, speeds);
  assert.ok(shares.get('slow')! >= 10_000);
  assert.ok(shares.get('forged')! >= 100_000);
  const together = [...shares.values()].reduce((sum, share) => sum + share, 0);
  assert.ok(together >= 8_000_000 && together < 8_000_010);
});
