/**
 * The keys of the person at this phone (step 1): a person key that certifies a device key, both
 * made here on first use. They leave the phone never; what goes out are signatures.
 */
import {
  type Crypto,
  certifyDevice,
  concat,
  domain,
  type KeyPair,
  nameLimits,
  type Random,
  utf8,
} from '@muster/core';
import type { Challenge } from '../connection/wire.ts';
import type { IdentityRecord } from '../storage/records.ts';

const seedBytes = 32;

export function makeIdentity(crypto: Crypto, random: Random, name: string): IdentityRecord {
  const personSeed = random.bytes(seedBytes);
  const deviceSeed = random.bytes(seedBytes);
  const person = crypto.keyPairFromSeed(personSeed);
  const device = crypto.keyPairFromSeed(deviceSeed);
  const deviceCertificate = certifyDevice(crypto, person, device.publicKey);
  return { name, personSeed, deviceSeed, deviceCertificate };
}

/** What the API asks to be signed at the opening of a session. */
export function sessionProof(crypto: Crypto, device: KeyPair, challenge: Challenge): Uint8Array {
  const { site, nodeKey, nonce } = challenge;
  return crypto.sign(concat(domain('session'), site, nodeKey, nonce), device.secretKey);
}

/** Bytes that a name of a person or channel has left; below zero when it is too long. */
export function nameBytesLeft(name: string): number {
  return nameLimits.nameBytesMax - utf8(name).length;
}
