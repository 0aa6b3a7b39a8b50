/** Links that live for seconds only, adapters that go and come: how soon the next link stands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Box, createWorld, isLinked, type World } from './boxes.ts';

const links = 6;
const livedMs = 4_000;
/** One advertisement, a turn to dial, and what is drawn. */
const afterCutMsMax = 13_000;
const afterPowerMsMax = 5_000;

async function pair(seed: number): Promise<{ world: World; a: Box; b: Box }> {
  const world = createWorld(seed);
  const [a, b] = [world.box('a'), world.box('b')];
  await Promise.all([a.medium.start(a.above), b.medium.start(b.above)]);
  await world.until(() => isLinked(a, b), 10_000);
  await world.pass(30_000);
  return { world, a, b };
}

/** Milliseconds until they are linked again. */
async function cut(world: World, a: Box, b: Box): Promise<number> {
  for (const link of world.radio.links) link.cut();
  await world.until(() => !isLinked(a, b), 1_000);
  const tookMs = await world.until(() => isLinked(a, b), 200_000);
  await world.pass(livedMs);
  return tookMs;
}

test('whom the air cuts off again and again is linked again each time', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const { world, a, b } = await pair(seed);
    for (let i = 0; i < links; i++) {
      const tookMs = await cut(world, a, b);
      assert.ok(tookMs <= afterCutMsMax, `link ${i} after ${tookMs} ms, seed ${seed}`);
    }
    await world.stop();
  }
});

test('an adapter that was off for a moment is linked at once, whatever failed before', async () => {
  for (let seed = 11; seed <= 18; seed++) {
    const { world, a, b } = await pair(seed);
    for (let i = 0; i < links; i++) await cut(world, a, b);
    const { radio } = seed % 2 === 0 ? a : b;
    radio.power('hci0', false);
    await world.until(() => !isLinked(a, b), 1_000);
    await world.pass(500);
    radio.power('hci0', true);
    const tookMs = await world.until(() => isLinked(a, b), 200_000);
    assert.ok(tookMs <= afterPowerMsMax, `linked after ${tookMs} ms, seed ${seed}`);
    await world.stop();
  }
});

test('who loses a link while it is silent between two tags does not stay silent', async () => {
  for (let seed = 21; seed <= 23; seed++) {
    const { world, a, b } = await pair(seed);
    const isSilent = (): boolean =>
      [a, b].every(({ medium }) => !medium.status().adapters[0]!.isAdvertising);
    // Their addresses began together, so they end together; from the second on it takes longer.
    for (let silences = 0; silences < 3; silences++) {
      while (!isSilent()) await world.pass(500, 500);
      if (silences < 2) while (isSilent()) await world.pass(500, 500);
    }
    for (const link of world.radio.links) link.cut();
    await world.until(() => !isLinked(a, b), 1_000);
    const tookMs = await world.until(() => isLinked(a, b), 200_000);
    assert.ok(tookMs <= afterPowerMsMax, `linked after ${tookMs} ms, seed ${seed}`);
    await world.stop();
  }
});
