/**
 * A node that belongs to nobody yet: its key, made once on the spot, and the one-time secret of its
 * label, in `unclaimed.json`. After the claim the key is the node's and the file is gone.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Crypto, type KeyPair, MusterError, type Random } from '@muster/core';
import type { FileCalls } from '../durable-file.ts';
import { readRecord, writeRecord } from '../record.ts';

export interface Unclaimed {
  readonly key: KeyPair;
  /** Of the label's code, 16 bytes; spent by the first claim. */
  readonly secret: Uint8Array;
  /** What the node calls itself until an admin names it. */
  readonly name: string;
}

const seedBytes = 32;
const secretBytes = 16;

/** `empty`: neither a site nor a key. A claim that was cut off is for settleFolder. */
export function folderState(folder: string): 'empty' | 'unclaimed' | 'member' {
  if (existsSync(join(folder, 'site.json'))) return 'member';
  return existsSync(unclaimedPath(folder)) ? 'unclaimed' : 'empty';
}

/** Undefined where there is none. */
export function readUnclaimed(folder: string, crypto: Crypto): Unclaimed | undefined {
  const record = readRecord(unclaimedPath(folder), 'unclaimed');
  return (
    record && {
      key: crypto.keyPairFromSeed(record.bytes('seed', seedBytes)),
      secret: record.bytes('secret', secretBytes),
      name: record.text('name'),
    }
  );
}

/** Made once, and read from then on; a MusterError in the folder of a member. */
export function openUnclaimed(
  folder: string,
  options: {
    readonly crypto: Crypto;
    readonly random: Random;
    readonly name: string;
    readonly calls?: FileCalls;
  },
): Unclaimed {
  const { crypto, random, name, calls } = options;
  if (folderState(folder) === 'member') {
    const mend = 'Reset it first (muster node reset), or choose another folder with --data.';
    throw new MusterError('already-claimed', `${folder} belongs to a site already`, mend);
  }
  const known = readUnclaimed(folder, crypto);
  if (known) return known;
  const [seed, secret] = [random.bytes(seedBytes), random.bytes(secretBytes)];
  const members = { seed, secret, name };
  writeRecord(unclaimedPath(folder), 'unclaimed', { members, calls });
  return { key: crypto.keyPairFromSeed(seed), secret, name };
}

export function unclaimedPath(folder: string): string {
  return join(folder, 'unclaimed.json');
}
