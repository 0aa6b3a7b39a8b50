/**
 * Several nodes on wires: messages arrive once and in one order, through cuts, crashes and forks.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/bytes/index.ts';
import { Role } from '../../src/identity/role.ts';
import { Village } from '../support/village.ts';

const settleMs = 10_000;

test('a message crosses two links, is shown once everywhere, and its author learns how far', () => {
  const village = new Village(21);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => village.node(name));
  village.link(a!, b!);
  village.link(b!, c!);
  village.clock.advance(settleMs);
  const bundle = village.site.guest(a!.sample).write('hello');
  a!.put(bundle);
  village.clock.advance(1000);
  const id = toHex(bundle.id);
  assert.deepEqual([a!.shown, b!.shown, c!.shown], [[id], [id], [id]]);
  assert.equal(a!.held.get(id), 2);
});

test('what both sides wrote while apart arrives once and in the same order everywhere', () => {
  const village = new Village(22);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => village.node(name));
  village.link(a!, b!);
  const staff = [0, 1].map(() => village.site.author(Role.staff));
  for (let i = 0; i < 200; i++) {
    a!.put(staff[0]!.write(`left ${i}`));
    c!.put(staff[1]!.write(`right ${i}`));
  }
  village.clock.advance(settleMs);
  const wire = village.link(b!, c!);
  village.clock.advance(50);
  wire.cut();
  village.clock.advance(settleMs);
  village.link(b!, c!);
  village.clock.advance(settleMs);
  const timelines = [a!, b!, c!].map((node) => node.timeline());
  assert.equal(timelines[0]!.length, 400);
  assert.deepEqual(timelines[1], timelines[0]);
  assert.deepEqual(timelines[2], timelines[0]);
  for (const node of [a!, b!, c!]) assert.equal(new Set(node.shown).size, node.shown.length);
});

test('a node that crashes in the middle loses nothing that it had answered held', () => {
  const village = new Village(23);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => village.node(name));
  const author = village.site.author(Role.staff);
  const wires = [village.link(a!, b!), village.link(b!, c!)];
  const held = new Set<string>();
  for (let i = 0; i < 100; i++) {
    const bundle = author.write(`${i}`);
    a!.node.put(bundle.carried, (answer) => {
      if (answer.ok) held.add(toHex(bundle.id));
    });
    village.clock.advance(7);
    if (i === 50) {
      for (const wire of wires) wire.cut();
      b!.crash();
      village.link(a!, b!);
      village.link(b!, c!);
    }
  }
  village.clock.advance(settleMs);
  assert.equal(held.size, 100);
  assert.deepEqual(new Set(c!.timeline()), held);
  assert.equal(c!.shown.length, 100);
});

test('a fork that happened on both sides of a partition freezes the author everywhere', () => {
  const village = new Village(24);
  const nodes = ['a', 'b', 'c', 'd'].map((name) => village.node(name));
  village.link(nodes[0]!, nodes[1]!);
  village.link(nodes[2]!, nodes[3]!);
  village.clock.advance(settleMs);
  const author = village.site.author(Role.staff);
  nodes[3]!.put(author.fork('here'));
  nodes[0]!.put(author.write('there'));
  village.clock.advance(settleMs);
  village.link(nodes[1]!, nodes[2]!);
  village.clock.advance(settleMs);
  for (const { node } of nodes) assert.equal(node.status().frozenAuthors, 1);
});

test('a node of another site is refused and learns nothing', () => {
  const here = new Village(25);
  const there = new Village(26);
  const a = here.node('a');
  const stranger = there.node('x');
  a.put(here.site.guest(a.sample).write('ours'));
  here.clock.advance(settleMs);
  const wire = here.link(a, { ...stranger, sample: stranger.sample } as typeof stranger);
  here.clock.advance(settleMs);
  assert.equal(a.node.status().neighbours.length, 0);
  assert.deepEqual(stranger.shown, []);
  assert.ok(wire);
});

test('hops are counted over links and end where the author said', () => {
  const village = new Village(27);
  const nodes = Array.from({ length: 5 }, (_, i) => village.node(`${i}`));
  for (let i = 1; i < nodes.length; i++) village.link(nodes[i - 1]!, nodes[i]!);
  village.clock.advance(settleMs);
  const bundle = village.site.guest(nodes[0]!.sample).write('near', { hopLimit: 2 });
  nodes[0]!.put(bundle);
  village.clock.advance(120_000);
  assert.deepEqual(
    nodes.map((node) => node.shown.length),
    [1, 1, 1, 0, 0],
  );
  const { tag, limit } = { tag: village.site.general, limit: 1 };
  assert.deepEqual(
    nodes.slice(0, 3).map(({ node }) => node.page({ tag, limit })[0]?.hops),
    [0, 1, 2],
  );
});

test('a bundle that used up its hops on a detour goes on once a shorter way is there', () => {
  const village = new Village(28);
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((name) => village.node(name));
  village.link(a!, b!);
  village.link(b!, c!);
  village.link(c!, d!);
  village.clock.advance(settleMs);
  a!.put(village.site.guest(a!.sample).write('round about', { hopLimit: 3 }));
  village.clock.advance(settleMs);
  assert.equal(d!.shown.length, 1);
  village.link(d!, e!);
  village.clock.advance(settleMs);
  assert.equal(e!.shown.length, 0);
  // Both ends of the new link have it already, and still d learns that it is one link from a.
  village.link(a!, d!);
  village.clock.advance(3 * 60_000);
  assert.equal(e!.shown.length, 1);
});

test('a neighbour is counted as holding only what is on its disk', () => {
  const village = new Village(31);
  const a = village.node('a');
  const b = village.node('b');
  village.link(a, b);
  village.clock.advance(1_000);
  const bundle = village.site.guest(a.sample).write('to both');
  a.put(bundle);
  village.clock.advance(7);
  // It reaches b from a while b has not written down its own client's copy.
  b.put(bundle);
  village.clock.advance(4);
  b.crash();
  village.clock.advance(100);
  assert.deepEqual(b.timeline(), []);
  assert.equal(a.held.get(toHex(bundle.id)), undefined);
});
