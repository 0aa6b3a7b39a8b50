/** The admin key of this phone in the open: made and sealed on its disk, or opened again. */
import type { KeyPair } from '@muster/core';
import type { ClientParts } from '../../app/client.ts';
import { deriveInWorker } from '../keys/derive-key.ts';
import { saveAdminKey } from '../keys/key-store.ts';
import { type AdminKeyRecord, openWithPassphrase, sealWithPassphrase } from '../keys/sealed-key.ts';
import { passphraseCost } from '../limits.ts';

export interface OpenedKey {
  readonly pair: KeyPair;
  readonly record: AdminKeyRecord;
}

/** Of `made` when there is one, undefined for a wrong passphrase; else a new key, kept sealed. */
export async function openAdminKey(
  { crypto, random, db }: ClientParts,
  made: AdminKeyRecord | undefined,
  passphrase: string,
): Promise<OpenedKey | undefined> {
  const derive = deriveInWorker(crypto);
  if (made) {
    const pair = await openWithPassphrase({ crypto, derive }, made, passphrase);
    return pair && { pair, record: made };
  }
  const pair = crypto.keyPairFromSeed(random.bytes(32));
  const choice = { passphrase, cost: passphraseCost };
  const lock = await sealWithPassphrase({ crypto, random, derive }, pair, choice);
  const certificate = new Uint8Array(0);
  const record: AdminKeyRecord = { key: pair.publicKey, certificate, passphrase: lock };
  await saveAdminKey(db, record);
  return { pair, record };
}
