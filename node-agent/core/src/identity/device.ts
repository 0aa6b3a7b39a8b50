/**
 * Device certificate: a person key says that a device key is one of its devices. It is shown in the
 * person's profile. Names are labels; only these keys identify.
 */
import { equalBytes } from '../bytes/compare.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import type { Crypto, KeyPair } from '../ports/crypto.ts';
import { decodeStatement, encodeStatement, signStatement, verifyStatement } from './statement.ts';

const version = 1;

/** The certificate in wire form; about 140 bytes. */
export function certifyDevice(crypto: Crypto, person: KeyPair, device: Uint8Array): Uint8Array {
  const signed = encodeCbor([version, person.publicKey, device]);
  return encodeStatement(signStatement(crypto, { domain: 'device', signed }, person.secretKey));
}

/** The person key that certifies this device, or undefined. */
export function personOfDevice(
  crypto: Crypto,
  wire: Uint8Array,
  device: Uint8Array,
): Uint8Array | undefined {
  const statement = decodeStatement(wire);
  if (!statement) return undefined;
  const reader = new CborReader(statement.signed);
  reader.array(3);
  reader.uint(version, version);
  const person = reader.bytes(32);
  const certified = reader.bytes(32);
  if (!reader.done() || !equalBytes(certified, device)) return undefined;
  return verifyStatement(crypto, { domain: 'device', statement }, person) ? person : undefined;
}
