/**
 * The real crypto, but each signature is checked once a world instead of once a node: the answer of
 * a pure function is remembered, and what was signed here holds without a check. The whole question
 * is compared byte by byte, so another message under a known signature is another question.
 */
import { type Crypto, domain } from '@muster/core';

/** Answers kept, a power of two. Each has one place, and leaves it to the next that falls there. */
const places = 2 ** 16;
const signatureBytes = 64;
const hashBytes = 32;
const publicKeyBytes = 32;
const questionBytes = signatureBytes + hashBytes + publicKeyBytes;
const longMessage = domain('sim-long-message');

/** What a place says of its question. */
const nothing = 0;
const holds = 1;
const wrong = 2;

export function onceVerified(crypto: Crypto): Crypto {
  const answers = new Answers();
  // Bundles are signed by their id, which is a hash; whatever else is signed is hashed for the key.
  const hashOf = (message: Uint8Array) =>
    message.length === hashBytes ? message : crypto.blake2b(hashBytes, longMessage, message);
  return {
    ...crypto,
    sign(message, secretKey) {
      const signature = crypto.sign(message, secretKey);
      // The second half of an Ed25519 secret key is its public key.
      answers.put([signature, hashOf(message), secretKey.subarray(publicKeyBytes)], holds);
      return signature;
    },
    verify(signature, message, publicKey) {
      if (signature.length !== signatureBytes || publicKey.length !== publicKeyBytes) return false;
      const question = [signature, hashOf(message), publicKey] as const;
      const known = answers.of(question);
      if (known !== nothing) return known === holds;
      const isRight = crypto.verify(signature, message, publicKey);
      answers.put(question, isRight ? holds : wrong);
      return isRight;
    },
  };
}

type Question = readonly [signature: Uint8Array, hash: Uint8Array, publicKey: Uint8Array];

class Answers {
  readonly #questions = new Uint8Array(places * questionBytes);
  readonly #answers = new Uint8Array(places);

  of(question: Question): number {
    const place = placeOf(question);
    let at = place * questionBytes;
    for (const part of question) {
      for (let i = 0; i < part.length; i++) {
        if (this.#questions[at++] !== part[i]) return nothing;
      }
    }
    return this.#answers[place]!;
  }

  put(question: Question, answer: number): void {
    const place = placeOf(question);
    let at = place * questionBytes;
    for (const part of question) {
      this.#questions.set(part, at);
      at += part.length;
    }
    this.#answers[place] = answer;
  }
}

function placeOf([signature]: Question): number {
  return (signature[0]! | (signature[1]! << 8) | (signature[2]! << 16)) % places;
}
