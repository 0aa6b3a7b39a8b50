/** Strangers on air: repeated tags, floods of invented ones, callers that stay silent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BleConnection, bleUuids } from '@muster/adapters/transport-ble';
import type { MemoryBleHost, Sniffed } from '@muster/adapters/transport-ble/testing';
import { radioKeyOf, sealRadioTag } from '@muster/core';
import { callerLimits } from '../../../src/transport-ble/medium/limits.ts';
import { acceptBleStream, openBleStream } from '../../../src/transport-ble/stream/index.ts';
import { type Box, createWorld, crypto, isLinked, siteKey, type World } from './boxes.ts';

/** A stranger that says what it likes, and answers handshakes with zeros. */
async function stranger(world: World, name: string): Promise<MemoryBleHost> {
  const host = world.radio.host({ name });
  await host.start(() => {});
  const { clock, random, logger } = world;
  const signal = new AbortController().signal;
  const answer = async (connection: BleConnection): Promise<void> => {
    const options = { connection, purposes: ['mesh' as const], door: undefined };
    const parts = { clock, random, logger, signal };
    const stream = await acceptBleStream({ ...options, ...parts }).catch(() => undefined);
    stream?.start({ onBytes() {}, onDrain() {}, onClose() {} });
    stream?.send(new Uint8Array(32));
  };
  await host.adapter().peripheral.serve(bleUuids.mesh, (connection) => void answer(connection));
  return host;
}

/** The newest tag that a box was heard with. */
function tagsOf(world: World, box: Box): () => Uint8Array | undefined {
  let newest: Uint8Array | undefined;
  world.radio.sniff((event: Sniffed) => {
    if (event.kind !== 'advertisement') return;
    if (event.from.address === box.radio.adapter().peer.address) newest = event.data;
  });
  return () => newest;
}

test('whoever repeats a tag is tried rarely, and keeps us from nobody', async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const world = createWorld(seed);
    const [a, b] = [world.box('a'), world.box('b')];
    const tag = tagsOf(world, b);
    await b.medium.start(b.above);
    await world.pass(3_000);
    // Stronger than b, and b is out of a's reach at first.
    world.place((from, to) => {
      const isPair = [from.host, to.host].toSorted().join() === 'a,b';
      return isPair ? undefined : -40;
    });
    const liar = await stranger(world, 'liar');
    void liar.adapter().peripheral.advertise({ service: bleUuids.mesh, data: tag()! });
    await a.medium.start(a.above);
    await world.pass(10 * 60_000, 200);
    const dials = a.above.dialled.length;
    assert.ok(dials >= 1 && dials <= 8, `${dials} dials in ten minutes, seed ${seed}`);
    assert.equal(a.above.links.size, 0);
    world.place((from) => (from.host === 'liar' ? -40 : -80));
    const tookMs = await world.until(() => isLinked(a, b), 70_000);
    assert.ok(tookMs <= 70_000, `${tookMs} ms, seed ${seed}`);
    await world.pass(10 * 60_000, 200);
    assert.ok(isLinked(a, b));
    await world.stop();
  }
});

test('a tag repeated from ever fresh addresses costs little, and keeps nobody away', async () => {
  for (let seed = 11; seed <= 14; seed++) {
    const world = createWorld(seed);
    const [a, b] = [world.box('a'), world.box('b')];
    const tag = tagsOf(world, b);
    await b.medium.start(b.above);
    await world.pass(3_000);
    await a.medium.start(a.above);
    const repeat = async (ms: number): Promise<void> => {
      for (let passed = 0; passed < ms && !isLinked(a, b); passed += 100) {
        const data = tag();
        const peer = world.radio.freshPeer('random');
        if (data) a.radio.adapter().hear({ peer, service: bleUuids.mesh, data, rssiDbm: -30 });
        await world.pass(100);
      }
    };
    world.place(() => undefined);
    await repeat(120_000);
    assert.ok(a.above.dialled.length <= 20, `${a.above.dialled.length} dials, seed ${seed}`);
    world.place(() => -80);
    await repeat(180_000);
    assert.ok(isLinked(a, b), `not linked, ${a.above.dialled.length} dials, seed ${seed}`);
    await world.stop();
  }
});

test('a flood of invented tags is bounded, and ours are heard in it', async () => {
  const world = createWorld(7);
  const [a, b] = [world.box('a'), world.box('b')];
  const flood = await Promise.all([0, 1, 2].map((i) => stranger(world, `flood ${i}`)));
  await a.medium.start(a.above);
  const scanner = a.radio.adapter();
  for (let ms = 0; ms < 20_000; ms += 50) {
    for (let i = 0; i < 100; i++) {
      const peer = world.radio.freshPeer('random');
      const data = world.random.bytes(10);
      scanner.hear({ peer, service: bleUuids.mesh, data, rssiDbm: -30 });
    }
    if (ms === 5_000) await b.medium.start(b.above);
    await world.pass(50);
  }
  await world.until(() => isLinked(a, b), 20_000);
  const { counts, strangers } = a.medium.status();
  assert.ok(counts.tagsPassedOver > 10_000);
  assert.ok(strangers <= 256);
  // One in 32,768 of those that are judged is taken for a tag of ours.
  assert.ok(a.medium.nearby.size <= 6, `${a.medium.nearby.size} near`);
  for (const host of flood) await host.stop();
  await world.stop();
});

