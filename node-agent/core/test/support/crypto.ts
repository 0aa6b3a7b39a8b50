/**
 * The Crypto port for the core's own tests, on libsodium-wrappers-sumo. The core may not import the
 * adapters; and as the published vectors are made with sodium-native, checking them with this one
 * holds the two back ends together. Belongs to no step; nothing that ships imports it.
 */
import sodium from 'libsodium-wrappers-sumo';
import type { Crypto } from '../../src/ports/crypto.ts';

await sodium.ready;

export const crypto: Crypto = {
  keyPairFromSeed(seed) {
    const { publicKey, privateKey } = sodium.crypto_sign_seed_keypair(seed);
    return { publicKey, secretKey: privateKey };
  },

  sign: (message, secretKey) => sodium.crypto_sign_detached(message, secretKey),

  verify(signature, message, publicKey) {
    if (signature.length !== 64 || publicKey.length !== 32) return false;
    return sodium.crypto_sign_verify_detached(signature, message, publicKey);
  },

  blake2b(lengthBytes, ...parts) {
    const state = sodium.crypto_generichash_init(null, lengthBytes);
    for (const part of parts) sodium.crypto_generichash_update(state, part);
    return sodium.crypto_generichash_final(state, lengthBytes);
  },

  seal: (plain, associated, nonce, key) =>
    sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, associated, null, nonce, key),

  open(box, associated, nonce, key) {
    try {
      return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, box, associated, nonce, key);
    } catch {
      return undefined;
    }
  },

  x25519Base: (secretKey) => sodium.crypto_scalarmult_base(secretKey),

  x25519(secretKey, publicKey) {
    try {
      return sodium.crypto_scalarmult(secretKey, publicKey);
    } catch {
      return undefined;
    }
  },

  sealChaCha: (plain, associated, nonce, key) =>
    sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plain, associated, null, nonce, key),

  openChaCha(box, associated, nonce, key) {
    try {
      return sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, box, associated, nonce, key);
    } catch {
      return undefined;
    }
  },

  passwordKey: (password, salt, { opsLimit, memBytes }) =>
    sodium.crypto_pwhash(
      32,
      password,
      salt,
      opsLimit,
      memBytes,
      sodium.crypto_pwhash_ALG_ARGON2ID13,
    ),
};

/** A key pair that is the same in every run: the seed is this byte, 32 times. */
export function keyPair(byte: number) {
  return crypto.keyPairFromSeed(new Uint8Array(32).fill(byte));
}
