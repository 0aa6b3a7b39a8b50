/**
 * The real crypto, but each signature is checked once a world instead of once a node: the answer of
 * a pure function is remembered. That is all that makes a simulated world faster than a real one.
 */
import { type Crypto, toHex } from '@muster/core';

/** Answers kept; beyond it the oldest go and are computed again. */
const answersMax = 500_000;

export function onceVerified(crypto: Crypto): Crypto {
  const answers = new Map<string, boolean>();
  return {
    ...crypto,
    verify(signature, message, publicKey) {
      // The whole triple is the key: another message under the same signature is another question.
      const parts = [signature, crypto.blake2b(32, message), publicKey];
      const key = parts.map(toHex).join();
      let answer = answers.get(key);
      if (answer === undefined) {
        answer = crypto.verify(signature, message, publicKey);
        if (answers.size >= answersMax) answers.delete(answers.keys().next().value!);
        answers.set(key, answer);
      }
      return answer;
    },
  };
}
