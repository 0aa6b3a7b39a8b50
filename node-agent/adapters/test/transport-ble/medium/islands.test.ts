/**
 * What boxes do with what they are told of islands: whoever is apart is dialled beyond what is
 * wanted, a link that joins islands stays, and what is told falsely costs few dials.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bleUuids } from '@muster/adapters/transport-ble';
import { bytesKey, type NodeNumber, radioKeyOf, sealRadioTag } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { Candidates } from '../../../src/transport-ble/medium/candidates.ts';
import { Island, type MeshView } from '../../../src/transport-ble/medium/island.ts';
import { dialTimes, linkLimits } from '../../../src/transport-ble/medium/limits.ts';
import type { DialReason } from '../../../src/transport-ble/medium/link-plan.ts';
import { Wandering } from '../../../src/transport-ble/medium/wandering.ts';
import { type Box, createWorld, crypto, isLinked, siteKey, type World } from './boxes.ts';

const hourMs = 3_600_000;
const wandersMax = (2 * hourMs) / dialTimes.wanderKnownMsMin;

function numberOf(key: Uint8Array): NodeNumber {
  return new DataView(key.buffer, key.byteOffset).getUint32(0);
}

/** What a box is told, as a test likes. */
class Told implements MeshView {
  nodes: ReadonlySet<NodeNumber> | undefined = new Set();
  bridges: ReadonlySet<string> = new Set();

  reachable(): ReadonlySet<NodeNumber> | undefined {
    return this.nodes;
  }

  isBridge(nodeKey: Uint8Array): boolean {
    return this.bridges.has(bytesKey(nodeKey));
  }
}

/** A box with as many links as it wants, by LAN or radio, and what it is told. */
async function settled(world: World, names: readonly string[]) {
  const told = new Told();
  const a = world.box('a', { mesh: told });
  const others = names.map((name) => world.box(name));
  for (const { medium, above } of [a, ...others]) await medium.start(above);
  await world.until(() => others.every((box) => isLinked(a, box)), 30_000);
  told.nodes = new Set([a, ...others].map(({ nodeKey }) => numberOf(nodeKey)));
  return { a, others, told };
}

const four = ['b', 'c', 'd', 'e'];
/** The first box hears all, the others hear nobody but it. */
const star = (from: { host: string }, to: { host: string }) =>
  from.host === 'a' || to.host === 'a' ? -60 : undefined;

test('who is on another island is linked with beyond what is wanted, others are not', async () => {
  const world = createWorld(61);
  world.place(star);
  const { a, told } = await settled(world, four);
  const [joined, apart] = [world.box('joined'), world.box('apart')];
  told.nodes = new Set([...told.nodes!, numberOf(joined.nodeKey)]);
  for (const box of [joined, apart]) {
    await box.medium.start(box.above);
    // They look for nobody themselves.
    box.radio.adapter().hear = () => {};
  }
  const tookMs = await world.until(() => isLinked(a, apart), 25_000);
  assert.ok(tookMs > dialTimes.joinMsMin, `${tookMs} ms`);
  await world.pass(60_000, 200);
  assert.equal(isLinked(a, joined), false);
  await world.stop();
});

test('the link that joins an island is not closed to make room', async () => {
  const world = createWorld(62);
  world.place(star);
  const { a, others, told } = await settled(world, [...four, 'f']);
  told.bridges = new Set([bytesKey(others[2]!.nodeKey)]);
  await world.pass(linkLimits.settledMs, 200);
  const callers = ['g', 'h'].map((name) => world.box(name));
  told.nodes = new Set([...told.nodes!, ...callers.map(({ nodeKey }) => numberOf(nodeKey))]);
  // The one that joins carries least; whoever has to go does not come back.
  for (const { above } of others) above.dial = () => Promise.reject(new Error('stays away'));
  for (const box of others) if (box !== others[2]) speak(a, box);
  await world.pass(2_000);
  for (const { medium, above } of callers) await medium.start(above);
  await world.until(() => callers.every((box) => isLinked(a, box)), 30_000);
  await world.pass(30_000, 200);
  assert.equal(a.above.links.size, linkLimits.settledMax);
  assert.ok(isLinked(a, others[2]!));
  await world.stop();
});

function speak(a: Box, b: Box): void {
  a.above.links.get(bytesKey(b.nodeKey))?.stream.send(new Uint8Array(500));
}

test('a repeated tag of somebody far away is dialled some ten times in an hour', async () => {
  const world = createWorld(63);
  world.place(star);
  const { a } = await settled(world, four);
  const far = crypto.blake2b(32, Uint8Array.of(1));
  await hourOf(world, a, () => [far.subarray(0, 3)]);
  const joins = dialsFor(world, 'join');
  assert.ok(joins >= 8 && joins <= 14, `${joins}`);
  assert.ok(dialsFor(world, 'wander') <= wandersMax);
  await world.stop();
});

