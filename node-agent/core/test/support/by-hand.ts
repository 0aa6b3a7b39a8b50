/**
 * What the worked examples of the specification are put together with: primitives of libsodium and
 * bytes, nothing of the core. Belongs to no step; nothing that ships imports it.
 */
import sodium from 'libsodium-wrappers-sumo';

await sodium.ready;

/** Bytes, or hexadecimal digits with spaces for the eye. */
type Part = string | Uint8Array;

const hex = (digits: string): Uint8Array => Buffer.from(digits.replaceAll(' ', ''), 'hex');
export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const join = (...parts: readonly Part[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? hex(part) : part)));
export const ascii = (letters: string): Uint8Array => Buffer.from(letters, 'latin1');
export const domain = (name: string): Uint8Array => join(ascii(`muster/1/${name}`), '00');
export const hash = (length: number, ...parts: readonly Part[]): Uint8Array =>
  sodium.crypto_generichash(length, join(...parts), null);
export const keysOf = (seedByte: string) =>
  sodium.crypto_sign_seed_keypair(hex(seedByte.repeat(32)));
export const sign = (message: Uint8Array, secretKey: Uint8Array): Uint8Array =>
  sodium.crypto_sign_detached(message, secretKey);

/** RFC 4648 section 6, without padding. */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return groups.map((group) => letters[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}
