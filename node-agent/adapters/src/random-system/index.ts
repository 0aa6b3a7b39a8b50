/**
 * The Random port on the platform's CSPRNG (getrandom(2) through OpenSSL). Keys and nonces of
 * every step come from here. It keeps no state of its own.
 */
import { randomFillSync } from 'node:crypto';
import type { Random } from '@muster/core';

export function createSystemRandom(): Random {
  return { bytes: (length) => randomFillSync(new Uint8Array(length)) };
}
