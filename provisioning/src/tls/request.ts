/**
 * A request for a server certificate, as it travels through the mesh: names, the public key, proof
 * that whoever asks has the private one, and the node for which it is. Who publishes it as that
 * node's word is for the caller to check. CBOR [signed, signature], the signed part being an array
 * [version, node key, public key, names, addresses]; docs/protocol/vault.md has the bytes.
 */
import { CborReader, concat, domain, encodeCbor } from '@muster/core';
import { tlsLimits } from '../limits.ts';
import type { ServerNames } from './certificate.ts';
import { signWithTlsKey, type TlsKey, verifyWithTlsKey } from './keys.ts';

export interface TlsRequest {
  /** 32 bytes. */
  readonly nodeKey: Uint8Array;
  readonly names: ServerNames;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
}

const version = 1;
const dnsBytesMax = 253;
const addressBytesMax = 39;

export async function encodeTlsRequest(
  key: TlsKey,
  { nodeKey, names }: Pick<TlsRequest, 'nodeKey' | 'names'>,
): Promise<Uint8Array> {
  const signed = encodeCbor([version, nodeKey, key.publicKey, names.dns, names.addresses]);
  return encodeCbor([signed, await signWithTlsKey(key.key, proven(signed))]);
}

/** Undefined when malformed, or when the key is not proven. */
export async function readTlsRequest(wire: Uint8Array): Promise<TlsRequest | undefined> {
  if (wire.length > tlsLimits.requestBytesMax) return undefined;
  const outer = new CborReader(wire);
  outer.array(2);
  const signed = outer.bytes(tlsLimits.requestBytesMax, 1);
  const signature = outer.bytes(64);
  const request = decodeSigned(signed);
  if (!outer.done() || !request) return undefined;
  const isProven = await verifyWithTlsKey(request.publicKey, signature, proven(signed));
  return isProven ? request : undefined;
}

function decodeSigned(signed: Uint8Array): TlsRequest | undefined {
  const reader = new CborReader(signed);
  reader.array(5);
  reader.uint(version, version);
  const nodeKey = reader.bytes(32).slice();
  const publicKey = reader.bytes(128, 1).slice();
  const dns = texts(reader, dnsBytesMax);
  const addresses = texts(reader, addressBytesMax);
  return reader.done() ? { nodeKey, publicKey, names: { dns, addresses } } : undefined;
}

function texts(reader: CborReader, bytesMax: number): readonly string[] {
  const read: string[] = [];
  const count = reader.array(tlsLimits.namesMax, 0);
  for (let i = 0; i < count && !reader.failed; i++) read.push(reader.text(bytesMax));
  return read;
}

function proven(signed: Uint8Array): Uint8Array {
  return concat(domain('tls-request'), signed);
}
