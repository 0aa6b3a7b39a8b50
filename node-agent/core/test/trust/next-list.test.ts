import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextList } from '../../src/trust/next-list.ts';
import { TrustBook } from '../../src/trust/trust-book.ts';
import { signTrustList } from '../../src/trust/trust-list.ts';
import { ada, adminOf, byRoot, listBy, root } from '../support/admins.ts';
import { crypto, keyPair } from '../support/crypto.ts';

const someone = keyPair(40).publicKey;
const other = keyPair(41).publicKey;
const revocation = (key: Uint8Array) => ({ key, reason: 1 as const, label: '' });

test('a change goes on from what the issuer said before', () => {
  const book = new TrustBook(crypto, root.publicKey);
  const first = nextList(book, ada.key.publicKey, { revoke: [revocation(someone)] });
  assert.equal(first.revision, 1);
  assert.ok(book.adopt(signTrustList(crypto, first, ada)).ok);
  const second = nextList(book, ada.key.publicKey, { revoke: [revocation(other)], epoch: 2 });
  assert.deepEqual([second.revision, second.epoch, second.revoked.length], [2, 2, 2]);
  assert.ok(book.adopt(signTrustList(crypto, second, ada)).ok);
  const third = nextList(book, ada.key.publicKey, { restore: [someone], revision: 7, epoch: 1 });
  assert.deepEqual([third.revision, third.epoch], [8, 2]);
  assert.deepEqual(
    third.revoked.map(({ key }) => key),
    [other],
  );
});

test('what a revoked admin revoked stays so, unless it was malice', () => {
  const book = new TrustBook(crypto, root.publicKey);
  book.adopt(listBy(ada, 1, { epoch: 3, revoked: [someone] }));
  const revoke = [revocation(ada.key.publicKey)];
  const kept = nextList(book, root.publicKey, { revoke });
  const dropped = nextList(book, root.publicKey, { revoke, keepsTheirs: false });
  assert.deepEqual([kept.revoked.length, dropped.revoked.length], [2, 1]);
  book.adopt(signTrustList(crypto, kept, byRoot));
  assert.ok(book.revoked.has(someone));
  assert.equal(book.epoch, 3, 'nor does the epoch go back');
});

test('what a list revokes stays so when a new epoch ends the list', () => {
  const brief = adminOf(keyPair(25), { epoch: 3 });
  const book = new TrustBook(crypto, root.publicKey);
  book.adopt(listBy(brief, 1, { revoked: [someone] }));
  book.adopt(signTrustList(crypto, nextList(book, ada.key.publicKey, { epoch: 4 }), ada));
  assert.equal(book.epoch, 4);
  assert.ok(book.revoked.has(someone));
});

test('nobody takes over the absurd epoch of a stolen key', () => {
  const book = new TrustBook(crypto, root.publicKey);
  const bob = adminOf(keyPair(22));
  book.adopt(listBy(bob, 1, { epoch: 3 }));
  book.adopt(listBy(ada, 1, { epoch: 2 ** 32 - 1, revoked: [someone] }));
  assert.equal(book.epoch, 2 ** 32 - 1);
  assert.equal(nextList(book, bob.key.publicKey, { revoke: [revocation(other)] }).epoch, 3);
  const revoke = [revocation(ada.key.publicKey)];
  const next = nextList(book, root.publicKey, { revoke });
  assert.ok(book.adopt(signTrustList(crypto, next, byRoot)).ok);
  assert.equal(book.epoch, 3);
  assert.ok(book.revoked.has(someone), 'what it revoked may have been right');
});
