/**
 * The Crypto port on libsodium's WebAssembly build: what signs, seals and verifies on the phone
 * (step 1). It is a chunk of its own, loaded after the page shows; it needs no crypto.subtle, so it
 * works on plain http. It keeps no key.
 */
import type { Crypto } from '@muster/core';
import sodium from 'libsodium-wrappers-sumo';

export async function loadCrypto(): Promise<Crypto> {
  await sodium.ready;
  return sumoCrypto;
}

const sumoCrypto: Crypto = {
  keyPairFromSeed(seed) {
    const pair = sodium.crypto_sign_seed_keypair(seed);
    return { publicKey: pair.publicKey, secretKey: pair.privateKey };
  },
  sign: (message, secretKey) => sodium.crypto_sign_detached(message, secretKey),
  verify(signature, message, publicKey) {
    // The wrapper throws on a wrong length instead of answering.
    if (signature.length !== 64 || publicKey.length !== 32) return false;
    return sodium.crypto_sign_verify_detached(signature, message, publicKey);
  },
  blake2b(lengthBytes, ...parts) {
    // libsodium itself would take shorter ones; the port does not.
    if (lengthBytes < 16 || lengthBytes > 64) throw new RangeError(`hash of ${lengthBytes} bytes`);
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
    if (secretKey.length !== 32) throw new RangeError('X25519 secret key of 32 bytes');
    try {
      return sodium.crypto_scalarmult(secretKey, publicKey);
    } catch {
      // The wrapper's one way to say that the point is of low order.
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
