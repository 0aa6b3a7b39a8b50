/**
 * CipherState of the Noise Protocol Framework (revision 34, section 5.1) with ChaCha20-Poly1305:
 * one direction of a claim's channel. Its nonce is a counter, so a message that is changed,
 * repeated or out of turn does not open.
 */
import type { Crypto } from '../ports/crypto.ts';

const nothing = new Uint8Array(0);

export class NoiseCipher {
  readonly #crypto: Crypto;
  readonly #key: Uint8Array;
  #count = 0;

  /** `key` 32 bytes. */
  constructor(crypto: Crypto, key: Uint8Array) {
    this.#crypto = crypto;
    this.#key = key;
  }

  seal(plain: Uint8Array, associated: Uint8Array = nothing): Uint8Array {
    const box = this.#crypto.sealChaCha(plain, associated, this.#nonce(), this.#key);
    this.#count++;
    return box;
  }

  /** Undefined, and no step on, for what the other end did not send next. */
  open(box: Uint8Array, associated: Uint8Array = nothing): Uint8Array | undefined {
    const plain = this.#crypto.openChaCha(box, associated, this.#nonce(), this.#key);
    if (plain) this.#count++;
    return plain;
  }

  /** Four zero bytes and the counter, little-endian (section 12.3); a claim has few messages. */
  #nonce(): Uint8Array {
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setUint32(4, this.#count, true);
    return nonce;
  }
}
