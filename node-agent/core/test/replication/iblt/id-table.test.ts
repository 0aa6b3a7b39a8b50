import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdTable } from '../../../src/replication/iblt/id-table.ts';
import { SeededRandom } from '../../../src/testing/seeded-random.ts';
import { randomShortIds } from './sets.ts';

test('ids keep their positions while the table grows, and each is taken once', () => {
  const ids = randomShortIds(new SeededRandom(1), 5_000);
  const table = new IdTable();
  for (let p = 0; p < 5_000; p++) {
    if ((p & (p - 1)) === 0) assert.ok(table.reserve(Math.max(1, 2 * p)));
    assert.equal(table.find(ids.hi[p]!, ids.lo[p]!), -1);
    assert.ok(table.add(ids.hi[p]!, ids.lo[p]!));
    assert.ok(!table.add(ids.hi[p]!, ids.lo[p]!));
  }
  assert.equal(table.length, 5_000);
  for (let p = 0; p < 5_000; p++) assert.equal(table.find(ids.hi[p]!, ids.lo[p]!), p);
  assert.equal(table.find(1, 2), -1);
});

test('half-equal ids are different ids', () => {
  const table = new IdTable();
  table.reserve(4);
  assert.ok(table.add(1, 9) && table.add(2, 9) && table.add(1, 8));
  assert.deepEqual([table.find(1, 9), table.find(2, 9), table.find(1, 8)], [0, 1, 2]);
  assert.equal(table.find(2, 8), -1);
});

test('a full table of random ids has a place for each', () => {
  const count = 2 ** 16;
  const ids = randomShortIds(new SeededRandom(2), count);
  const table = new IdTable();
  table.reserve(count);
  for (let p = 0; p < count; p++) assert.ok(table.add(ids.hi[p]!, ids.lo[p]!));
});

test('ids that crowd one place are refused at a bound', () => {
  const table = new IdTable();
  table.reserve(10_000);
  let taken = 0;
  while (table.add(taken, 77)) taken += 1;
  assert.equal(taken, 256);
  assert.equal(table.find(5_000, 77), -1);
  assert.ok(table.add(1, 5_000));
});
