/** Real nodes over lines: they come to hold the same under every shape, and whatever is done. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chance, fraction, intBelow, pick, type SeededRandom } from '@muster/core/testing';
import type { Line, LineShape, Way } from '../../../src/sim/network/line.ts';
import { type LinedNode, LinedNodes } from './lined-nodes.ts';

const ways: readonly Way[] = ['ab', 'ba'];
const minuteMs = 60_000;
const healed: LineShape = {
  ...{ delayMs: 20, jitterMs: 5, bytesPerSecond: 1_000_000 },
  ...{ loss: 0, replay: 0, reorder: 0 },
};

function drawShape(random: SeededRandom): LineShape {
  return {
    delayMs: intBelow(random, 300),
    jitterMs: intBelow(random, 200),
    bytesPerSecond: pick(random, [1_000, 4_000, 20_000, 1_000_000]),
    loss: fraction(random) * 0.5,
    replay: fraction(random) * 0.6,
    reorder: fraction(random),
  };
}

function heal(line: Line): void {
  for (const way of ways) {
    line.unblock(way);
    line.unclog(way);
    line.mangle(way, 0);
    line.setShape(way, healed);
  }
}

function pair(seed: number, shape: (random: SeededRandom) => LineShape = drawShape) {
  const world = new LinedNodes(seed, 2);
  const [a, b] = world.nodes as [LinedNode, LinedNode];
  return { world, a, b, line: world.join(a, b, shape(world.random)) };
}

/** Nobody holds what nobody wrote, nobody was shown a thing twice, and all hold the same. */
function assertSame({ nodes, written }: LinedNodes, what: string): void {
  const timelines = nodes.map((node) => node.timeline());
  for (const [i, { shown }] of nodes.entries()) {
    assert.deepEqual(timelines[i], timelines[0], what);
    assert.ok(
      shown.every((id) => written.has(id)),
      `${what}: forged`,
    );
  }
}

/** Why links ended at a node, besides a neighbour that was not heard in time. */
function faults({ node }: LinedNode): object {
  const { 'hello-timeout': _, ...others } = node?.status().linksRefused ?? {};
  return others;
}

test('two nodes come to hold the same over lines of every shape, and no link ends', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const { world, a, b } = pair(seed);
    for (let i = 0; i < 30; i++) {
      const length = chance(world.random, 0.1) ? intBelow(world.random, 8_000) : 100;
      pick(world.random, [a, b]).write('x'.repeat(length));
      world.clock.advance(intBelow(world.random, 4_000));
    }
    world.clock.advance(5 * minuteMs);
    assertSame(world, `seed ${seed}`);
    assert.equal(a.timeline().length, 30);
    assert.deepEqual([a, b].map(faults), [{}, {}], `seed ${seed}`);
    const states = [a, b].map(({ node }) => node!.status().neighbours.map(({ state }) => state));
    assert.deepEqual(states, [['live'], ['live']], `seed ${seed}`);
  }
});

test('blocked one way for hours: no end hangs, and what was written crosses afterwards', () => {
  for (const way of ways) {
    const { world, a, b, line } = pair(3, () => healed);
    world.clock.advance(5_000);
    line.block(way);
    for (let i = 0; i < 50; i++) {
      a.write(`a ${i}`);
      b.write(`b ${i}`);
      world.clock.advance(4 * minuteMs);
    }
    assert.deepEqual([line.streamsAt('a'), line.streamsAt('b')], [0, 0]);
    line.unblock(way);
    world.clock.advance(20_000);
    assertSame(world, way);
    assert.equal(a.timeline().length, 100);
  }
});

