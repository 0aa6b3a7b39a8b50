/** What a node may claim to have seen of an author, and what it may not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleLimits, chainPast, newChain, seqAheadMax } from '../../src/index.ts';

const chain = { seq: 7, prev: new Uint8Array(32).fill(1) };

test('an author that is behind goes on past what was seen', () => {
  assert.deepEqual(chainPast(chain, 7), { seq: 8, prev: new Uint8Array(32) });
  assert.equal(chainPast(newChain, 0).seq, 1);
  assert.equal(chainPast(chain, 6 + seqAheadMax).seq, 7 + seqAheadMax);
});

test('a node that saw less, or nothing, changes nothing', () => {
  for (const seqMax of [-1, 0, 6]) assert.equal(chainPast(chain, seqMax), chain);
});

test('a claim that cannot be true changes nothing, so that no key is used up', () => {
  const claims = [7 + seqAheadMax, bundleLimits.seqMax, Number.MAX_SAFE_INTEGER];
  for (const seqMax of [...claims, 2 ** 60, 7.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.equal(chainPast(chain, seqMax), chain, String(seqMax));
  }
  assert.ok(bundleLimits.seqMax / seqAheadMax > 4_000_000);
});
