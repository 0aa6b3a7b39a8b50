/** The order index against a plain sorted array. Prints its seed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareBytes } from '@muster/core';
import { chance, intBelow, pick, SeededRandom } from '@muster/core/testing';
import { OrderIndex, type Placed } from '../../src/store-sqlite/order-index.ts';

const steps = 6_000;
const seed = Number(process.env.SEED ?? 1);

function compare(a: Placed, b: Placed): number {
  return compareBytes(a.orderKey, b.orderKey) || a.row - b.row;
}

/** Few different bytes, so that keys are often equal, or equal in their first words. */
function key(random: SeededRandom, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => pick(random, [0, 1, 127, 128, 255]));
}

test(`pages are what a sorted array gives (SEED=${seed})`, () => {
  const random = new SeededRandom(seed);
  const index = new OrderIndex();
  const tags = Array.from({ length: 4 }, () => key(random, 16));
  const keys = Array.from({ length: 40 }, () => key(random, 25));
  let all: Placed[] = [];
  for (let step = 0; step < steps; step++) {
    // Grows at first, shrinks to nothing at last.
    if (chance(random, step < steps / 2 ? 0.8 : 0.15)) {
      const row = pick(random, [step, 2 ** 31 + step, 2 ** 40 + step, 2 ** 52 + step]);
      const tag = pick(random, tags);
      const placed = { tag, orderKey: pick(random, keys), row, kind: intBelow(random, 3) };
      index.add(placed);
      all.push(placed);
    } else if (all.length > 0) {
      const [gone] = all.splice(intBelow(random, all.length), 1);
      index.remove(gone!);
      index.remove(gone!);
    }
    if (step % 20 !== 0) continue;

    const tag = pick(random, tags);
    const kind = chance(random, 0.5) ? intBelow(random, 3) : undefined;
    const cursor = chance(random, 0.5) ? pick(random, keys) : key(random, intBelow(random, 28));
    const page = all
      .filter((placed) => placed.tag === tag && (kind === undefined || placed.kind === kind))
      .sort(compare);
    const rows = (wanted: (placed: Placed) => boolean) => page.filter(wanted).map(({ row }) => row);
    const after = rows(({ orderKey }) => compareBytes(orderKey, cursor) > 0);
    const before = rows(({ orderKey }) => compareBytes(orderKey, cursor) < 0).reverse();
    assert.deepEqual([...index.after(tag, cursor, kind)], after);
    assert.deepEqual([...index.before(tag, cursor, kind)], before);
    assert.deepEqual([...index.before(tag, undefined, kind)], rows(() => true).reverse());
    const newest = all.filter((placed) => placed.kind === 1).map(({ row }) => row);
    newest.sort((a, b) => b - a);
    assert.deepEqual(index.newestOfKind(1, 50), newest.slice(0, 50));
  }
  for (const placed of all) index.remove(placed);
  all = [];
  assert.deepEqual([...index.before(tags[0]!, undefined)], []);
  assert.deepEqual(index.newestOfKind(1, 5), []);
});
