/** Sixty boxes, more of them in reach than a controller has links: one island, in bounded time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesKey } from '@muster/core';
import { linkLimits } from '../../../src/transport-ble/medium/limits.ts';
import { type Box, createWorld, isLinked, type World } from './boxes.ts';
import { drawnPlaces, islandsOf, linkedNames, type Place, reachOf } from './field.ts';

const count = 60;

interface Field {
  readonly world: World;
  readonly boxes: readonly Box[];
  readonly names: readonly string[];
  /** Islands if everybody in reach were linked. */
  readonly best: number;
  readonly islands: () => number;
}

async function fieldOf(
  seed: number,
  draw: (world: World) => readonly Place[],
  rangeM: number,
): Promise<Field> {
  const world = createWorld(seed, { connectMs: 400 });
  const drawn = draw(world);
  const names = drawn.map((_, i) => `box ${i}`);
  const places = new Map(names.map((name, i) => [name, drawn[i]!]));
  const reach = reachOf(places, rangeM);
  world.place(reach);
  const boxes = names.map((name) => world.box(name));
  const at = (host: string) => ({ host, name: 'hci0' });
  const best = islandsOf(names, (a, b) => reach(at(a), at(b)) !== undefined).length;
  const islands = (): number => {
    const linked = linkedNames(boxes);
    return islandsOf(names, (a, b) => linked.has(`${a} ${b}`) || linked.has(`${b} ${a}`)).length;
  };
  for (const { medium, above } of boxes) await medium.start(above);
  return { world, boxes, names, best, islands };
}

test('a drawn field becomes as few islands as its reach allows, within half a minute', async () => {
  for (const [seed, sideM, rangeM] of [
    [21, 100, 35],
    [22, 100, 25],
    [23, 40, 60],
    [24, 200, 40],
  ] as const) {
    const { world, boxes, best, islands } = await fieldOf(
      seed,
      ({ random }) => drawnPlaces(random, count, sideM),
      rangeM,
    );
    const tookMs = await world.until(() => islands() === best, 30_000);
    await world.pass(10 * 60_000, 200);
    const text = `seed ${seed}, ${tookMs} ms`;
    assert.equal(islands(), best, `${text}: they stay together`);
    for (const { name, above, medium } of boxes) {
      assert.ok(above.links.size <= linkLimits.perAdapterMax, `${text}, ${name}`);
      assert.equal(medium.status().counts.callersUnproven, 0, text);
    }
    const dials = boxes.reduce((sum, { above }) => sum + above.dialled.length, 0);
    assert.ok(dials <= 20 * count, `${text}: ${dials} dials in ten minutes`);
    await world.stop();
  }
});

test('two crowds that one box of each can join: it does, and the used link stays', async () => {
  const draw = ({ random }: World): Place[] => {
    const left = drawnPlaces(random, 20, 10);
    const right = drawnPlaces(random, 20, 10).map(({ x, y }) => ({ x: x + 60, y }));
    return [...left, ...right, { x: 20, y: 5 }, { x: 50, y: 5 }];
  };
  const { world, boxes, best, islands } = await fieldOf(31, draw, 31);
  assert.equal(best, 1);
  const [a, b] = boxes.slice(-2) as [Box, Box];
  await world.until(() => isLinked(a, b), 10 * 60_000);
  assert.equal(islands(), 1);
  let together = 0;
  const rounds = 180;
  for (let i = 0; i < rounds; i++) {
    a.above.links.get(bytesKey(b.nodeKey))?.stream.send(new Uint8Array(300));
    await world.pass(10_000, 200);
    if (isLinked(a, b)) together += 1;
  }
  assert.equal(together, rounds);
  await world.stop();
});
