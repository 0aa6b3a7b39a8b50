import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimTagOf, isClaimTagOf } from '../../src/index.ts';
import { SeededRandom } from '../../src/testing/index.ts';
import { crypto } from '../support/crypto.ts';

const random = new SeededRandom(9);
const claimId = random.bytes(8);

test('who knows the claim id finds the box, by each of its tags', () => {
  for (let i = 0; i < 50; i++) {
    const tag = claimTagOf(crypto, claimId, random.bytes(5));
    assert.equal(tag.length, 10);
    assert.equal(isClaimTagOf(crypto, claimId, tag), true);
    assert.equal(isClaimTagOf(crypto, random.bytes(8), tag), false);
  }
});

test('any other bytes are not the box', () => {
  const tag = claimTagOf(crypto, claimId, random.bytes(5));
  for (let bit = 0; bit < 80; bit++) {
    const changed = tag.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.equal(isClaimTagOf(crypto, claimId, changed), false);
  }
  for (const length of [0, 4, 9, 11]) {
    assert.equal(isClaimTagOf(crypto, claimId, new Uint8Array(length)), false);
  }
  assert.throws(() => claimTagOf(crypto, claimId, new Uint8Array(10)), RangeError);
});
