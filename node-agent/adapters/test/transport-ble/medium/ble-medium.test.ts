/** Boxes that meet by radio: links, the LAN beside them, what comes and goes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BleHost } from '@muster/adapters/transport-ble';
import { calmChannel } from '@muster/adapters/transport-ble/testing';
import { bytesKey, compareBytes, equalBytes } from '@muster/core';
import { intBelow } from '@muster/core/testing';
import { createWorld, isLinked } from './boxes.ts';

test('two boxes in reach find each other, link once, and know who is near', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const world = createWorld(seed);
    const [a, b] = [world.box('a'), world.box('b')];
    await Promise.all([a.medium.start(a.above), b.medium.start(b.above)]);
    const tookMs = await world.until(() => isLinked(a, b), 10_000);
    assert.ok(tookMs <= 5_000, `${tookMs} ms, seed ${seed}`);
    await world.pass(60_000);
    assert.ok(isLinked(a, b));
    assert.equal(world.radio.links.length, 1, 'one connection');
    assert.equal(a.above.dialled.length + b.above.dialled.length, 1, 'the lower id dialled, once');
    const lower = compareBytes(a.id, b.id) < 0 ? a : b;
    assert.equal(lower.above.dialled.length, 1);
    const [near] = a.medium.nearby.list(world.clock.monotonicMs());
    assert.ok(near && equalBytes(near.id, b.id));
    assert.equal(near.level, 'near');
    const [link] = b.medium.links();
    assert.deepEqual(link?.nodeKey, a.nodeKey);
    assert.equal(b.medium.status().counts.callersUnproven, 0);
    await world.stop();
    assert.equal(world.radio.links.length, 0);
  }
});

test('the higher id dials when the lower does not hear it', async () => {
  const world = createWorld(3);
  const [a, b] = [world.box('a'), world.box('b')];
  const [lower, higher] = compareBytes(a.id, b.id) < 0 ? [a, b] : [b, a];
  await Promise.all([a.medium.start(a.above), b.medium.start(b.above)]);
  lower.radio.adapter().hear = () => {};
  const tookMs = await world.until(() => isLinked(a, b), 15_000);
  assert.ok(tookMs > 8_000, `${tookMs} ms`);
  assert.deepEqual([lower.above.dialled.length, higher.above.dialled.length], [0, 1]);
  await world.stop();
});

test('no link with whom the LAN has one, and one at once when that fails', async () => {
  for (const [seed, loss] of [
    [4, 'doubtful'],
    [5, 'none'],
    [6, 'doubtful'],
    [7, 'none'],
  ] as const) {
    const world = createWorld(seed);
    const [a, b] = [world.box('a'), world.box('b')];
    a.above.lan(b.nodeKey, 'sound');
    b.above.lan(a.nodeKey, 'sound');
    await Promise.all([a.medium.start(a.above), b.medium.start(b.above)]);
    a.medium.onPeers();
    b.medium.onPeers();
    await world.pass(10 * 60_000, 500);
    assert.equal(a.above.dialled.length + b.above.dialled.length, 0, 'the LAN is enough');
    const other = seed % 2 === 0 ? b : a;
    const one = other === a ? b : a;
    // One end notices first.
    one.above.lan(other.nodeKey, loss);
    const tookMs = await world.until(() => isLinked(a, b), 5_000);
    assert.ok(tookMs <= 3_000, `${tookMs} ms, seed ${seed}, ${loss}`);
    other.above.lan(one.nodeKey, loss);
    await world.pass(5_000);
    assert.equal(world.radio.links.length, 1);
    await world.stop();
  }
});

test('with the LAN back, a radio link that the transport closes is not dialled again', async () => {
  const world = createWorld(8);
  const [a, b] = [world.box('a'), world.box('b')];
  await Promise.all([a.medium.start(a.above), b.medium.start(b.above)]);
  await world.until(() => isLinked(a, b), 10_000);
  await world.pass(30_000);
  a.above.lan(b.nodeKey, 'sound');
  b.above.lan(a.nodeKey, 'sound');
  a.above.links.get(bytesKey(b.nodeKey))?.stream.close('replaced');
  await world.pass(10 * 60_000, 500);
  assert.equal(world.radio.links.length, 0);
  assert.equal(a.above.dialled.length + b.above.dialled.length, 1);
  await world.stop();
});

test('a link that the air cut is back within seconds, after rotations as well', async () => {
  const world = createWorld(9);
  const [a, b] = [world.box('a'), world.box('b')];
  await Promise.all([a.medium.start(a.above), b.medium.start(b.above)]);
  await world.until(() => isLinked(a, b), 10_000);
  for (let round = 0; round < 4; round++) {
    await world.pass(17 * 60_000, 500);
    assert.ok(isLinked(a, b), 'rotations cut no link');
    world.radio.links[0]?.cut();
    await world.until(() => !isLinked(a, b), 1_000);
    // In a silence between two tags at worst.
    await world.until(() => isLinked(a, b), 50_000);
    await world.pass(5_000);
    assert.equal(world.radio.links.length, 1);
  }
  assert.ok(a.medium.status().counts.rotations >= 4);
  await world.stop();
});

test('an address that rotated away while it is dialled is given up for the new one', async () => {
  const world = createWorld(10);
  const [a, b] = [world.box('a'), world.box('b', { addressLifeMs: 60_000 })];
  const [lower] = compareBytes(a.id, b.id) < 0 ? [a, b] : [b, a];
  a.above.lan(b.nodeKey, 'sound');
  b.above.lan(a.nodeKey, 'sound');
  await Promise.all([a.medium.start(a.above), b.medium.start(b.above)]);
  a.medium.onPeers();
  b.medium.onPeers();
  await world.pass(59_000);
  // Off the air from 60 s on: the dial begins to nobody.
  await world.pass(1_500);
  a.above.lan(b.nodeKey, 'doubtful');
  const tookMs = await world.until(() => isLinked(a, b), 40_000);
  assert.ok(tookMs < 30_000, `${tookMs} ms, ${lower.name} is the lower`);
  await world.stop();
});

test('adapters and the daemon come and go; what was linked is linked again', async () => {
  const world = createWorld(11);
  const [a, b] = [world.box('a'), world.box('b')];
  await Promise.all([a.medium.start(a.above), b.medium.start(b.above)]);
  await world.until(() => isLinked(a, b), 10_000);
  a.radio.power('hci0', false);
  await world.pass(1_000);
  assert.equal(a.medium.status().state.kind, 'powered-off');
  assert.equal(a.medium.status().adapters.length, 0);
  assert.ok(!isLinked(a, b));
  await world.pass(60_000);
  a.radio.power('hci0', true);
  await world.until(() => isLinked(a, b), 30_000);
  b.radio.daemon(false);
  await world.pass(5_000);
  assert.equal(b.medium.status().state.kind, 'no-daemon');
  b.radio.daemon(true);
  await world.until(() => isLinked(a, b), 30_000);
  assert.equal(world.radio.links.length, 1);
  await world.stop();
});

test('two adapters: both hear and say, one link a neighbour, never with oneself', async () => {
  const world = createWorld(12);
  const a = world.box('a', { adapters: ['hci0', 'hci1'] });
  const [b, c] = [world.box('b'), world.box('c')];
  // hci0 hears b alone, hci1 c alone; b and c do not hear each other.
  world.place((from, to) => {
    const [one, other] = [from, to].map(({ host, name }) => (host === 'a' ? name : host));
    const pairs = ['hci0 b', 'b hci0', 'hci1 c', 'c hci1', 'hci0 hci1', 'hci1 hci0'];
    return pairs.includes(`${one} ${other}`) ? -60 : undefined;
  });
  await Promise.all([a, b, c].map(({ medium, above }) => medium.start(above)));
  await world.until(() => isLinked(a, b) && isLinked(a, c), 20_000);
  await world.pass(120_000, 200);
  assert.equal(world.radio.links.length, 2);
  assert.deepEqual(
    a.medium
      .links()
      .map(({ adapter }) => adapter)
      .toSorted(),
    ['hci0', 'hci1'],
  );
  assert.equal(a.medium.nearby.list(world.clock.monotonicMs()).length, 2, 'not itself');
  await world.stop();
});

test('stop without start, and twice, and start after which nobody is there', async () => {
  const world = createWorld(13);
  const [a, b] = [world.box('a'), world.box('b')];
  await a.medium.stop();
  await a.medium.stop();
  await b.medium.start(b.above);
  await world.pass(60_000);
  await b.medium.stop();
  await b.medium.stop();
  assert.equal(b.radio.state.kind, 'no-bus');
});

test('a stop while it starts leaves nothing behind that would wake', async () => {
  const world = createWorld(31);
  const started = Promise.withResolvers<void>();
  const state = { kind: 'no-bus', text: '', mend: '' } as const;
  const wrap = (): BleHost => ({
    ...{ state, adapters: [], start: () => started.promise, stop: async () => {} },
  });
  const a = world.box('a', { wrap });
  const starting = a.medium.start(a.above);
  await a.medium.stop();
  started.resolve();
  await starting;
  await world.pass(60_000, 1_000);
  assert.equal(world.clock.waiting, 0);
});

test('a daemon that restarts at any moment costs seconds, and leaves no timer', async () => {
  for (let seed = 41; seed <= 46; seed++) {
    const world = createWorld(seed, { l2cap: calmChannel() });
    const [a, b] = [world.box('a'), world.box('b')];
    await Promise.all([a.medium.start(a.above), b.medium.start(b.above)]);
    for (let round = 0; round < 40; round++) {
      await world.pass(intBelow(world.random, 6_000));
      const { radio } = round % 2 === 0 ? a : b;
      radio.daemon(false);
      await world.pass(intBelow(world.random, 500));
      radio.daemon(true);
    }
    await world.until(() => isLinked(a, b), 30_000);
    await world.stop();
    await world.pass(60_000, 1_000);
    assert.equal(world.radio.links.length, 0);
    assert.equal(world.clock.waiting, 0, `seed ${seed}`);
  }
});
