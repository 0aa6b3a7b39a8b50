/**
 * The files of docs/protocol/vectors as the tests read them: JSON with all bytes in hexadecimal.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fromHex } from '../../src/bytes/index.ts';

const folder = new URL('../../../../docs/protocol/vectors/', import.meta.url);

export function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T;
}

/** Bytes of hexadecimal text; an absent member is no bytes. */
export function bytes(hex: string | undefined): Uint8Array {
  const decoded = fromHex(hex ?? '');
  assert.ok(decoded, 'vectors hold hexadecimal');
  assert.equal(hex ?? '', (hex ?? '').toLowerCase(), 'in lower case');
  return decoded;
}

/** What every file with keys begins with. */
export interface Cast {
  readonly keys: readonly {
    readonly name: string;
    readonly seed: string;
    readonly publicKey: string;
  }[];
  readonly trust: { readonly siteKey: string; readonly site: string; readonly epoch: number };
}