test('however many are invented, the dials of an hour are bounded', async () => {
  const world = createWorld(64);
  world.place(star);
  const { a } = await settled(world, four);
  let made = 0;
  await hourOf(world, a, () => [Uint8Array.of(9, made >> 8, made++ & 0xff)]);
  const joins = dialsFor(world, 'join');
  assert.ok(
    joins >= 20 && joins <= dialTimes.joinBurst + hourMs / dialTimes.joinEveryMs,
    `${joins}`,
  );
  assert.ok(dialsFor(world, 'wander') <= wandersMax);
  await world.stop();
});

test('a graph that lies for ever costs as little, and keeps nobody away for ever', async () => {
  const world = createWorld(65);
  world.place(star);
  const { a, others, told } = await settled(world, four);
  const x = world.box('x');
  await x.medium.start(x.above);
  x.radio.adapter().hear = () => {};
  // It is said to be with us, and is not: it is tried in its turn.
  told.nodes = new Set([...told.nodes!, numberOf(x.nodeKey)]);
  await world.until(() => isLinked(a, x), 2 * dialTimes.wanderKnownMsMin);
  // All are said to be apart, though they are linked: nobody is dialled.
  const before = a.above.dialled.length;
  told.nodes = new Set([numberOf(a.nodeKey)]);
  await world.pass(hourMs / 4, 500);
  assert.equal(a.above.dialled.length, before);
  assert.ok(others.every((box) => isLinked(a, box)));
  await world.stop();
});

/** An hour in which somebody says tags of these ids, from ever fresh addresses. */
async function hourOf(world: World, a: Box, ids: () => Uint8Array[]): Promise<void> {
  const key = radioKeyOf(crypto, siteKey);
  for (let ms = 0; ms < hourMs; ms += 1_000) {
    for (const id of ids()) {
      const data = sealRadioTag(crypto, key, { id, kind: 'node' }, world.random.bytes(5));
      const peer = world.radio.freshPeer('random');
      a.radio.adapter().hear({ peer, service: bleUuids.mesh, data, rssiDbm: -50 });
    }
    await world.pass(1_000, 1_000);
  }
}

/** Of the one box that dials. */
function dialsFor(world: World, reason: DialReason): number {
  const { entries } = world.logger;
  return entries.filter(({ event, fields }) => event === 'ble-dial' && fields?.reason === reason)
    .length;
}

test('who is apart, and since when, is noted; nobody is while it is not known', () => {
  const candidates = new Candidates(new SeededRandom(1));
  const peer = { address: '40:00:00:00:00:01', addressType: 'random' } as const;
  const report = { peer, service: '', data: new Uint8Array(10), rssiDbm: -60 };
  for (const n of [1, 2]) candidates.hear(Uint8Array.of(n), report, 'hci0', 0);
  const [one, two] = [...candidates.values()];
  const told = new Told();
  const island = new Island(told, (key) => bytesKey(key.subarray(3)));
  told.nodes = new Set([1]);
  one!.joinTries = two!.joinTries = 3;
  island.mark(candidates.values(), 5_000);
  island.mark(candidates.values(), 6_000);
  const never = Number.POSITIVE_INFINITY;
  assert.deepEqual([one?.apartSinceMs, two?.apartSinceMs], [never, 5_000]);
  assert.deepEqual([one?.joinTries, two?.joinTries], [0, 3]);
  told.nodes = undefined;
  island.mark(candidates.values(), 7_000);
  assert.deepEqual([island.isKnown, two?.apartSinceMs, two?.joinTries], [false, never, 3]);
});

test('wandering grows rare, rarer where islands are known, and begins anew for who is new', () => {
  const world = createWorld(66);
  const island = { isKnown: false };
  const wandering = new Wandering({ clock: world.clock, random: world.random, island });
  const { wanderMsMin, wanderKnownMsMin, wanderGrowthMax } = dialTimes;
  const dueIn = (): number => wandering.dueMs - world.clock.monotonicMs();
  for (let i = 0; i < 20; i++) wandering.next();
  assert.ok(dueIn() >= (wanderGrowthMax * wanderMsMin) / 2);
  const unknownMs = dueIn();
  island.isKnown = true;
  assert.equal(Math.round(dueIn()), Math.round((unknownMs * wanderKnownMsMin) / wanderMsMin));
  wandering.met();
  assert.ok(dueIn() <= 1.5 * wanderKnownMsMin);
  island.isKnown = false;
  assert.ok(dueIn() <= 1.5 * wanderMsMin);
});
