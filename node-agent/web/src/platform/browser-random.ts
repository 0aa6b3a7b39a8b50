/**
 * The Random port in a browser: getRandomValues is there on plain http too, unlike crypto.subtle.
 */
import type { Random } from '@muster/core';

export const browserRandom: Random = {
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
