/**
 * The channel of a claim: the Noise handshake keyed by the code's secret, and the agreement on six
 * digits that two people compare (Vaudenay, CRYPTO 2005; numeric comparison in Bluetooth). The
 * answering end commits to its nonce before it sees the other's, so nobody in between can try
 * nonces until two channels show the same digits. Knows nothing of what is claimed.
 */
import { equalBytes } from '../bytes/compare.ts';
import { concat } from '../bytes/concat.ts';
import { domain } from '../bytes/domain.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import type { Crypto, KeyPair } from '../ports/crypto.ts';
import type { Random } from '../ports/random.ts';
import { ok, type Result, refused } from '../result.ts';
import type { ClaimCode } from './claim-code.ts';
import { type ClaimMessage, decodeClaimMessage, encodeClaimMessage } from './claim-message.ts';
import { type NoiseChannel, NoiseHandshake } from './noise-handshake.ts';

export interface ClaimChannelOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly code: ClaimCode;
  readonly isInitiator: boolean;
}

export type ClaimRole = 'issuer' | 'subject';

const version = 1;
const nonceBytes = 16;
const kindNumbers = { invite: 0, label: 1, admin: 2 } as const;

export class ClaimChannel {
  readonly #crypto: Crypto;
  readonly #isInitiator: boolean;
  readonly #handshake: NoiseHandshake;
  readonly #nonce: Uint8Array;
  /** Handshake hash after the first message: a commitment is good in this channel only. */
  #greeted: Uint8Array = new Uint8Array(0);
  #commitment: Uint8Array | undefined;
  #noise: NoiseChannel | undefined;

  constructor({ crypto, random, code, isInitiator }: ClaimChannelOptions) {
    this.#crypto = crypto;
    this.#isInitiator = isInitiator;
    const psk = crypto.blake2b(32, domain('claim-psk'), code.secret);
    const kind = Uint8Array.of(kindNumbers[code.kind]);
    // Both ends must mean the same code, not only know the same secret.
    const prologue = concat(domain('claim'), kind, code.fingerprint, code.site);
    this.#handshake = new NoiseHandshake({ crypto, random, isInitiator, psk, prologue });
    this.#nonce = random.bytes(nonceBytes);
  }

  /** Own nonce for the comparison code, 16 bytes; sent only inside the channel. */
  get nonce(): Uint8Array {
    return this.#nonce;
  }

  /** First message, of the initiator. */
  greet(): Uint8Array {
    const message = this.#handshake.write(encodeCbor([version]));
    this.#greeted = this.#handshake.hash;
    return message;
  }

  /** Second message, in answer to the first: carries the commitment to the own nonce. */
  answer(message: Uint8Array): Result<Uint8Array, 'wrong-secret' | 'malformed'> {
    const payload = this.#handshake.read(message);
    if (!payload) return refused('wrong-secret');
    const reader = new CborReader(payload);
    reader.array(1);
    reader.uint(version, version);
    if (!reader.done()) return refused('malformed');
    this.#greeted = this.#handshake.hash;
    const commitment = this.#commitmentTo(this.#nonce);
    const answer = this.#handshake.write(encodeCbor([version, commitment]));
    this.#noise = this.#handshake.split();
    return ok(answer);
  }

  /** Reads the second message. */
  open(message: Uint8Array): Result<void, 'wrong-secret' | 'malformed'> {
    const payload = this.#handshake.read(message);
    if (!payload) return refused('wrong-secret');
    const reader = new CborReader(payload);
    reader.array(2);
    reader.uint(version, version);
    const commitment = reader.bytes(32).slice();
    if (!reader.done()) return refused('malformed');
    this.#commitment = commitment;
    this.#noise = this.#handshake.split();
    return ok(undefined);
  }

  seal(message: ClaimMessage): Uint8Array {
    return this.#noise!.send.seal(encodeClaimMessage(message));
  }

  receive(octets: Uint8Array): Result<ClaimMessage, 'tampered' | 'malformed'> {
    const plain = this.#noise?.receive.open(octets);
    if (!plain) return refused('tampered');
    const message = decodeClaimMessage(plain);
    return message ? ok(message) : refused('malformed');
  }

  /** Signature over the channel (Noise, section 11.2): the key of this end belongs to it. */
  prove(role: ClaimRole, key: KeyPair): Uint8Array {
    return this.#crypto.sign(this.#toProve(role), key.secretKey);
  }

  isProven(role: ClaimRole, { key, proof }: { key: Uint8Array; proof: Uint8Array }): boolean {
    return this.#crypto.verify(proof, this.#toProve(role), key);
  }

  /** Six digits such as `123 456`; undefined when the other end broke its commitment. */
  comparisonCode(theirs: Uint8Array): string | undefined {
    const isKept = !this.#commitment || equalBytes(this.#commitmentTo(theirs), this.#commitment);
    if (!isKept) return undefined;
    const nonces = this.#isInitiator ? [this.#nonce, theirs] : [theirs, this.#nonce];
    const { hash } = this.#noise!;
    const digest = this.#crypto.blake2b(16, domain('claim-compare'), hash, ...nonces);
    // 48 bits: a millionth more or less likely than another six digits is nothing to gain by.
    const number = digest.subarray(0, 6).reduce((sum, byte) => sum * 256 + byte, 0) % 1_000_000;
    const digits = String(number).padStart(6, '0');
    return `${digits.slice(0, 3)} ${digits.slice(3)}`;
  }

  #commitmentTo(nonce: Uint8Array): Uint8Array {
    return this.#crypto.blake2b(32, domain('claim-commit'), this.#greeted, nonce);
  }

  #toProve(role: ClaimRole): Uint8Array {
    return concat(domain(`claim-${role}`), this.#noise!.hash);
  }
}
