/** Noise on sodium does the same as the package's own cryptography, and opens nothing changed. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { pureJsCrypto } from '@libp2p/noise';
import { toBase64url } from '@muster/core';
import { noiseCrypto } from '../../src/transport-libp2p/noise-crypto.ts';

interface Bytes {
  subarray(): Uint8Array;
}

function same(a: Bytes, b: Bytes, what: string): void {
  assert.equal(toBase64url(a.subarray()), toBase64url(b.subarray()), what);
}

test('Noise on sodium gives what the package’s own gives, for every length', () => {
  const [key, nonce, associated] = [randomBytes(32), randomBytes(12), randomBytes(32)];
  for (const length of [0, 1, 15, 16, 17, 63, 64, 65, 1_200, 65_519]) {
    const plain = new Uint8Array(randomBytes(length));
    const box = noiseCrypto.chaCha20Poly1305Encrypt(plain, nonce, associated, key);
    const theirs = pureJsCrypto.chaCha20Poly1305Encrypt(plain, nonce, associated, key);
    same(box, theirs, `box of ${length}`);
    same(
      noiseCrypto.chaCha20Poly1305Decrypt(theirs, nonce, associated, key),
      plain,
      `of ${length}`,
    );
    same(noiseCrypto.hashSHA256(plain), pureJsCrypto.hashSHA256(plain), `hash of ${length}`);
  }
  const [chain, input] = [randomBytes(32), randomBytes(32)];
  const outputs = pureJsCrypto.getHKDF(chain, input);
  for (const [index, output] of noiseCrypto.getHKDF(chain, input).entries()) {
    same(output, outputs[index]!, `output ${index}`);
  }
});

test('X25519 on sodium agrees with the package’s own, and refuses a key that leads nowhere', () => {
  const seed = randomBytes(32);
  const [mine, theirs] = [noiseCrypto, pureJsCrypto].map((one) =>
    one.generateX25519KeyPairFromSeed(seed),
  );
  same(mine!.publicKey, theirs!.publicKey, 'public key');
  const [ada, bob] = [noiseCrypto.generateX25519KeyPair(), pureJsCrypto.generateX25519KeyPair()];
  const shared = noiseCrypto.generateX25519SharedKey(ada.privateKey, bob.publicKey);
  same(shared, pureJsCrypto.generateX25519SharedKey(bob.privateKey, ada.publicKey), 'shared key');
  assert.throws(() => noiseCrypto.generateX25519SharedKey(ada.privateKey, new Uint8Array(32)));
});

test('a box that was changed anywhere does not open', () => {
  const [key, nonce, none] = [randomBytes(32), randomBytes(12), new Uint8Array(0)];
  const box = noiseCrypto.chaCha20Poly1305Encrypt(new Uint8Array(40), nonce, none, key).subarray();
  for (let at = 0; at < box.length; at++) {
    const changed = box.slice();
    changed[at]! ^= 1;
    assert.throws(() => noiseCrypto.chaCha20Poly1305Decrypt(changed, nonce, none, key));
  }
  for (const short of [box.subarray(0, 15), box.subarray(0, 16), none]) {
    assert.throws(() => noiseCrypto.chaCha20Poly1305Decrypt(short, nonce, none, key));
  }
});
