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
}