test('who knows the key and invents members keeps two boxes apart for no minute', async () => {
  for (const seed of [1, 3]) {
    const world = createWorld(seed);
    const [a, b] = [world.box('a'), world.box('b')];
    const key = radioKeyOf(crypto, siteKey);
    // As many as both remember, each again every 15 s, stronger than b and from fresh addresses.
    const invent = (number: number): void => {
      const id = Uint8Array.of(9, (number % 300) >> 8, (number % 300) & 0xff);
      const data = sealRadioTag(crypto, key, { id, kind: 'node' }, world.random.bytes(5));
      const peer = world.radio.freshPeer('random');
      for (const box of isTwo ? [a, b] : [a]) {
        box.radio.adapter().hear({ peer, service: bleUuids.mesh, data, rssiDbm: -30 });
      }
    };
    let isTwo = false;
    await a.medium.start(a.above);
    for (let number = 0; number < 700 && !isLinked(a, b); number += 1) {
      if (number === 400) {
        await b.medium.start(b.above);
        isTwo = true;
      }
      invent(number);
      await world.pass(50);
    }
    assert.ok(isLinked(a, b), `not linked in 15 s, seed ${seed}`);
    await world.stop();
  }
});

test('silent callers take three places at most, and only for a while', async () => {
  const world = createWorld(8);
  const a = world.box('a');
  await a.medium.start(a.above);
  await world.pass(2_000);
  const { clock, random, logger } = world;
  const signal = new AbortController().signal;
  const hosts = await Promise.all(
    Array.from({ length: 8 }, (_, i) => stranger(world, `silent ${i}`)),
  );
  const target = a.radio.adapter().peer;
  for (const [i, host] of hosts.entries()) {
    const call = async (): Promise<void> => {
      const connection = await host.adapter().central.connect(target, bleUuids.mesh, signal);
      // Half of them do not even greet.
      if (i % 2 === 0) return;
      const parts = { clock, random, logger, signal, door: undefined };
      const stream = await openBleStream({ connection, purpose: 'mesh', ...parts });
      stream.start({ onBytes() {}, onDrain() {}, onClose() {} });
    };
    void call().catch(() => {});
    await world.pass(300);
    assert.ok(world.radio.links.length <= callerLimits.unprovenMax);
  }
  const { counts } = a.medium.status();
  assert.ok(counts.linksRefused >= 5);
  const b = world.box('b');
  await b.medium.start(b.above);
  await world.until(() => isLinked(a, b), 45_000);
  await world.pass(60_000);
  assert.equal(world.radio.links.length, 1, 'only b is left');
  assert.equal(a.medium.status().adapters[0]?.links, 1);
  await world.stop();
});

test('callers with keys that they made up take three places at most for a while', async () => {
  const world = createWorld(10);
  const a = world.box('a');
  await a.medium.start(a.above);
  await world.pass(2_000);
  const { clock, random, logger } = world;
  const signal = new AbortController().signal;
  const target = a.radio.adapter().peer;
  for (let i = 0; i < 8; i++) {
    const host = await stranger(world, `made up ${i}`);
    const call = async (): Promise<void> => {
      const connection = await host.adapter().central.connect(target, bleUuids.mesh, signal);
      const parts = { clock, random, logger, signal, door: undefined };
      const stream = await openBleStream({ connection, purpose: 'mesh', ...parts });
      stream.start({ onBytes() {}, onDrain() {}, onClose() {} });
      stream.send(random.bytes(32));
    };
    void call().catch(() => {});
    await world.pass(1_000);
  }
  assert.equal(a.above.links.size, callerLimits.unprovenMax);
  assert.equal(world.radio.links.length, callerLimits.unprovenMax);
  // They do not stand for neighbours.
  const boxes = Array.from({ length: 2 }, (_, i) => world.box(`box ${i}`));
  world.place((from, to) => ([from.host, to.host].includes('a') ? -60 : undefined));
  for (const { medium, above } of boxes) await medium.start(above);
  // It listens all the time while it looks for something.
  const seeking = a.medium.openClaim(new Uint8Array(8), signal);
  seeking.catch(() => {});
  await world.until(() => boxes.every((box) => isLinked(a, box)), 20_000);
  await world.stop();
});

test('a caller for a claim is refused, or handed on where somebody takes it', async () => {
  const world = createWorld(9);
  const a = world.box('a');
  await a.medium.start(a.above);
  await world.pass(2_000);
  const host = await stranger(world, 'blank');
  const { clock, random, logger } = world;
  const signal = new AbortController().signal;
  const target = a.radio.adapter().peer;
  const connecting = host.adapter().central.connect(target, bleUuids.mesh, signal);
  await world.pass(1_000);
  const connection = await connecting;
  const parts = { clock, random, logger, signal, door: undefined };
  const opening = openBleStream({ connection, purpose: 'claim', ...parts });
  const refused = assert.rejects(opening);
  await world.pass(10_000);
  await refused;
  assert.equal(world.radio.links.length, 0);
  await world.stop();
});