test('half open: what the end with both links writes comes over the new one', () => {
  let halfOpen = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const { world, a, b, line } = pair(seed, () => healed);
    world.clock.advance(5_000);
    line.block('ab');
    while (line.streamsAt('a') > 0) world.clock.advance(500);
    line.unblock('ab');
    world.clock.advance(3_500);
    if (line.streamsAt('b') === 2) halfOpen++;
    b.write('of b');
    a.write('of a');
    world.clock.advance(1_000);
    assert.equal(a.timeline().length, 2, `seed ${seed}`);
    assertSame(world, `seed ${seed}`);
    assert.deepEqual([a, b].map(faults), [{}, {}], `seed ${seed}`);
  }
  assert.ok(halfOpen >= 5, `${halfOpen} were half open`);
});

/** What a schedule may do to a line or a node at each step. */
function drawDoing(world: LinedNodes, lines: readonly Line[], mangling: number): () => void {
  const { random } = world;
  const [line, way] = [pick(random, lines), pick(random, ways)];
  const doings: readonly (() => void)[] = [
    () => line.block(way),
    () => line.clog(way),
    ...ways.flatMap((one) => [() => line.unblock(one), () => line.unclog(one)]),
    () => line.setShape(way, drawShape(random)),
    () => line.part(intBelow(random, 3_000)),
    () => world.crash(pick(random, world.nodes), intBelow(random, 30_000)),
    () => line.mangle(way, chance(random, 0.5) ? 0 : fraction(random) * mangling),
    ...Array.from({ length: 4 }, () => () => {}),
  ];
  return pick(random, doings);
}

interface Schedule {
  readonly seed: number;
  readonly count: number;
  /** Largest share of frames mangled. */
  readonly mangling: number;
  /** Time to become equal once all is mended. */
  readonly healMs: number;
}

function runSchedule({ seed, count, mangling, healMs }: Schedule): void {
  const what = `seed ${seed}, ${count} nodes, mangling ${mangling}`;
  const world = new LinedNodes(seed, count);
  const { random, nodes, clock } = world;
  const pairs = nodes.map((node, i) => [node, nodes[(i + 1) % count]!] as const);
  const lines = pairs
    .slice(count === 2 ? 1 : 0)
    .map(([a, b]) => world.join(a, b, drawShape(random)));
  for (let i = 0; i < 80; i++) {
    for (const node of nodes) {
      const length = chance(random, 0.05) ? intBelow(random, 8_000) : intBelow(random, 300);
      if (node.node && chance(random, 0.3)) node.write('x'.repeat(length));
    }
    drawDoing(world, lines, mangling)();
    clock.advance(intBelow(random, 10_000));
    if (mangling === 0) for (const node of nodes) assert.deepEqual(faults(node), {}, what);
  }
  for (const line of lines) heal(line);
  // Whoever is off comes back within 30 s.
  clock.advance(30_000 + healMs);
  assertSame(world, what);
  const states = nodes.flatMap(({ node }) => node!.status().neighbours.map(({ state }) => state));
  assert.deepEqual(
    states,
    Array.from({ length: 2 * lines.length }, () => 'live'),
    what,
  );
  assert.ok(
    nodes.every(({ node }) => node!.status().clones.length === 0),
    `${what}: a copy`,
  );
  // Nothing is left behind: no timer but that of each line which would dial again.
  for (const { node } of nodes) node!.stop();
  for (const line of lines) line.block('ab');
  // Those of boxes that crashed count, and do nothing, until their time is there.
  clock.advance(10 * minuteMs);
  assert.equal(clock.waiting, lines.length, `${what}: timers`);
}

test('200 random schedules: equal once all is mended, nobody accused, nothing left behind', () => {
  for (let seed = 1; seed <= 100; seed++) {
    runSchedule({ seed, count: 2, mangling: 0, healMs: 30_000 });
    runSchedule({ seed: 1_000 + seed, count: 3, mangling: 0, healMs: 30_000 });
  }
});

test('100 random schedules with mangled frames: safe meanwhile, equal some minutes later', () => {
  for (let seed = 1; seed <= 50; seed++) {
    runSchedule({ seed, count: 2, mangling: 0.3, healMs: 10 * minuteMs });
    runSchedule({ seed: 1_000 + seed, count: 3, mangling: 0.3, healMs: 10 * minuteMs });
  }
});
