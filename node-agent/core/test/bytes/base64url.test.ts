import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase64url, toBase64url } from '../../src/bytes/index.ts';

const anyBytes = fc.uint8Array({ maxLength: 100 });

test('agrees with Node on every length and comes back', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const text = toBase64url(bytes);
      assert.equal(text, Buffer.from(bytes).toString('base64url'));
      assert.deepEqual(fromBase64url(text), bytes);
    }),
  );
});

test('takes the one canonical text of some bytes and nothing else', () => {
  const letters = fc.constantFrom(...'AQgwBZaz019-_+/= \n\u00e9\u{1f600}');
  fc.assert(
    fc.property(fc.string({ unit: letters, maxLength: 12 }), (text) => {
      const bytes = fromBase64url(text);
      const canonical = Buffer.from(text, 'base64url').toString('base64url') === text;
      assert.equal(bytes !== undefined, canonical);
      if (bytes) assert.equal(toBase64url(bytes), text);
    }),
  );
});

test('refuses padding, foreign letters, left-over bits and a lonely letter', () => {
  for (const text of ['AA==', 'A', 'AAAAA', 'AB', 'AAB', 'A A', '+A', 'A/', '\u0100A']) {
    assert.equal(fromBase64url(text), undefined, text);
  }
  assert.deepEqual(fromBase64url(''), new Uint8Array(0));
  assert.deepEqual(fromBase64url('AA'), Uint8Array.of(0));
});
