import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bundle, concat, decodeBundle, encodeFields, verifyBundle } from '../../src/index.ts';
import { bundleOf } from '../support/bundles.ts';
import { crypto } from '../support/crypto.ts';
import { bitFlips } from '../support/mutations.ts';
import { guest, stranger } from '../support/site.ts';

const sample = bundleOf();

/** As it would arrive: decoded from bytes, and verified when that went well. */
function authentic(signed: Uint8Array, signature: Uint8Array): boolean {
  const decoded = decodeBundle(crypto, signed, signature);
  return decoded.ok && verifyBundle(crypto, decoded.value);
}

test('a bundle as it was signed is authentic', () => {
  assert.ok(authentic(sample.signed, sample.signature));
});

test('no bundle with one bit turned is authentic', () => {
  for (const signed of bitFlips(sample.signed)) assert.ok(!authentic(signed, sample.signature));
});

test('no signature with one bit turned is authentic', () => {
  for (const signature of bitFlips(sample.signature)) {
    assert.ok(!authentic(sample.signed, signature));
  }
});

test('a forged author is not authentic', () => {
  const signed = encodeFields({ ...sample.fields, author: stranger.publicKey });
  assert.ok(!authentic(signed, sample.signature));
  const byStranger = crypto.sign(sample.id, stranger.secretKey);
  assert.ok(!authentic(sample.signed, byStranger));
});

test('the signature of another bundle of the same author is not authentic', () => {
  assert.ok(!authentic(sample.signed, bundleOf({ lifetimeS: 60 }).signature));
});

test('a signature over the bytes instead of the id is not authentic', () => {
  assert.ok(!authentic(sample.signed, crypto.sign(sample.signed, guest.secretKey)));
});

test('the malleable twin of a signature (s + L) is not authentic', () => {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const low = sample.signature.subarray(32);
  let s = 0n;
  for (let i = 31; i >= 0; i--) s = s * 256n + BigInt(low[i]!);
  let twin = s + order;
  const high = new Uint8Array(32);
  for (let i = 0; i < 32; i++) {
    high[i] = Number(twin % 256n);
    twin /= 256n;
  }
  assert.equal(twin, 0n, 'the twin fits 32 bytes, so only its range tells it apart');
  assert.ok(!authentic(sample.signed, concat(sample.signature.subarray(0, 32), high)));
});

test('keys of small order, with which anyone could sign anything, are refused', () => {
  const identity = new Uint8Array(32);
  identity[0] = 1;
  const keys = [identity, new Uint8Array(32), new Uint8Array(32).fill(0xff)];
  for (const author of keys) {
    const signed = encodeFields({ ...sample.fields, author });
    const forged = [concat(identity, new Uint8Array(32)), new Uint8Array(64)];
    for (const signature of forged) assert.ok(!authentic(signed, signature));
  }
});

test('verification rests on the bytes that were hashed, never on fields beside them', () => {
  const claimed: Bundle = { ...sample, fields: { ...sample.fields, author: stranger.publicKey } };
  assert.ok(!verifyBundle(crypto, claimed));
});
