/**
 * The few functions of sodium-native 5 that are used here; it ships no types. Every argument may be
 * any view; results are written into the first.
 */
declare module 'sodium-native' {
  interface Sodium {
    crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void;
    crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void;
    /** Throws on lengths under 64 and other than 32. */
    crypto_sign_verify_detached(
      signature: Uint8Array,
      message: Uint8Array,
      publicKey: Uint8Array,
    ): boolean;
    /** Unkeyed BLAKE2b over the concatenation; aborts the process on a length outside 16 to 64. */
    crypto_generichash_batch(hash: Uint8Array, parts: readonly Uint8Array[]): void;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
      box: Uint8Array,
      plain: Uint8Array,
      associated: Uint8Array,
      secretNonce: null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number;
    /** Throws when the tag is wrong. */
    crypto_aead_xchacha20poly1305_ietf_decrypt(
      plain: Uint8Array,
      secretNonce: null,
      box: Uint8Array,
      associated: Uint8Array,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number;
    crypto_aead_chacha20poly1305_ietf_encrypt(
      box: Uint8Array,
      plain: Uint8Array,
      associated: Uint8Array,
      secretNonce: null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number;
    /** Throws when the tag is wrong. */
    crypto_aead_chacha20poly1305_ietf_decrypt(
      plain: Uint8Array,
      secretNonce: null,
      box: Uint8Array,
      associated: Uint8Array,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number;
    crypto_scalarmult_base(publicKey: Uint8Array, privateKey: Uint8Array): void;
    /** Throws for a public key of low order. */
    crypto_scalarmult(shared: Uint8Array, privateKey: Uint8Array, publicKey: Uint8Array): void;
    /** Throws on a salt other than 16 bytes, a cost out of range, and where memory is lacking. */
    crypto_pwhash(
      key: Uint8Array,
      password: Uint8Array,
      salt: Uint8Array,
      opsLimit: number,
      memBytes: number,
      algorithm: number,
    ): void;
  }
  const sodium: Sodium;
  export default sodium;
}
