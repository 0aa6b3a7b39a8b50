/**
 * Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b (Noise Protocol Framework, revision 34): two messages that
 * only open for who has the pre-shared key, and give both ends a pair of ciphers that no later
 * theft of that key opens. Just this pattern, so there is no table of patterns to get wrong.
 *
 *   -> psk, e
 *   <- e, ee
 */
import { concat } from '../bytes/concat.ts';
import { utf8 } from '../bytes/text.ts';
import type { Crypto } from '../ports/crypto.ts';
import type { Random } from '../ports/random.ts';
import { hkdfBlake2b } from './hkdf-blake2b.ts';
import { NoiseCipher } from './noise-cipher.ts';

const protocolName = utf8('Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b');
const hashBytes = 64;
const keyBytes = 32;

export interface NoiseOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly isInitiator: boolean;
  /** 32 bytes. */
  readonly psk: Uint8Array;
  /** What both ends must have agreed on before. */
  readonly prologue: Uint8Array;
}

/** The two ciphers of a finished handshake. */
export interface NoiseChannel {
  readonly send: NoiseCipher;
  readonly receive: NoiseCipher;
  /** 64 bytes, the same at both ends and only there: the channel binding of section 11.2. */
  readonly hash: Uint8Array;
}

/** Call first `write` then `read` as the initiator, the other way round else; then `split`. */
export class NoiseHandshake {
  readonly #crypto: Crypto;
  readonly #isInitiator: boolean;
  readonly #psk: Uint8Array;
  readonly #secretKey: Uint8Array;
  #chainingKey: Uint8Array;
  #hash: Uint8Array;
  #cipher: NoiseCipher | undefined;
  #theirs: Uint8Array | undefined;

  constructor({ crypto, random, isInitiator, psk, prologue }: NoiseOptions) {
    this.#crypto = crypto;
    this.#isInitiator = isInitiator;
    this.#psk = psk;
    this.#secretKey = random.bytes(keyBytes);
    this.#hash = concat(protocolName, new Uint8Array(hashBytes - protocolName.length));
    this.#chainingKey = this.#hash;
    this.#mixHash(prologue);
  }

  /** The handshake hash so far, 64 bytes. */
  get hash(): Uint8Array {
    return this.#hash;
  }

  write(payload: Uint8Array): Uint8Array {
    if (this.#isInitiator) this.#mixKeyAndHash(this.#psk);
    const mine = this.#crypto.x25519Base(this.#secretKey);
    this.#mixEphemeral(mine);
    // The other end's key was judged when it was read.
    if (this.#theirs) this.#mixKey(this.#crypto.x25519(this.#secretKey, this.#theirs)!);
    const box = this.#cipher!.seal(payload, this.#hash);
    this.#mixHash(box);
    return concat(mine, box);
  }

  /** The payload; undefined when the other end has another key, or the message was changed. */
  read(message: Uint8Array): Uint8Array | undefined {
    if (message.length < keyBytes) return undefined;
    if (!this.#isInitiator) this.#mixKeyAndHash(this.#psk);
    const theirs = message.slice(0, keyBytes);
    const box = message.subarray(keyBytes);
    const shared = this.#crypto.x25519(this.#secretKey, theirs);
    // A point of low order would give a secret that everybody knows.
    if (!shared) return undefined;
    this.#mixEphemeral(theirs);
    if (this.#isInitiator) this.#mixKey(shared);
    const payload = this.#cipher!.open(box, this.#hash);
    this.#mixHash(box);
    this.#theirs = theirs;
    return payload;
  }

  /** After both messages. */
  split(): NoiseChannel {
    const [first, second] = hkdfBlake2b(this.#crypto, this.#chainingKey, {
      ...{ material: new Uint8Array(0), count: 2 },
    }).map((key) => new NoiseCipher(this.#crypto, key.slice(0, keyBytes)));
    const hash = this.#hash;
    return this.#isInitiator
      ? { send: first!, receive: second!, hash }
      : { send: second!, receive: first!, hash };
  }

  #mixHash(data: Uint8Array): void {
    this.#hash = this.#crypto.blake2b(hashBytes, this.#hash, data);
  }

  #mixKey(material: Uint8Array): void {
    const [chainingKey, key] = hkdfBlake2b(this.#crypto, this.#chainingKey, { material, count: 2 });
    this.#chainingKey = chainingKey!;
    this.#cipher = new NoiseCipher(this.#crypto, key!.slice(0, keyBytes));
  }

  #mixKeyAndHash(material: Uint8Array): void {
    const [chainingKey, hash, key] = hkdfBlake2b(this.#crypto, this.#chainingKey, {
      ...{ material, count: 3 },
    });
    this.#chainingKey = chainingKey!;
    this.#mixHash(hash!);
    this.#cipher = new NoiseCipher(this.#crypto, key!.slice(0, keyBytes));
  }

  /** Where there is a pre-shared key, `e` goes into the key too (section 9.2). */
  #mixEphemeral(key: Uint8Array): void {
    this.#mixHash(key);
    this.#mixKey(key);
  }
}
