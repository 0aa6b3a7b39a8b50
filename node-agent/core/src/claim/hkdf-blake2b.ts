/**
 * HMAC (RFC 2104) and HKDF over BLAKE2b with 64 bytes of output, as the Noise Protocol Framework
 * (revision 34, section 4.3) asks for. Noise takes plain HMAC also where the hash has a keyed mode.
 */
import type { Crypto } from '../ports/crypto.ts';

const hashBytes = 64;
const blockBytes = 128;

/** 64 bytes. */
function hmacBlake2b(crypto: Crypto, key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const short = key.length > blockBytes ? crypto.blake2b(hashBytes, key) : key;
  const inner = new Uint8Array(blockBytes).fill(0x36);
  const outer = new Uint8Array(blockBytes).fill(0x5c);
  short.forEach((byte, i) => {
    inner[i]! ^= byte;
    outer[i]! ^= byte;
  });
  return crypto.blake2b(hashBytes, outer, crypto.blake2b(hashBytes, inner, ...parts));
}

/** `count` outputs of 64 bytes each: 2 or 3. */
export function hkdfBlake2b(
  crypto: Crypto,
  chainingKey: Uint8Array,
  { material, count }: { readonly material: Uint8Array; readonly count: 2 | 3 },
): readonly Uint8Array[] {
  const key = hmacBlake2b(crypto, chainingKey, material);
  const outputs: Uint8Array[] = [];
  let previous = new Uint8Array(0);
  for (let i = 1; i <= count; i++) {
    previous = new Uint8Array(hmacBlake2b(crypto, key, previous, Uint8Array.of(i)));
    outputs.push(previous);
  }
  return outputs;
}
