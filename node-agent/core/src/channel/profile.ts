/**
 * A person's profile: the payload of a bundle of kind profile, written by a device under the site's
 * profile tag. CBOR [version, name, device certificate]. It ties the devices of one person
 * together; the name is a label and proves nothing.
 */
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { personOfDevice } from '../identity/device.ts';
import { nameLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';

export interface Profile {
  readonly name: string;
  /** Person key, 32 bytes. */
  readonly person: Uint8Array;
}

const version = 1;

export function encodeProfile(name: string, deviceCertificate: Uint8Array): Uint8Array {
  return encodeCbor([version, name, deviceCertificate]);
}

/** Undefined when malformed or when the certificate is not for the device that wrote it. */
export function decodeProfile(
  crypto: Crypto,
  payload: Uint8Array,
  author: Uint8Array,
): Profile | undefined {
  const reader = new CborReader(payload);
  reader.array(3);
  reader.uint(version, version);
  const name = reader.text(nameLimits.nameBytesMax);
  const certificate = reader.bytes(256, 1);
  if (!reader.done()) return undefined;
  const person = personOfDevice(crypto, certificate, author);
  return person && { name, person };
}
