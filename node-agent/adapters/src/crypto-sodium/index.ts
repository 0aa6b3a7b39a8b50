/**
 * The Crypto port on sodium-native, for Node. Verification is nine tenths of step 2, so nothing is
 * copied on the way in. Lengths are checked here because the library throws on short input and
 * takes signatures that are too long. Keeps no key.
 */
import type { Crypto } from '@muster/core';
import sodium from 'sodium-native';

const signatureBytes = 64;
const publicKeyBytes = 32;
const secretKeyBytes = 64;
const tagBytes = 16;
const nonceBytes = 24;
const boxKeyBytes = 32;

export function createSodiumCrypto(): Crypto {
  return {
    keyPairFromSeed(seed) {
      const publicKey = new Uint8Array(publicKeyBytes);
      const secretKey = new Uint8Array(secretKeyBytes);
      sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed);
      return { publicKey, secretKey };
    },

    sign(message, secretKey) {
      const signature = new Uint8Array(signatureBytes);
      sodium.crypto_sign_detached(signature, message, secretKey);
      return signature;
    },

    verify(signature, message, publicKey) {
      return (
        signature.length === signatureBytes &&
        publicKey.length === publicKeyBytes &&
        sodium.crypto_sign_verify_detached(signature, message, publicKey)
      );
    },

    blake2b(lengthBytes, ...parts) {
      if (lengthBytes < 16 || lengthBytes > 64) throw new RangeError('hash of 16 to 64 bytes');
      const hash = new Uint8Array(lengthBytes);
      sodium.crypto_generichash_batch(hash, parts);
      return hash;
    },

    seal(plain, associated, nonce, key) {
      const box = new Uint8Array(plain.length + tagBytes);
      sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(box, plain, associated, null, nonce, key);
      return box;
    },

    open(box, associated, nonce, key) {
      if (box.length < tagBytes) return undefined;
      if (nonce.length !== nonceBytes || key.length !== boxKeyBytes) return undefined;
      const plain = new Uint8Array(box.length - tagBytes);
      try {
        sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(plain, null, box, associated, nonce, key);
      } catch {
        // The library's one way to say that the tag is wrong.
        return undefined;
      }
      return plain;
    },
  };
}
