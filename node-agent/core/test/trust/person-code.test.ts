/** A person's code carries key and name whole, and one wrong letter is noticed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePersonCode, encodePersonCode } from '@muster/core';
import { crypto } from '../support/crypto.ts';

const key = crypto.keyPairFromSeed(new Uint8Array(32).fill(3)).publicKey;

test('key and name come back, in either case and with space around', () => {
  for (const name of ['', 'Ada', 'Ää 🎪', 'x'.repeat(64)]) {
    const text = encodePersonCode(crypto, { key, name });
    assert.match(text, /^MUSTER-KEY:1:[A-Z2-7]+$/);
    assert.deepEqual(decodePersonCode(crypto, ` ${text.toLowerCase()}\n`), { key, name });
  }
});

test('what was misread, cut or made too long is no code', () => {
  const text = encodePersonCode(crypto, { key, name: 'Ada' });
  for (let at = 13; at < text.length; at++) {
    const other = text[at] === 'A' ? 'B' : 'A';
    const wrong = text.slice(0, at) + other + text.slice(at + 1);
    assert.equal(decodePersonCode(crypto, wrong), undefined, `letter ${at}`);
    assert.equal(decodePersonCode(crypto, text.slice(0, at)), undefined, `cut at ${at}`);
  }
  const long = encodePersonCode(crypto, { key, name: 'x'.repeat(65) });
  assert.equal(decodePersonCode(crypto, long), undefined);
  assert.equal(decodePersonCode(crypto, `MUSTER-PASS:1:${text.slice(13)}`), undefined);
});
