/** Shapes of a simulated mesh hold what they say, for 500 seeds each; healing makes one mesh. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intBelow, SeededRandom, shuffled } from '@muster/core/testing';
import {
  type Contact,
  diameter,
  drawContacts,
  type Edge,
  healEdges,
  type TopologyName,
  topologyNames,
} from '../../../src/sim/topology/index.ts';

const seeds = 500;
const hourMs = 3_600_000;
const minuteMs = 60_000;

function draw(name: TopologyName, seed: number) {
  const random = new SeededRandom(seed);
  const nodes = 1 + intBelow(random, 30);
  const hours = 1 + intBelow(random, 72);
  return { nodes, hours, contacts: drawContacts(random, { name, nodes, hours }) };
}

function edgesOf(contacts: readonly Contact[]): Edge[] {
  return contacts.map(({ a, b }): Edge => [a, b]);
}

/** The part of a graph that goes without these, numbered anew. */
function without(nodes: number, edges: readonly Edge[], liars: readonly number[]) {
  const honest = Array.from({ length: nodes }, (_, box) => box).filter((b) => !liars.includes(b));
  const places = new Map(honest.map((box, place) => [box, place]));
  const within = edges.flatMap(([a, b]): Edge[] => {
    const [x, y] = [places.get(a), places.get(b)];
    return x === undefined || y === undefined ? [] : [[x, y]];
  });
  return diameter(honest.length, within);
}

for (const name of topologyNames) {
  test(`${name}: contacts are in order, of two boxes, and no pair meets twice at once`, () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const { nodes, hours, contacts } = draw(name, seed);
      const lastMs = new Map<string, number>();
      let beforeMs = 0;
      for (const { a, b, fromMs, untilMs } of contacts) {
        const pair = `${a}-${b}`;
        const what = `${name} seed ${seed}: ${pair} at ${fromMs}`;
        assert.ok(a >= 0 && a < b && b < nodes, what);
        assert.ok(fromMs >= beforeMs && fromMs <= hours * hourMs && untilMs > fromMs, what);
        assert.ok(fromMs >= (lastMs.get(pair) ?? 0), what);
        lastMs.set(pair, untilMs);
        beforeMs = fromMs;
      }
    }
  });

  test(`${name}: healing joins the honest without the liars, and keeps what is in reach`, () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const { nodes, hours, contacts } = draw(name, seed);
      const random = new SeededRandom(seed);
      const all = Array.from({ length: nodes }, (_, box) => box);
      const liars = shuffled(random, all).slice(0, intBelow(random, nodes));
      const atMs = hours * hourMs;
      const edges = healEdges(random, { nodes, contacts, atMs, liars });
      assert.ok(without(nodes, edges, liars) <= 4, `${name} seed ${seed}`);
      const names = new Set(edges.map((edge) => edge.join('-')));
      assert.equal(names.size, edges.length);
      for (const { a, b, untilMs } of contacts) {
        if (untilMs > atMs) assert.ok(names.has(`${a}-${b}`), `${name} seed ${seed}`);
      }
    }
  });

  test(`${name}: the same seed draws the same`, () => {
    assert.deepEqual(draw(name, 9), draw(name, 9));
  });
}

for (const name of ['line', 'ring', 'clusters', 'geometric'] as const) {
  test(`${name}: cables that stay join all boxes, six links apart at most`, () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const { nodes, contacts } = draw(name, seed);
      assert.ok(contacts.every(({ fromMs, untilMs }) => fromMs === 0 && untilMs === Infinity));
      assert.ok(diameter(nodes, edgesOf(contacts)) <= 6, `${name} seed ${seed}`);
    }
  });
}

test('a line of up to seven boxes is a line', () => {
  for (let nodes = 1; nodes <= 7; nodes++) {
    const contacts = drawContacts(new SeededRandom(nodes), { name: 'line', nodes, hours: 1 });
    assert.deepEqual(
      edgesOf(contacts),
      Array.from({ length: nodes - 1 }, (_, a) => [a, a + 1]),
    );
  }
});

test('couriers: no cable joins two islands, who goes round stays a while, at one at a time', () => {
  for (let seed = 1; seed <= seeds; seed++) {
    const { nodes, contacts } = draw('couriers', seed);
    const cables = contacts.filter(({ untilMs }) => untilMs === Infinity);
    const visits = contacts.filter(({ untilMs }) => untilMs !== Infinity);
    const couriers = new Set(visits.map(({ b }) => b));
    const what = `seed ${seed}`;
    assert.ok(couriers.size <= 2 && cables.every(({ b }) => !couriers.has(b)), what);
    if (nodes > 4) assert.equal(diameter(nodes, edgesOf(cables)), Infinity, what);
    const awayMs = new Map<number, { fromMs: number; untilMs: number }>();
    for (const { a, b, fromMs, untilMs } of visits) {
      assert.ok(!couriers.has(a), what);
      const stayMs = untilMs - fromMs;
      assert.ok(stayMs >= 10 * minuteMs && stayMs <= 45 * minuteMs, what);
      const last = awayMs.get(b);
      // With others of the same island, or after a while on the way.
      if (last && last.fromMs !== fromMs) assert.ok(fromMs - last.untilMs >= 10 * minuteMs, what);
      awayMs.set(b, { fromMs, untilMs });
    }
  }
});

test('couriers join their islands in a day or two', () => {
  for (let seed = 1; seed <= seeds; seed++) {
    const random = new SeededRandom(seed);
    const nodes = 3 + intBelow(random, 28);
    const contacts = drawContacts(random, { name: 'couriers', nodes, hours: 48 });
    assert.ok(diameter(nodes, edgesOf(contacts)) < Infinity, `seed ${seed}`);
  }
});

test('what moves meets for seconds to hours, and in two days mostly everybody', () => {
  const lengthsMs: number[] = [];
  let whole = 0;
  let degree = 0;
  for (let seed = 1; seed <= 50; seed++) {
    const [nodes, hours] = [12, 48];
    const contacts = drawContacts(new SeededRandom(seed), { name: 'moving', nodes, hours });
    if (diameter(nodes, edgesOf(contacts)) < Infinity) whole++;
    for (const { fromMs, untilMs } of contacts) lengthsMs.push(untilMs - fromMs);
    const inReachMs = contacts.reduce(
      (sum, { fromMs, untilMs }) => sum + Math.min(untilMs, hours * hourMs) - fromMs,
      0,
    );
    degree += (2 * inReachMs) / (nodes * hours * hourMs) / 50;
  }
  lengthsMs.sort((a, b) => a - b);
  const medianMs = lengthsMs[lengthsMs.length >> 1]!;
  assert.ok(whole >= 45, `${whole} of 50`);
  assert.ok(lengthsMs[0]! >= 5_000);
  assert.ok(medianMs > minuteMs && medianMs < hourMs, `${medianMs} ms`);
  // So few neighbours at a time that the mesh is in parts.
  assert.ok(degree > 0.5 && degree < 4, `${degree}`);
});
