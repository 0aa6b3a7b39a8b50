import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type NearbyKind,
  type NearbyLevel,
  nearbyLevels,
  ProximityBook,
  radioLimits,
} from '../../src/index.ts';
import { FakeClock, fraction, intBelow, SeededRandom } from '../../src/testing/index.ts';

const box = Uint8Array.of(1, 2, 3);

interface Scene {
  readonly book: ProximityBook;
  readonly clock: FakeClock;
  hear(rssiDbm: number, id?: Uint8Array, kind?: NearbyKind): boolean;
  level(): NearbyLevel | undefined;
}

function scene(): Scene {
  const [book, clock] = [new ProximityBook(), new FakeClock()];
  return {
    book,
    clock,
    hear: (rssiDbm, id = box, kind = 'node') =>
      book.add({ id, kind, rssiDbm, atMs: clock.monotonicMs() }),
    level: () => book.list(clock.monotonicMs())[0]?.level,
  };
}

/** Noise of about this standard deviation, as a sum of 12 (Irwin and Hall). */
function noise(random: SeededRandom, sigma: number): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += fraction(random);
  return sum * sigma;
}

test('near, around, gone, forgotten: as it walks away', () => {
  const { book, clock, hear, level } = scene();
  assert.equal(level(), undefined);
  assert.equal(hear(-55), true, 'somebody came');
  assert.equal(level(), 'near');
  assert.equal(hear(-56), false, 'nothing new');
  for (let i = 0; i < 20; i++) {
    clock.advance(1_000);
    hear(-85);
  }
  assert.equal(level(), 'around');
  clock.advance(nearbyLevels.goneAfterMs - 1);
  assert.equal(level(), 'around');
  clock.advance(1);
  const [gone] = book.list(clock.monotonicMs());
  assert.equal(gone?.level, 'gone');
  assert.equal(gone?.seenMsAgo, nearbyLevels.goneAfterMs);
  assert.equal(gone?.seenCount, 22);
  clock.advance(radioLimits.forgetMs);
  assert.equal(level(), undefined);
  assert.equal(book.size, 0);
});

test('who comes back starts anew: what it was before says nothing', () => {
  const { clock, hear, level } = scene();
  hear(-50);
  clock.advance(nearbyLevels.goneAfterMs);
  assert.equal(level(), 'gone');
  assert.equal(hear(-72), true);
  assert.equal(level(), 'around', 'between the thresholds, and not near before');
});

test('one who stands still does not flicker, at any distance, with noise of 6 dB', () => {
  const random = new SeededRandom(11);
  for (let mean = -90; mean <= -50; mean += 1) {
    const { book, clock, hear } = scene();
    let changes = 0;
    let worst = 0;
    for (let i = 0; i < 600; i++) {
      clock.advance(1_000);
      if (hear(mean + noise(random, 6)) && i > 10) changes += 1;
      const rssiDbm = book.list(clock.monotonicMs())[0]!.rssiDbm!;
      if (i > 10) worst = Math.max(worst, Math.abs(rssiDbm - mean));
    }
    assert.ok(changes <= 6, `${changes} changes in ten minutes at ${mean} dBm`);
    assert.ok(worst <= 11, `${worst} dB off at ${mean} dBm`);
  }
});

test('a step from far to near is seen within some seconds', () => {
  const random = new SeededRandom(12);
  const { clock, hear, level } = scene();
  for (let i = 0; i < 60; i++) {
    clock.advance(1_000);
    hear(-85 + noise(random, 4));
  }
  let tookS = 0;
  while (level() !== 'near') {
    clock.advance(1_000);
    hear(-55 + noise(random, 4));
    tookS += 1;
    assert.ok(tookS <= 10, 'ten seconds');
  }
});

test('a single deep fade, or one lucky reflection, changes nothing', () => {
  const { clock, hear, level } = scene();
  for (let i = 0; i < 30; i++) {
    clock.advance(1_000);
    hear(-60);
  }
  clock.advance(1_000);
  assert.equal(hear(-100), false);
  assert.equal(level(), 'near');
});

test('a strength that nobody can have measured changes nothing, and is not near', () => {
  const { book, clock, hear, level } = scene();
  for (const rssi of [127, 21, -128, Number.NaN, Number.POSITIVE_INFINITY]) hear(rssi);
  assert.equal(level(), 'around');
  assert.equal(book.list(clock.monotonicMs())[0]?.rssiDbm, undefined);
  hear(-50);
  assert.equal(level(), 'near');
  hear(127);
  const [nearby] = book.list(clock.monotonicMs());
  assert.equal(nearby?.rssiDbm, -50);
});

test('a flood of invented ids is bounded, and who is heard meanwhile stays', () => {
  const random = new SeededRandom(13);
  const { book, clock, hear } = scene();
  for (let i = 0; i < 20_000; i++) {
    clock.advance(5);
    hear(-60, random.bytes(3), 'carrier');
    if (i % 100 === 0) hear(-60);
  }
  assert.equal(book.size, radioLimits.nearbyMax);
  const stayed = book.list(clock.monotonicMs()).find(({ kind }) => kind === 'node');
  assert.equal(stayed?.seenCount, 200);
});

test('the same id as a box and as a carrier are two', () => {
  const { book, clock, hear } = scene();
  hear(-60);
  hear(-80, box, 'carrier');
  hear(-70, box, 'blank');
  const kinds = book.list(clock.monotonicMs()).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['node', 'blank', 'carrier'], 'strongest first');
});

test('at any time the list is in order, bounded, and true to what was heard', () => {
  const seed = 14;
  const random = new SeededRandom(seed);
  const { book, clock, hear } = scene();
  const heard = new Map<number, number>();
  for (let i = 0; i < 3_000; i++) {
    clock.advance(intBelow(random, 20_000));
    const who = intBelow(random, 40);
    hear(-40 - intBelow(random, 60), Uint8Array.of(who, 0, 0));
    heard.set(who, clock.monotonicMs());
    const list = book.list(clock.monotonicMs());
    const gone = list.findIndex(({ level }) => level === 'gone');
    for (const [at, { id, seenMsAgo, level }] of list.entries()) {
      assert.equal(seenMsAgo, clock.monotonicMs() - heard.get(id[0]!)!, `seed ${seed}, step ${i}`);
      assert.equal(level === 'gone', seenMsAgo >= nearbyLevels.goneAfterMs);
      assert.equal(level === 'gone', gone >= 0 && at >= gone);
    }
  }
});

test('invented blank boxes push no member out, and are few', () => {
  const { book, clock, hear } = scene();
  hear(-60);
  const random = new SeededRandom(3);
  for (let i = 0; i < 2_000; i++) hear(-40, random.bytes(3), 'blank');
  const list = book.list(clock.monotonicMs());
  assert.equal(list.filter(({ kind }) => kind === 'node').length, 1);
  assert.equal(list.length, 1 + radioLimits.blanksNearbyMax);
  assert.equal(book.size, list.length);
});
