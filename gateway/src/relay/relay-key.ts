/**
 * A relay's own node key, in `relay.key` of its data folder, made on the first start (before step
 * 6 of a message's way). Its peer id, which gateways pin, rests on it; it gives no rights in any
 * site.
 */
import { join } from 'node:path';
import type { Crypto, KeyPair, Random } from '@muster/core';
import { readRecord, writeRecord } from '@muster/provisioning';

const fileName = 'relay.key';
const kind = 'relay-key';
const seedBytes = 32;

/** Throws a MusterError for a file that is damaged or cannot be read. */
export function readRelayKey(folder: string, crypto: Crypto, random: Random): KeyPair {
  const path = join(folder, fileName);
  const known = readRecord(path, kind)?.bytes('seed', seedBytes);
  const seed = known ?? random.bytes(seedBytes);
  if (!known) writeRecord(path, kind, { members: { seed } });
  return crypto.keyPairFromSeed(seed);
}
