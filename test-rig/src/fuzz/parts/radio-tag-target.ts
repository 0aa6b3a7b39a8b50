/**
 * Fuzz target: what is heard on air as a radio tag or a claim tag (before step 4). What is taken
 * for ours reads the same a second time, says the same when it is sealed again, and is no tag of
 * another site; a claim tag belongs to one claim id alone.
 */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import {
  claimTagOf,
  equalBytes,
  isClaimTagOf,
  openRadioTag,
  RadioTagReader,
  radioIdOf,
  radioKeyOf,
  radioNonceBytes,
  sealRadioTag,
} from '@muster/core';
import type { SeededRandom } from '@muster/core/testing';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';

const crypto = createSodiumCrypto();
const siteKey = new Uint8Array(32).fill(7);
const radioKey = radioKeyOf(crypto, siteKey);
const otherKey = radioKeyOf(crypto, new Uint8Array(32).fill(8));
const claimIds = [1, 2].map((byte) => new Uint8Array(8).fill(byte));

function run(input: Uint8Array): FuzzVerdict {
  const verdict = openRadioTag(crypto, radioKey, input);
  const read = new RadioTagReader(crypto, siteKey).read(input, 0);
  if (read.ok !== verdict.ok) broken('the reader judges otherwise');
  const owners = claimIds.filter((claimId) => isClaimTagOf(crypto, claimId, input));
  if (owners.length > 1) broken('one claim tag of two boxes');
  if (!verdict.ok) return owners.length > 0 || verdict.reason;
  const again = sealRadioTag(crypto, radioKey, verdict.value, input.subarray(0, radioNonceBytes));
  if (!equalBytes(again, input)) broken('it has a second form');
  if (openRadioTag(crypto, otherKey, input).ok) broken('two sites read one tag');
  return true;
}

function seeds(random: SeededRandom): Uint8Array[] {
  const id = radioIdOf(crypto, siteKey, random.bytes(32));
  const kinds = ['node', 'carrier'] as const;
  const nonce = () => random.bytes(radioNonceBytes);
  return [
    ...kinds.map((kind) => sealRadioTag(crypto, radioKey, { id, kind }, nonce())),
    ...claimIds.map((claimId) => claimTagOf(crypto, claimId, nonce())),
  ];
}

export function createRadioTagTarget(): FuzzTarget {
  return { name: 'radio-tag', seeds, run };
}
