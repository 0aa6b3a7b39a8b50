import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCbor } from '../../src/cbor/encode.ts';

test('writes the shortest forms of RFC 8949', () => {
  const hex = (value: Parameters<typeof encodeCbor>[0]): string =>
    Buffer.from(encodeCbor(value)).toString('hex');
  assert.equal(hex(0), '00');
  assert.equal(hex(23), '17');
  assert.equal(hex(24), '1818');
  assert.equal(hex(500), '1901f4');
  assert.equal(hex(2 ** 32), '1b0000000100000000');
  assert.equal(hex(2 ** 53 - 1), '1b001fffffffffffff');
  assert.equal(hex(['', new Uint8Array(0), []]), '83604080');
});

test('a number that is no unsigned integer throws, however deep it sits', () => {
  for (const wrong of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    assert.throws(() => encodeCbor(wrong), RangeError);
    assert.throws(() => encodeCbor([1, ['a', [wrong]]]), RangeError);
  }
});

test('half a surrogate pair becomes a replacement character, which every reader takes', () => {
  assert.deepEqual(encodeCbor('\ud800'), Uint8Array.of(0x63, 0xef, 0xbf, 0xbd));
});

test('the result is a plain Uint8Array of its own, whatever the encoder took from its pool', () => {
  const long = 'a grüße of more than twenty-four characters '.repeat(6);
  for (const value of [1, [new Uint8Array(300), long], ['x', long, new Uint8Array(40)]]) {
    const bytes = encodeCbor(value);
    assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
    assert.equal(bytes.buffer.byteLength, bytes.length);
  }
});
