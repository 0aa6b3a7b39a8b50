/**
 * The peer: negentropy (NIP-77) as nostr-tools publishes it, both ends in this process, without a
 * frame limit. Its messages are hexadecimal text, and as such they go over a relay's socket. Its
 * index, which a server keeps at hand, is built before the clock runs; asking for what is needed,
 * which it leaves to other messages, is not counted.
 */
import { toHex } from '@muster/core';
import { nip77 } from 'nostr-tools';
import { type Cost, cpuMsSince } from './cost.ts';
import { idBytes, type TimedSet, type TwoSets } from './sets.ts';

const { Negentropy, NegentropyStorageVector } = nip77;

function storageOf({ ids, seconds }: TimedSet): nip77.NegentropyStorageVector {
  const storage = new NegentropyStorageVector();
  for (const [i, second] of seconds.entries()) {
    storage.insert(second, toHex(ids.subarray(i * idBytes, (i + 1) * idBytes)));
  }
  storage.seal();
  return storage;
}

export function reconcileNegentropy({ a, b, onlyA, onlyB }: TwoSets): Cost {
  const client = new Negentropy(storageOf(a), Number.MAX_SAFE_INTEGER);
  const server = new Negentropy(storageOf(b), Number.MAX_SAFE_INTEGER);
  // Whichever end gets a list of ids learns what differs in its range, and the other end does not.
  const found = { onlyA: 0, onlyB: 0 };
  const onlyHere = (side: 'onlyA' | 'onlyB') => () => {
    found[side] += 1;
  };
  let hexDigits = 0;
  let flights = 0;
  const before = process.cpuUsage();
  let message: string | null = client.initiate();
  while (message !== null) {
    hexDigits += message.length;
    flights += 1;
    message =
      flights % 2 === 1
        ? server.reconcile(message, onlyHere('onlyB'), onlyHere('onlyA'))
        : client.reconcile(message, onlyHere('onlyA'), onlyHere('onlyB'));
  }
  const cpuMs = cpuMsSince(before);
  if (found.onlyA !== onlyA || found.onlyB !== onlyB) {
    throw new Error('negentropy found a wrong difference');
  }
  // The library has no message for "nothing is left"; the shortest one, its version byte, counts.
  if (flights % 2 === 1) {
    hexDigits += 2;
    flights += 1;
  }
  return { bytes: hexDigits, binaryBytes: hexDigits / 2, roundTrips: flights / 2, cpuMs };
}
