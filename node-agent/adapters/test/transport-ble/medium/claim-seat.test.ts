/** A blank box on air, and the member that looks for it by its claim id. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BleStream, bleUuids, createClaimSeat } from '@muster/adapters/transport-ble';
import type { MemoryBleHost, Sniffed } from '@muster/adapters/transport-ble/testing';
import { toHex, utf8 } from '@muster/core';
import { claimTimes } from '../../../src/transport-ble/medium/limits.ts';
import { createWorld, crypto, isLinked, type World } from './boxes.ts';

interface Blank {
  readonly claimId: Uint8Array;
  readonly host: MemoryBleHost;
  readonly seat: ReturnType<typeof createClaimSeat>;
  readonly callers: BleStream[];
}

function blankBox(world: World, name: string): Blank {
  const { clock, random, logger, radio } = world;
  const [claimId, host] = [random.bytes(8), radio.host({ name })];
  const callers: BleStream[] = [];
  const parts = { host, crypto, claimId, clock, random: random.fork(), logger };
  const seat = createClaimSeat({ ...parts, onStream: (stream) => callers.push(stream) });
  return { claimId, host, seat, callers };
}

const never = new AbortController().signal;

async function settledIn<T>(world: World, promise: Promise<T>, ms: number): Promise<T> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  promise.then(over, over);
  await world.until(() => isOver, ms);
  return await promise;
}

test('a member finds the very box among several, beside its own links', async () => {
  const world = createWorld(1);
  const [a, b] = [world.box('a'), world.box('b')];
  const blanks = [0, 1, 2].map((i) => blankBox(world, `blank ${i}`));
  for (const { medium, above } of [a, b]) await medium.start(above);
  for (const { seat } of blanks) await seat.start();
  await world.until(() => isLinked(a, b), 10_000);
  const wanted = blanks[1]!;
  const stream = await settledIn(world, a.medium.openClaim(wanted.claimId, never), 45_000);
  assert.equal(stream.purpose, 'claim');
  const heard: string[] = [];
  const [caller] = wanted.callers;
  const onBytes = (bytes: Uint8Array): unknown => heard.push(toHex(bytes));
  caller!.start({ onBytes, onDrain() {}, onClose() {} });
  stream.start({ onBytes() {}, onDrain() {}, onClose() {} });
  stream.send(utf8('claim'));
  await world.pass(1_000);
  assert.deepEqual(heard, [toHex(utf8('claim'))]);
  assert.deepEqual([blanks[0]?.callers.length, blanks[2]?.callers.length], [0, 0]);
  assert.equal(a.medium.status().adapters[0]?.links, 2, 'it takes a place');
  assert.equal(a.medium.nearby.list(world.clock.monotonicMs()).filter(isBlank).length, 3);
  stream.close('done');
  await world.pass(3_000);
  assert.equal(a.medium.status().adapters[0]?.links, 1, 'and gives it back');
  assert.ok(isLinked(a, b));
  for (const { seat } of blanks) await seat.stop();
  await world.stop();
});

const isBlank = ({ kind }: { readonly kind: string }): boolean => kind === 'blank';

test('a box that is not there is not found, and the search can be given up', async () => {
  const world = createWorld(2);
  const a = world.box('a');
  await a.medium.start(a.above);
  const searching = a.medium.openClaim(new Uint8Array(8), never);
  await assert.rejects(a.medium.openClaim(new Uint8Array(8), never), { code: 'in-progress' });
  await assert.rejects(settledIn(world, searching, 20_000), { code: 'not-found' });
  const giveUp = new AbortController();
  const again = a.medium.openClaim(new Uint8Array(8), giveUp.signal);
  giveUp.abort();
  await assert.rejects(settledIn(world, again, 1_000), { code: 'aborted' });
  await world.stop();
});

test('who repeats the tag of a blank box has one turn, and the box the next', async () => {
  const world = createWorld(5);
  const a = world.box('a');
  const blank = blankBox(world, 'blank');
  await blank.seat.start();
  await a.medium.start(a.above);
  let tag: Uint8Array | undefined;
  world.radio.sniff((event: Sniffed) => {
    if (event.kind === 'advertisement' && event.service === bleUuids.claim) tag = event.data;
  });
  await world.until(() => tag !== undefined, 10_000);
  const liar = world.radio.host({ name: 'liar' });
  await liar.start(() => {});
  const { peripheral, peer } = liar.adapter();
  let called = 0;
  await peripheral.serve(bleUuids.claim, (connection) => {
    called += 1;
    connection.close();
  });
  const hear = (): void => {
    const report = { peer, service: bleUuids.claim, data: tag!, rssiDbm: -30 };
    a.radio.adapter().hear(report);
  };
  void peripheral.advertise({ service: bleUuids.claim, data: tag! });
  let stream: BleStream | undefined;
  for (let i = 0; i < 3 && stream === undefined; i++) {
    await world.pass(2_000);
    hear();
    const opening = a.medium.openClaim(blank.claimId, never);
    stream = await settledIn(world, opening, 45_000).catch(() => undefined);
  }
  assert.ok(stream !== undefined, 'the box itself is reached');
  assert.ok(called <= 2, `${called} calls to the liar`);
  stream.close('done');
  await blank.seat.stop();
  await world.stop();
});

test('silent callers are few and soon gone; a box is claimed after them', async () => {
  const world = createWorld(3);
  const a = world.box('a');
  const blank = blankBox(world, 'blank');
  await blank.seat.start();
  await world.pass(2_000);
  const target = blank.host.adapter().peer;
  for (let i = 0; i < 5; i++) {
    const host = world.radio.host({ name: `silent ${i}` });
    await host.start(() => {});
    const calling = host.adapter().central.connect(target, bleUuids.claim, never);
    calling.catch(() => {});
    await world.pass(300);
    assert.ok(world.radio.links.length <= claimTimes.callersMax);
  }
  await a.medium.start(a.above);
  await world.pass(15_000);
  const stream = await settledIn(world, a.medium.openClaim(blank.claimId, never), 45_000);
  stream.start({ onBytes() {}, onDrain() {}, onClose() {} });
  blank.callers[0]!.start({ onBytes() {}, onDrain() {}, onClose() {} });
  await world.pass(15_000);
  assert.equal(world.radio.links.length, 0, 'who says nothing is thrown out');
  await blank.seat.stop();
  await blank.seat.stop();
  await world.stop();
});

test('a box that was heard a while ago is found when it is heard again', async () => {
  const world = createWorld(5);
  const a = world.box('a');
  const blank = blankBox(world, 'blank');
  await blank.seat.start();
  await a.medium.start(a.above);
  const blanksHeard = () => a.medium.nearby.list(world.clock.monotonicMs()).filter(isBlank);
  await world.until(() => blanksHeard().length === 1, 15_000);
  world.place(() => undefined);
  await world.pass(claimTimes.freshMs + 1_000);
  const seeking = a.medium.openClaim(blank.claimId, never);
  await world.pass(1_000);
  // By the same tag and address as before.
  world.place(() => -60);
  const stream = await settledIn(world, seeking, 30_000);
  assert.equal(stream.purpose, 'claim');
  stream.close('done');
  await blank.seat.stop();
  await world.stop();
});

test('two tags of one blank box have nothing in common, and come with two addresses', async () => {
  const world = createWorld(4);
  const blank = blankBox(world, 'blank');
  const said = new Map<string, string>();
  world.radio.sniff((event: Sniffed) => {
    if (event.kind === 'advertisement') said.set(toHex(event.data), event.from.address);
  });
  await blank.seat.start();
  await world.pass(60 * 60_000, 1_000);
  assert.ok(said.size >= 3);
  assert.equal(new Set(said.values()).size, said.size);
  const starts = [...said.keys()].flatMap((tag) => [tag.slice(0, 8), tag.slice(12)]);
  assert.equal(new Set(starts).size, starts.length);
  await blank.seat.stop();
});
