/**
 * The Crypto port on sodium-native, for Node. Verification is nine tenths of step 2, so nothing
 * large is copied on the way in. Lengths are checked here because the library throws on short input
 * and takes signatures that are too long. Keeps no key.
 */
import type { Crypto } from '@muster/core';
import sodium from 'sodium-native';

const signatureBytes = 64;
const publicKeyBytes = 32;
const secretKeyBytes = 64;
const tagBytes = 16;
const nonceBytes = 24;
const boxKeyBytes = 32;
const chachaNonceBytes = 12;
const argon2id13 = 2;

/**
 * V8 keeps arrays up to this length inside its heap, and gives one a buffer of its own as soon as
 * native code looks at it: allocated, registered and swept, which costs far more than a copy. So
 * hashes are made in, and ids verified from, one buffer that has been outside from the start.
 */
const smallBytesMax = 64;

export function createSodiumCrypto(): Crypto {
  const small = Array.from(
    { length: smallBytesMax + 1 },
    (_, length) => new Uint8Array(new ArrayBuffer(smallBytesMax), 0, length),
  );
  const outside = (bytes: Uint8Array) => {
    if (bytes.length > smallBytesMax) return bytes;
    const copy = small[bytes.length]!;
    copy.set(bytes);
    return copy;
  };
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
        sodium.crypto_sign_verify_detached(signature, outside(message), publicKey)
      );
    },

    blake2b(lengthBytes, ...parts) {
      if (lengthBytes < 16 || lengthBytes > 64) throw new RangeError('hash of 16 to 64 bytes');
      const hash = small[lengthBytes]!;
      sodium.crypto_generichash_batch(hash, parts);
      return hash.slice();
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

    ...keyAgreement,
  };
}

/** What claims and vaults need; seldom called. */
const keyAgreement: Pick<
  Crypto,
  'x25519Base' | 'x25519' | 'sealChaCha' | 'openChaCha' | 'passwordKey'
> = {
  x25519Base(secretKey) {
    const publicKey = new Uint8Array(32);
    sodium.crypto_scalarmult_base(publicKey, secretKey);
    return publicKey;
  },

  x25519(secretKey, publicKey) {
    if (secretKey.length !== 32) throw new RangeError('X25519 secret key of 32 bytes');
    if (publicKey.length !== 32) return undefined;
    const shared = new Uint8Array(32);
    try {
      sodium.crypto_scalarmult(shared, secretKey, publicKey);
    } catch {
      // The library's one way to say that the point is of low order.
      return undefined;
    }
    return shared;
  },

  sealChaCha(plain, associated, nonce, key) {
    const box = new Uint8Array(plain.length + tagBytes);
    sodium.crypto_aead_chacha20poly1305_ietf_encrypt(box, plain, associated, null, nonce, key);
    return box;
  },

  openChaCha(box, associated, nonce, key) {
    if (box.length < tagBytes) return undefined;
    if (nonce.length !== chachaNonceBytes || key.length !== boxKeyBytes) return undefined;
    const plain = new Uint8Array(box.length - tagBytes);
    try {
      sodium.crypto_aead_chacha20poly1305_ietf_decrypt(plain, null, box, associated, nonce, key);
    } catch {
      return undefined;
    }
    return plain;
  },

  passwordKey(password, salt, { opsLimit, memBytes }) {
    const key = new Uint8Array(32);
    sodium.crypto_pwhash(key, password, salt, opsLimit, memBytes, argon2id13);
    return key;
  },
};
