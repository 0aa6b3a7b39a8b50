import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, openPayload, sealOverheadBytes, sealPayload, utf8 } from '../../src/index.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { crypto } from '../support/crypto.ts';
import { bitFlips, truncated } from '../support/mutations.ts';
import { guest, site, stranger } from '../support/site.ts';

const key = new Uint8Array(32).fill(7);
const place = { site, tag: new Uint8Array(16).fill(3), author: guest.publicKey, key };
const random = new SeededRandom(1);
const plain = utf8('meet at nine');
const sealed = sealPayload(crypto, random, { plain, place });

test('what was sealed opens at its place', () => {
  assert.deepEqual(openPayload(crypto, sealed, place), plain);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
      const box = sealPayload(crypto, random, { plain: any, place });
      assert.equal(box.length, any.length + sealOverheadBytes);
      assert.deepEqual(openPayload(crypto, box, place), any);
    }),
  );
});

test('a nonce is fresh each time', () => {
  const again = sealPayload(crypto, random, { plain, place });
  assert.notDeepEqual(again.subarray(0, 24), sealed.subarray(0, 24));
});

test('it opens for no other site, channel, author or key', () => {
  const others = [
    { ...place, site: new Uint8Array(16) },
    { ...place, tag: new Uint8Array(16) },
    { ...place, author: stranger.publicKey },
    { ...place, key: new Uint8Array(32) },
  ];
  for (const other of others) assert.equal(openPayload(crypto, sealed, other), undefined);
});

test('no damaged box opens', () => {
  for (const box of [...bitFlips(sealed), ...truncated(sealed)]) {
    assert.equal(openPayload(crypto, box, place), undefined);
  }
  assert.equal(openPayload(crypto, Uint8Array.from([...sealed, 0]), place), undefined);
});

test('site, tag and author are bound in that order after the domain', () => {
  const name = Buffer.from('muster/1/channel-seal\0', 'latin1');
  const associated = concat(name, place.site, place.tag, place.author);
  const nonce = sealed.subarray(0, 24);
  assert.deepEqual(crypto.open(sealed.subarray(24), associated, nonce, key), plain);
});
