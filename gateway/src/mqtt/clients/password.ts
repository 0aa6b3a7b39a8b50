/**
 * Passwords of MQTT credentials: 128 random bits in groups of base32, shown once and kept as a
 * salted BLAKE2b-256 hash. What is random needs no slow hash: nobody guesses 2^128.
 */
import { timingSafeEqual } from 'node:crypto';
import { type Crypto, domain, type Random, toBase32, utf8 } from '@muster/core';

const secretBytes = 16;
const saltBytes = 16;
const hashDomain = domain('mqtt-password');

export interface PasswordHash {
  /** 16 random bytes. */
  readonly salt: Uint8Array;
  /** BLAKE2b-256 over domain, salt and the password in the form that is shown. */
  readonly hash: Uint8Array;
}

/** Such as `MQ3X-7ZKA-...`: 26 characters in groups of four. */
export function createPassword(random: Random): string {
  return toBase32(random.bytes(secretBytes)).replace(/.{4}(?=.)/g, '$&-');
}

export function hashPassword(crypto: Crypto, random: Random, password: string): PasswordHash {
  const salt = random.bytes(saltBytes);
  return { salt, hash: hashOf(crypto, salt, utf8(password)) };
}

export function isPassword(crypto: Crypto, kept: PasswordHash, password: Uint8Array): boolean {
  return timingSafeEqual(hashOf(crypto, kept.salt, password), kept.hash);
}

function hashOf(crypto: Crypto, salt: Uint8Array, password: Uint8Array): Uint8Array {
  return crypto.blake2b(32, hashDomain, salt, password);
}
