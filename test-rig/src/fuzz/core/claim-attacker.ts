/**
 * The other end of a claim, played by somebody who knows the code (and so the channel's key), and
 * says in it whatever it likes. Introductions without a proof get a right one, so that what comes
 * after them is reached.
 */
import { type ClaimCode, concat, domain, encodeCbor, type Random } from '@muster/core';
import {
  type ClaimMessage,
  decodeClaimMessage,
  encodeClaimMessage,
  type NoiseChannel,
  NoiseHandshake,
} from '@muster/core/parsers';
import { crypto, secretOf } from './cast.ts';

const kindNumbers = { invite: 0, label: 1, admin: 2 } as const;
const version = 1;
export const attackersNonce = new Uint8Array(16).fill(0xaa);

export class ClaimAttacker {
  readonly #handshake: NoiseHandshake;
  readonly #isInitiator: boolean;
  #channel: NoiseChannel | undefined;

  constructor(code: ClaimCode, isInitiator: boolean, random: Random) {
    const psk = crypto.blake2b(32, domain('claim-psk'), code.secret);
    const kind = Uint8Array.of(kindNumbers[code.kind]);
    const prologue = concat(domain('claim'), kind, code.fingerprint, code.site);
    this.#handshake = new NoiseHandshake({ crypto, random, isInitiator, psk, prologue });
    this.#isInitiator = isInitiator;
  }

  /** First message of this end; its payload as given, or the right one. */
  greet(payload?: Uint8Array): Uint8Array {
    if (this.#isInitiator) return this.#handshake.write(payload ?? encodeCbor([version]));
    const hash = this.#handshake.hash;
    const commitment = crypto.blake2b(32, domain('claim-commit'), hash, attackersNonce);
    const message = this.#handshake.write(payload ?? encodeCbor([version, commitment]));
    this.#channel = this.#handshake.split();
    return message;
  }

  /** What the attacked end said first. */
  hear(message: Uint8Array): void {
    const isRead = this.#handshake.read(message) !== undefined;
    if (this.#isInitiator && isRead) this.#channel = this.#handshake.split();
  }

  /** Undefined before the channel is there. */
  seal(plain: Uint8Array): Uint8Array | undefined {
    return this.#channel?.send.seal(this.#proven(plain));
  }

  #proven(plain: Uint8Array): Uint8Array {
    const message = decodeClaimMessage(plain);
    if (message?.type !== 'issuer' && message?.type !== 'subject') return plain;
    const secretKey = secretOf(message.key);
    if (!secretKey || message.proof.some((byte) => byte !== 0)) return plain;
    const toSign = concat(domain(`claim-${message.type}`), this.#channel!.hash);
    const proven: ClaimMessage = { ...message, proof: crypto.sign(toSign, secretKey) };
    return encodeClaimMessage(proven);
  }
}
