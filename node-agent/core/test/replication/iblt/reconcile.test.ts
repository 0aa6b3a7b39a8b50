import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BodyKind } from '../../../src/replication/iblt/bodies.ts';
import { bodyBytesMin, listedAtOnceMax } from '../../../src/replication/iblt/constants.ts';
import { ReconcileInitiator } from '../../../src/replication/iblt/reconcile-initiator.ts';
import { SeededRandom } from '../../../src/testing/seeded-random.ts';
import { playExactly } from './play.ts';
import { idSets } from './sets.ts';

/** Plays sets of these sizes from a seed and holds the outcome. */
function played(
  seed: number,
  sizes: { common: number; onlyA: number; onlyB: number },
  maxBodyBytes?: number,
) {
  const random = new SeededRandom(seed);
  const sets = idSets(random, sizes);
  const key = random.bytes(16);
  const options = maxBodyBytes === undefined ? { key } : { key, maxBodyBytes };
  return playExactly(sets, { ...options, common: sizes.common });
}

test('both sides learn exactly what the other lacks', () => {
  const few = fc.nat({ max: 60 });
  const some = fc.nat({ max: 1_500 });
  const sizes = fc.record({
    common: fc.oneof(few, some),
    onlyA: fc.oneof(few, some),
    onlyB: fc.oneof(few, some),
  });
  fc.assert(
    fc.property(fc.nat(), sizes, fc.integer({ min: bodyBytesMin, max: 70_000 }), (...drawn) => {
      played(...drawn);
    }),
    { numRuns: 150 },
  );
});

test('every combination of empty, single, few and many', () => {
  const sizes = [0, 1, listedAtOnceMax, listedAtOnceMax + 1, 700];
  let seed = 0;
  for (const common of sizes) {
    for (const onlyA of sizes) {
      for (const onlyB of sizes) played(seed++, { common, onlyA, onlyB }, bodyBytesMin);
    }
  }
});

test('equal sets cost one round trip of 340 bytes, small ones a list', () => {
  const large = played(1, { common: 100_000, onlyA: 0, onlyB: 0 });
  assert.equal(large.roundTrips, 1);
  assert.ok(large.bytes <= 340, `${large.bytes}`);
  const small = played(2, { common: 10, onlyA: 0, onlyB: 0 });
  assert.equal(small.roundTrips, 1);
  assert.equal(small.bytes, 2 + 10 * 8 + 3 + 2);
});

test('where one side is empty, it takes a few bytes to say so', () => {
  const newcomer = played(3, { common: 0, onlyA: 0, onlyB: 5_000 });
  assert.ok(newcomer.bytes <= 6 && newcomer.roundTrips === 1);
  const toNewcomer = played(4, { common: 0, onlyA: 5_000, onlyB: 0 });
  assert.ok(toNewcomer.bytes <= 350 && toNewcomer.roundTrips <= 2);
});

test('a small set against a large one is listed, whichever side has it', () => {
  const smallInitiator = played(5, { common: 100, onlyA: 20, onlyB: 60_000 });
  assert.ok(smallInitiator.bytes < 1_500 && smallInitiator.roundTrips <= 2);
  const smallResponder = played(6, { common: 100, onlyA: 60_000, onlyB: 20 });
  assert.ok(smallResponder.bytes < 1_500 && smallResponder.roundTrips <= 2);
});

test('sets with little in common cost no more than a list of one of them', () => {
  const apart = played(7, { common: 1_000, onlyA: 20_000, onlyB: 20_000 });
  assert.ok(apart.bytes < 21_000 * 8.5 + 5_000, `${apart.bytes}`);
  assert.ok(apart.roundTrips <= 2);
});

test('bytes follow the difference, and 97 of 100 exchanges end within two round trips', () => {
  for (const [size, runs, bytesMax] of [
    [10, 200, 40],
    [50, 150, 36],
    [100, 100, 32],
    [1_000, 40, 24.5],
    [20_000, 2, 21.5],
  ] as const) {
    let bytes = 0;
    let slow = 0;
    for (let seed = 0; seed < runs; seed++) {
      const sizes = { common: 5 * size + 1_000, onlyA: size / 2, onlyB: size / 2 };
      const { bytes: taken, roundTrips } = played(size + 7 * seed, sizes);
      bytes += taken;
      slow += roundTrips > 2 ? 1 : 0;
    }
    assert.ok(bytes / runs / size <= bytesMax, `${size}: ${bytes / runs / size} bytes each`);
    assert.ok(slow <= 0.03 * runs, `${size}: ${slow} of ${runs} took more than two round trips`);
  }
});

test('an exchange whose first ask falls short goes on, and still ends right', () => {
  let longer = 0;
  for (let seed = 0; seed < 1_500; seed++) {
    if (played(seed, { common: 60, onlyA: 8, onlyB: 8 }).roundTrips > 2) longer += 1;
  }
  assert.ok(longer > 0, 'no seed needed a third round trip: the test tests nothing');
});

test('long ranges are split, and only the last body is answered', () => {
  const whole = played(9, { common: 9_000, onlyA: 700, onlyB: 700 }, 65_536);
  const split = played(9, { common: 9_000, onlyA: 700, onlyB: 700 }, bodyBytesMin);
  assert.ok(split.sent.length > 40 && whole.sent.length <= 4);
  const kinds = new Set(split.sent.map(({ body }) => body[0]));
  assert.ok(kinds.has(BodyKind.symbols) && kinds.has(BodyKind.wants));
});

test('the same input gives the same bytes, and another key gives others', () => {
  const { a } = idSets(new SeededRandom(10), { common: 50, onlyA: 0, onlyB: 0 });
  const start = (key: Uint8Array) =>
    new ReconcileInitiator({ ids: a, key, maxBodyBytes: 1_000 }).start();
  assert.deepEqual(start(new Uint8Array(16)), start(new Uint8Array(16)));
  assert.notDeepEqual(start(new Uint8Array(16)), start(new Uint8Array(16).fill(1)));
});

test('bodies below the minimum are a mistake of the caller', () => {
  const ids = new Uint8Array(32);
  const key = new Uint8Array(16);
  const initiator = new ReconcileInitiator({ ids, key, maxBodyBytes: bodyBytesMin - 1 });
  assert.throws(() => initiator.start(), RangeError);
});
