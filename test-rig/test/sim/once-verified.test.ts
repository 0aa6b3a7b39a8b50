/** What is remembered of signatures never answers another question than the one that was asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { SeededRandom } from '@muster/core/testing';
import { onceVerified } from '../../src/sim/once-verified.ts';

const sodium = createSodiumCrypto();
const random = new SeededRandom(11);

function counted() {
  const calls = { verify: 0 };
  const crypto = onceVerified({
    ...sodium,
    verify(signature, message, publicKey) {
      calls.verify++;
      return sodium.verify(signature, message, publicKey);
    },
  });
  return { crypto, calls };
}

test('what was signed here holds unchecked; what was signed elsewhere is checked once', () => {
  const { crypto, calls } = counted();
  const key = sodium.keyPairFromSeed(random.bytes(32));
  for (const bytes of [0, 31, 32, 33, 300]) {
    const message = random.bytes(bytes);
    const here = crypto.sign(message, key.secretKey);
    assert.ok(crypto.verify(here, message, key.publicKey));
  }
  assert.equal(calls.verify, 0);
  const message = random.bytes(32);
  const elsewhere = sodium.sign(message, key.secretKey);
  for (let i = 0; i < 3; i++) assert.ok(crypto.verify(elsewhere, message, key.publicKey));
  assert.equal(calls.verify, 1);
});

test('one bit changed anywhere is another question, with an answer of its own', () => {
  const { crypto } = counted();
  const key = sodium.keyPairFromSeed(random.bytes(32));
  for (const bytes of [32, 100]) {
    const message = random.bytes(bytes);
    const signature = crypto.sign(message, key.secretKey);
    const parts = [signature, message, key.publicKey] as const;
    for (let changed = 0; changed < 3; changed++) {
      for (let bit = 0; bit < 8 * parts[changed]!.length; bit++) {
        const question = parts.map((part) => part.slice());
        question[changed]![bit >> 3]! ^= 1 << (bit & 7);
        const [s, m, k] = question as [Uint8Array, Uint8Array, Uint8Array];
        assert.equal(crypto.verify(s, m, k), sodium.verify(s, m, k));
        assert.ok(crypto.verify(signature, message, key.publicKey));
      }
    }
  }
});

test('a long message and its hash are two questions; other lengths of the rest are refused', () => {
  const { crypto } = counted();
  const key = sodium.keyPairFromSeed(random.bytes(32));
  const long = random.bytes(80);
  const signature = crypto.sign(long, key.secretKey);
  assert.ok(!crypto.verify(signature, sodium.blake2b(32, long), key.publicKey));
  assert.ok(!crypto.verify(signature.slice(0, 63), long, key.publicKey));
  assert.ok(!crypto.verify(signature, long, key.publicKey.slice(0, 31)));
});
