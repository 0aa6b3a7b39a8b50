/**
 * Works out the key of a passphrase beside the page, so that the page goes on answering meanwhile.
 * It keeps nothing and ends after one answer.
 */
import type { PasswordCost } from '@muster/core';
import { loadCrypto } from '../../platform/crypto-sumo.ts';

export interface PasswordQuestion {
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly cost: PasswordCost;
}

self.onmessage = async ({ data }: MessageEvent<PasswordQuestion>) => {
  const crypto = await loadCrypto();
  self.postMessage(crypto.passwordKey(data.password, data.salt, data.cost));
};
