/** What is remembered of authors stays bounded, and frozen ones stay longest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeLimits } from '../../src/limits.ts';
import { Authors } from '../../src/receive/authors.ts';

const { authorsMax, frozenAuthorsMax } = storeLimits;

function authorNo(no: number): Uint8Array {
  const author = new Uint8Array(32);
  new DataView(author.buffer).setUint32(0, no);
  return author;
}

test('frozen authors have a maximum: at it those longest untouched go', () => {
  const authors = new Authors();
  const count = frozenAuthorsMax + 1_000;
  for (let no = 0; no < count; no++) authors.freeze(authorNo(no));
  assert.ok(authors.frozenCount <= frozenAuthorsMax);
  assert.equal(authors.isFrozen(authorNo(0)), false);
  assert.equal(authors.isFrozen(authorNo(count - 1)), true);
  assert.equal(authors.isFrozen(authorNo(count - frozenAuthorsMax / 2)), true);
});

test('others go before frozen ones, and the one that writes all the time stays', () => {
  const authors = new Authors();
  authors.freeze(authorNo(0));
  for (let no = 1; no < authorsMax + 10; no++) {
    authors.saw(authorNo(no), no);
    authors.saw(authorNo(1), no);
  }
  assert.equal(authors.isFrozen(authorNo(0)), true);
  assert.equal(authors.seqMax(authorNo(1)), authorsMax + 9);
  assert.equal(authors.seqMax(authorNo(2)), -1);
});

test('an author that was frozen keeps its number', () => {
  const authors = new Authors();
  const author = authorNo(1);
  authors.saw(author, 7);
  assert.deepEqual(authors.freeze(author), { author, seqMax: 7, frozen: true });
  assert.deepEqual(authors.saw(author, 9), { author, seqMax: 9, frozen: true });
  assert.equal(authors.frozenCount, 1);
});
