/**
 * Primitives behind one interface, with two back ends: sodium-native in Node and
 * libsodium-wrappers-sumo (wasm) in the browser; one vector file holds both to the same answers.
 * All calls are synchronous. No key is ever kept here, logged, or put into an error.
 */
export interface KeyPair {
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Ed25519 secret key in libsodium's form (seed ‖ public key), 64 bytes. */
  readonly secretKey: Uint8Array;
}

export interface Crypto {
  /** Ed25519 (RFC 8032) key pair from a 32-byte seed. */
  keyPairFromSeed(seed: Uint8Array): KeyPair;
  /** Detached Ed25519 signature, 64 bytes. */
  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array;
  /** False for any malformed, malleable or wrong signature or key; never throws. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
  /** BLAKE2b (RFC 7693), unkeyed, `lengthBytes` 16 to 64, over the concatenation of `parts`. */
  blake2b(lengthBytes: number, ...parts: Uint8Array[]): Uint8Array;
  /**
   * XChaCha20-Poly1305 (IETF draft): key 32, nonce 24 bytes; the result ends with the 16-byte tag.
   */
  seal(plain: Uint8Array, associated: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array;
  /** The plaintext, or undefined when the box was not made with this key, nonce and data. */
  open(
    box: Uint8Array,
    associated: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
  ): Uint8Array | undefined;
  /** X25519 (RFC 7748) public key, 32 bytes, of a secret key of 32 bytes. */
  x25519Base(secretKey: Uint8Array): Uint8Array;
  /** X25519 shared secret, 32 bytes; undefined for a public key of low order or wrong length. */
  x25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;
  /** ChaCha20-Poly1305 (RFC 8439): key 32, nonce 12 bytes; the result ends with the 16-byte tag. */
  sealChaCha(
    plain: Uint8Array,
    associated: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
  ): Uint8Array;
  /** The plaintext, or undefined when the box was not made with this key, nonce and data. */
  openChaCha(
    box: Uint8Array,
    associated: Uint8Array,
    nonce: Uint8Array,
    key: Uint8Array,
  ): Uint8Array | undefined;
  /**
   * Argon2id 1.3 (RFC 9106) with one lane: 32 bytes from a password and a salt of 16 bytes. Takes
   * its time, and as much memory as it is told; the cost must not come from a stranger.
   */
  passwordKey(password: Uint8Array, salt: Uint8Array, cost: PasswordCost): Uint8Array;
}

/** What one guess at a password costs. */
export interface PasswordCost {
  /** Passes over the memory, from 1. */
  readonly opsLimit: number;
  /** From 8 KiB; whole KiB count. */
  readonly memBytes: number;
}
