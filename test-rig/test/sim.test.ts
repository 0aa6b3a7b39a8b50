/** The simulated world: it repeats by seed, its checks hold, and its checkers can fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { Checkers } from '../src/sim/checkers.ts';
import { reportOf } from '../src/sim/report.ts';
import { World } from '../src/sim/world.ts';

function run(seed: number) {
  const world = new World(createSodiumCrypto(), { seed, nodes: 12, hours: 6 });
  world.run(() => {});
  return reportOf(world, 0);
}

test('the same seed gives the same trace, another seed another one', () => {
  const [first, again, other] = [run(1), run(1), run(2)];
  assert.equal(again.traceHash, first.traceHash);
  assert.notEqual(other.traceHash, first.traceHash);
});

for (let seed = 3; seed <= 10; seed++) {
  test(`nothing is lost, doubled or out of order: seed ${seed}`, () => {
    const report = run(seed);
    assert.deepEqual(report.violations, []);
    assert.ok(report.deliveries > 0);
    assert.equal(report.held, report.written);
  });
}

const id = new Uint8Array(32).fill(7);
const written = { id, node: 0, writtenMs: 0, lifetimeMs: 1000 };
const key = '07'.repeat(32);

test('a checker tells a forged, a doubled and an outlived message', () => {
  const checkers = new Checkers();
  checkers.shown({ node: 1, id, ageMs: 0, nowMs: 0 });
  checkers.wrote(written);
  checkers.shown({ node: 1, id, ageMs: 0, nowMs: 0 });
  checkers.shown({ node: 1, id, ageMs: 0, nowMs: 0 });
  checkers.shown({ node: 2, id, ageMs: 0, nowMs: 1101 });
  assert.equal(checkers.violations.length, 3);
});

test('a checker tells who believes otherwise', () => {
  const checkers = new Checkers();
  checkers.assertSameBeliefs(['a', 'a']);
  assert.deepEqual(checkers.violations, []);
  checkers.assertSameBeliefs(['a', 'a', 'b']);
  assert.deepEqual(checkers.violations, ['node 2 believes other lists than node 0']);
});

test('a checker tells what was held and is lost, and timelines that differ', () => {
  const checkers = new Checkers();
  checkers.wrote(written);
  checkers.answeredHeld(id);
  checkers.assertHeldAt(0, 100, new Set([key]));
  checkers.assertConverged(100, [[key], [key]]);
  assert.deepEqual(checkers.violations, []);
  checkers.assertHeldAt(0, 100, new Set());
  checkers.assertConverged(100, [
    ['a', 'b'],
    ['b', 'a'],
  ]);
  assert.equal(checkers.violations.length, 3);
});
