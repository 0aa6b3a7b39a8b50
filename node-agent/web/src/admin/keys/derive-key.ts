/**
 * Argon2id in a worker of the browser's, because it would hold the page for about a second. Where
 * a browser starts no such worker the page works it out itself and stands still meanwhile.
 */
import type { Crypto } from '@muster/core';
import type { DeriveKey } from './sealed-key.ts';

export function deriveInWorker(crypto: Crypto): DeriveKey {
  return async (password, salt, cost) => {
    try {
      return await ask({ password, salt, cost });
    } catch {
      return crypto.passwordKey(password, salt, cost);
    }
  };
}

function ask(question: object): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./password-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data as Uint8Array);
    };
    worker.onerror = (event) => {
      worker.terminate();
      reject(new Error(event.message));
    };
    worker.postMessage(question);
  });
}
