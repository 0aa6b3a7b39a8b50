import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bytesKey,
  compareBytes,
  concat,
  domain,
  equalBytes,
  fromUtf8,
  utf8,
} from '../../src/bytes/index.ts';

const anyBytes = fc.uint8Array({ maxLength: 12 });

test('compares bytewise, as memcmp does, a prefix before what it begins', () => {
  fc.assert(
    fc.property(anyBytes, anyBytes, (a, b) => {
      assert.equal(Math.sign(compareBytes(a, b)), Buffer.compare(a, b));
      assert.equal(equalBytes(a, b), Buffer.compare(a, b) === 0);
      assert.ok(equalBytes(a, a.slice()));
    }),
  );
});

test('joins into a new array', () => {
  fc.assert(
    fc.property(fc.array(anyBytes, { maxLength: 5 }), (parts) => {
      assert.deepEqual(Buffer.from(concat(...parts)), Buffer.concat(parts));
    }),
  );
  const only = Uint8Array.of(1);
  const joined = concat(only);
  joined[0] = 2;
  assert.equal(only[0], 1);
});

test('map keys tell all byte strings apart', () => {
  fc.assert(
    fc.property(anyBytes, anyBytes, (a, b) => {
      assert.equal(bytesKey(a) === bytesKey(b), equalBytes(a, b));
    }),
  );
});

test('text comes back, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(fromUtf8(utf8(text)), text);
    }),
  );
  // A byte-order mark is text like any other, or two byte strings would be one text.
  assert.equal(fromUtf8(utf8('\ufeffa')), '\ufeffa');
});

test('bytes that are not well-formed UTF-8 are no text', () => {
  const wrong = {
    'overlong slash': [0xc0, 0xaf],
    'overlong, three bytes': [0xe0, 0x80, 0xaf],
    surrogate: [0xed, 0xa0, 0x80],
    'beyond U+10FFFF': [0xf4, 0x90, 0x80, 0x80],
    'cut off': [0xe2, 0x82],
    'lone continuation': [0x80],
    'no start byte': [0x61, 0xff],
  };
  for (const [name, bytes] of Object.entries(wrong)) {
    assert.equal(fromUtf8(Uint8Array.from(bytes)), undefined, name);
  }
  assert.equal(fromUtf8(utf8('still works after a refusal')), 'still works after a refusal');
});

test('a domain is its name and a zero byte, so that none begins another', () => {
  assert.deepEqual(domain('bundle'), Uint8Array.from(Buffer.from('muster/1/bundle\0', 'latin1')));
});
