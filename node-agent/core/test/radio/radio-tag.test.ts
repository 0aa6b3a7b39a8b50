import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  openRadioTag,
  type RadioTag,
  radioIdOf,
  radioKeyOf,
  sealRadioTag,
  toHex,
} from '../../src/index.ts';
import { chance, intBelow, SeededRandom } from '../../src/testing/index.ts';
import { crypto } from '../support/crypto.ts';
import { root, stranger } from '../support/site.ts';

const radioKey = radioKeyOf(crypto, root.publicKey);
const foreignKey = radioKeyOf(crypto, stranger.publicKey);
const id = radioIdOf(crypto, root.publicKey, stranger.publicKey);
const seed = 6;

test('members read who says a tag, whatever the nonce', () => {
  const random = new SeededRandom(seed);
  for (let i = 0; i < 200; i++) {
    const kind = chance(random, 0.5) ? 'node' : 'carrier';
    const said: RadioTag = { id: random.bytes(3), kind };
    const tag = sealRadioTag(crypto, radioKey, said, random.bytes(5));
    assert.equal(tag.length, 10);
    assert.deepEqual(openRadioTag(crypto, radioKey, tag), { ok: true, value: said });
  }
});

test('another site reads nothing, and no changed bit passes', () => {
  const tag = sealRadioTag(crypto, radioKey, { id, kind: 'node' }, new Uint8Array(5));
  assert.equal(openRadioTag(crypto, foreignKey, tag).ok, false);
  for (let bit = 0; bit < 80; bit++) {
    const changed = tag.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.deepEqual(openRadioTag(crypto, radioKey, changed), { ok: false, reason: 'foreign' });
  }
});

test('what is not 10 bytes is malformed', () => {
  for (const length of [0, 1, 5, 9, 11, 31]) {
    const verdict = openRadioTag(crypto, radioKey, new Uint8Array(length));
    assert.deepEqual(verdict, { ok: false, reason: 'malformed' });
  }
});

test('a nonce or an id of another length is a bug of the caller', () => {
  const tag: RadioTag = { id, kind: 'node' };
  assert.throws(() => sealRadioTag(crypto, radioKey, tag, new Uint8Array(4)), RangeError);
  const longer = { id: new Uint8Array(4), kind: 'node' } as const;
  assert.throws(() => sealRadioTag(crypto, radioKey, longer, new Uint8Array(5)), RangeError);
});

test('random bytes are taken for a tag about once in 32,768: half of the kinds are free', () => {
  const random = new SeededRandom(seed);
  let taken = 0;
  const tries = 200_000;
  for (let i = 0; i < tries; i++) {
    if (openRadioTag(crypto, radioKey, random.bytes(10)).ok) taken += 1;
  }
  // 6.1 expected; beyond 20 with odds of 1 in 500,000.
  assert.ok(taken <= 20, `${taken} of ${tries}`);
});

test('tags of one node have nothing in common that a stranger could count', () => {
  const random = new SeededRandom(seed);
  const ones = new Array<number>(80).fill(0);
  const seen = new Set<string>();
  const tries = 4_000;
  for (let i = 0; i < tries; i++) {
    const tag = sealRadioTag(crypto, radioKey, { id, kind: 'node' }, random.bytes(5));
    seen.add(toHex(tag.subarray(5)));
    for (let bit = 0; bit < 80; bit++) ones[bit]! += (tag[bit >> 3]! >> (bit & 7)) & 1;
  }
  assert.equal(seen.size, tries);
  // Six standard deviations of a fair coin.
  const far = 6 * Math.sqrt(tries / 4);
  for (const count of ones) assert.ok(Math.abs(count - tries / 2) < far, `${count} of ${tries}`);
});

test('the mask of one nonce says nothing about that of a nonce beside it', () => {
  const random = new SeededRandom(seed);
  for (let i = 0; i < 100; i++) {
    const nonce = random.bytes(5);
    const beside = nonce.slice();
    beside[intBelow(random, 5)]! ^= 1 << intBelow(random, 8);
    const [a, b] = [nonce, beside].map((by) =>
      sealRadioTag(crypto, radioKey, { id, kind: 'node' }, by).subarray(5),
    );
    assert.notDeepEqual(a, b);
  }
});
