/**
 * The cryptography of Noise (ChaCha20-Poly1305, X25519, SHA-256) on sodium-native: twice as fast
 * for our frames as libp2p's own, which also compiles WebAssembly at every start (6 MB).
 * Step 4: every byte between two nodes goes through it. Keeps no key.
 */
import { createHash, createHmac, randomFillSync } from 'node:crypto';
import type { ICryptoInterface } from '@libp2p/noise';
import sodium from 'sodium-native';

const tagBytes = 16;
const keyBytes = 32;

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}

function keyPairOf(privateKey: Uint8Array): { publicKey: Uint8Array; privateKey: Uint8Array } {
  const publicKey = new Uint8Array(keyBytes);
  sodium.crypto_scalarmult_base(publicKey, privateKey);
  return { publicKey, privateKey };
}

/** Inputs may be lists of arrays, as libp2p reads them off the wire; `subarray` joins those. */
export const noiseCrypto: ICryptoInterface = {
  hashSHA256(data) {
    return createHash('sha256').update(data.subarray()).digest();
  },

  /** HKDF of the Noise specification (revision 34, section 4.3) with three outputs. */
  getHKDF(chainingKey, input) {
    const key = hmac(chainingKey, input);
    const first = hmac(key, Uint8Array.of(1));
    const second = hmac(key, first, Uint8Array.of(2));
    return [first, second, hmac(key, second, Uint8Array.of(3))];
  },

  generateX25519KeyPair() {
    return keyPairOf(randomFillSync(new Uint8Array(keyBytes)));
  },

  generateX25519KeyPairFromSeed(seed) {
    return keyPairOf(seed.slice());
  },

  /** Throws for a public key that leads nowhere (of low order). */
  generateX25519SharedKey(privateKey, publicKey) {
    const shared = new Uint8Array(keyBytes);
    sodium.crypto_scalarmult(shared, privateKey.subarray(), publicKey.subarray());
    return shared;
  },

  chaCha20Poly1305Encrypt(plain, nonce, associated, key) {
    const box = new Uint8Array(plain.byteLength + tagBytes);
    const bytes = plain.subarray();
    sodium.crypto_aead_chacha20poly1305_ietf_encrypt(box, bytes, associated, null, nonce, key);
    return box;
  },

  /** Throws when the tag is wrong. */
  chaCha20Poly1305Decrypt(box, nonce, associated, key) {
    if (box.byteLength < tagBytes) throw new RangeError('box shorter than its tag');
    const plain = new Uint8Array(box.byteLength - tagBytes);
    const bytes = box.subarray();
    sodium.crypto_aead_chacha20poly1305_ietf_decrypt(plain, null, bytes, associated, nonce, key);
    return plain;
  },
};
