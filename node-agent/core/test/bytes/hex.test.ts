import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, shortId, toHex } from '../../src/bytes/index.ts';

test('agrees with Node and comes back, in either case', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const text = toHex(bytes);
      assert.equal(text, Buffer.from(bytes).toString('hex'));
      assert.deepEqual(fromHex(text), bytes);
      assert.deepEqual(fromHex(text.toUpperCase()), bytes);
    }),
  );
});

test('refuses what is not an even number of digits', () => {
  for (const text of ['0', '0g', ' 00', '00\n', '0x00', '-1', '٠٠']) {
    assert.equal(fromHex(text), undefined, JSON.stringify(text));
  }
  assert.deepEqual(fromHex(''), new Uint8Array(0));
});

test('a short id is the first four bytes', () => {
  assert.equal(shortId(Uint8Array.of(0, 1, 0xab, 255, 4)), '0001abff');
  assert.equal(shortId(Uint8Array.of(7)), '07');
});
