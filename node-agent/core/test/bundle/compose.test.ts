import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type BundleDraft,
  bundleLimits,
  composeBundle,
  newChain,
  skipChain,
  verifyBundle,
} from '../../src/index.ts';
import { bundleOf, draft } from '../support/bundles.ts';
import { crypto, keyPair } from '../support/crypto.ts';
import { guestAuthor } from '../support/site.ts';

test('a chain counts up and names the bundle before', () => {
  let chain = newChain;
  let before = new Uint8Array(0);
  for (let seq = 0; seq < 4; seq++) {
    const made = composeBundle(crypto, guestAuthor, { chain, draft });
    assert.equal(made.bundle.fields.seq, seq);
    assert.deepEqual(made.bundle.fields.prev, before);
    assert.ok(verifyBundle(crypto, made.bundle));
    before = made.bundle.id.slice();
    chain = made.chain;
  }
});

test('a restored phone goes on after all that was seen, and says that it skipped', () => {
  const bundle = bundleOf({}, { chain: skipChain(41) });
  assert.equal(bundle.fields.seq, 42);
  assert.deepEqual(bundle.fields.prev, new Uint8Array(32));
  // Nothing was seen: it starts like any other, or its first bundle would be malformed.
  assert.deepEqual(skipChain(-1), newChain);
  assert.equal(skipChain(0).seq, 1);
});

test('a draft that breaks the format throws before anything is signed', () => {
  let signatures = 0;
  const counting = { ...crypto, sign: () => new Uint8Array(64).fill(++signatures) };
  const wrong: readonly Partial<BundleDraft>[] = [
    { payload: new Uint8Array(bundleLimits.payloadBytesMax + 1) },
    { lifetimeS: 0 },
    { lifetimeS: 60.5 },
    { hopLimit: 16 },
    { kind: 256 },
    { tag: new Uint8Array(15) },
    { stamp: { ms: -1, counter: 0 } },
    { stamp: { ms: Date.UTC(2026, 0) + 0.25, counter: 0 } },
  ];
  for (const changes of wrong) {
    const position = { chain: newChain, draft: { ...draft, ...changes } };
    assert.throws(() => composeBundle(counting, guestAuthor, position), RangeError);
  }
  const spent = { seq: bundleLimits.seqMax + 1, prev: new Uint8Array(32) };
  assert.throws(() => composeBundle(counting, guestAuthor, { chain: spent, draft }), RangeError);
  assert.equal(signatures, 0);
});

test('a draft cannot bring an author, a site or a number of its own', () => {
  const other = keyPair(8).publicKey;
  const greedy = { ...draft, author: other, seq: 7, site: new Uint8Array(16), version: 2 };
  const { bundle } = composeBundle(crypto, guestAuthor, { chain: newChain, draft: greedy });
  assert.deepEqual(bundle.fields.author, guestAuthor.key.publicKey);
  assert.deepEqual(bundle.fields.site, guestAuthor.site);
  assert.equal(bundle.fields.seq, 0);
  assert.ok(verifyBundle(crypto, bundle));
});
