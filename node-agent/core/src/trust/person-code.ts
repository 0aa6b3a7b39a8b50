/**
 * Person code: how a person shows their device key to an admin, who then makes a ticket for it.
 * Text `MUSTER-KEY:1:` and base32 of key ‖ check ‖ name, which fits the alphanumeric mode of QR
 * codes. Nothing in it is secret, and the name is only what the person calls themselves.
 */
import { fromBase32, toBase32 } from '../bytes/base32.ts';
import { equalBytes } from '../bytes/compare.ts';
import { concat } from '../bytes/concat.ts';
import { domain } from '../bytes/domain.ts';
import { fromUtf8, utf8 } from '../bytes/text.ts';
import { nameLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';

export interface PersonCode {
  /** Device key, 32 bytes. */
  readonly key: Uint8Array;
  /** A label; may be empty. */
  readonly name: string;
}

const keyBytes = 32;
const checkBytes = 4;
const textForm = /^MUSTER-KEY:1:([A-Z2-7]{1,200})$/;

export function encodePersonCode(crypto: Crypto, { key, name }: PersonCode): string {
  const label = utf8(name);
  return `MUSTER-KEY:1:${toBase32(concat(key, checkOf(crypto, key, label), label))}`;
}

/** Undefined for anything else and for what was misread; letters of either case. */
export function decodePersonCode(crypto: Crypto, text: string): PersonCode | undefined {
  const letters = textForm.exec(text.trim().toUpperCase())?.[1];
  const bytes = letters === undefined ? undefined : fromBase32(letters);
  if (!bytes || bytes.length < keyBytes + checkBytes) return undefined;
  const key = bytes.slice(0, keyBytes);
  const label = bytes.slice(keyBytes + checkBytes);
  const check = bytes.subarray(keyBytes, keyBytes + checkBytes);
  const name = label.length <= nameLimits.nameBytesMax ? fromUtf8(label) : undefined;
  if (name === undefined || !equalBytes(check, checkOf(crypto, key, label))) return undefined;
  return { key, name };
}

function checkOf(crypto: Crypto, key: Uint8Array, label: Uint8Array): Uint8Array {
  return crypto.blake2b(16, domain('person-code'), key, label).subarray(0, checkBytes);
}
