import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  compareBytes,
  compareStamps,
  orderKeyBytes,
  orderKeyOf,
  type Stamp,
  stampOfOrderKey,
} from '../../src/index.ts';
import { anyStamp } from '../support/bundles.ts';

interface Placed {
  readonly stamp: Stamp;
  readonly author: Uint8Array;
  readonly id: Uint8Array;
}

/** Keys and ids that differ in their first 8 bytes or not at all, as all do that nobody crafted. */
const key32 = fc.nat(3).map((n) => new Uint8Array(32).fill(n * 80));
const stamps = fc.oneof(
  fc.constantFrom({ ms: 5, counter: 1 }, { ms: 5, counter: 2 }, { ms: 255, counter: 65_536 }),
  anyStamp,
);
const placed = fc.record({ stamp: stamps, author: key32, id: key32 });

const keyOf = (bundle: Placed): Uint8Array => orderKeyOf(bundle, bundle.id);

test('order keys compare as stamp, then author, then id', () => {
  fc.assert(
    fc.property(placed, placed, (a, b) => {
      const byFields =
        compareStamps(a.stamp, b.stamp) ||
        compareBytes(a.author, b.author) ||
        compareBytes(a.id, b.id);
      assert.equal(Math.sign(compareBytes(keyOf(a), keyOf(b))), Math.sign(byFields));
    }),
    { numRuns: 1000 },
  );
});

test('the order is total: any two ways of sorting agree', () => {
  fc.assert(
    fc.property(fc.array(placed, { maxLength: 30 }), (bundles) => {
      const keys = bundles.map(keyOf);
      const sorted = keys.toSorted(compareBytes);
      assert.deepEqual(keys.toReversed().sort(compareBytes), sorted);
      assert.deepEqual(keys.toSorted(Buffer.compare), sorted);
    }),
  );
});

test('the stamp can be read back', () => {
  fc.assert(
    fc.property(placed, (bundle) => {
      assert.equal(keyOf(bundle).length, orderKeyBytes);
      assert.deepEqual({ ...stampOfOrderKey(keyOf(bundle)) }, { ...bundle.stamp });
    }),
  );
});

test('the extremes of a stamp fit', () => {
  const author = new Uint8Array(32).fill(0xaa);
  const id = new Uint8Array(32).fill(0xbb);
  const last = orderKeyOf({ stamp: { ms: 2 ** 48 - 1, counter: 2 ** 24 - 1 }, author }, id);
  const expected = [...Array(9).fill(0xff), ...Array(8).fill(0xaa), ...Array(8).fill(0xbb)];
  assert.deepEqual([...last], expected);
});
