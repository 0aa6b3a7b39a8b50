/**
 * Crowds that meet by one pair of boxes, and couriers who pass: whole nodes by Bluetooth, who know
 * from what all say of their links who is on their island. The figures of ADR 0033 are of these
 * two with more seeds.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '@muster/core/testing';
import { createCrowds } from './crowds.ts';
import { drawnPlaces, type Place } from './field.ts';

/** Thirty boxes; the last is the only one that another crowd may reach, from 30 m away. */
function crowd(random: SeededRandom, gate: Place, shift: number): Place[] {
  const places = drawnPlaces(random, 29, 10);
  return [...places.map(({ x, y }) => ({ x: x + shift, y })), gate];
}

test('two crowds of thirty meet by one pair: a message is across soon', async () => {
  const seed = 1;
  const random = new SeededRandom(1000 + seed);
  const left = crowd(random, { x: 20, y: 5 }, 0);
  const right = crowd(random, { x: 50, y: 5 }, 60);
  const away = right.map(({ x, y }) => ({ x: x + 1000, y }));
  const crowds = await createCrowds({
    seed,
    places: [...left, ...away],
    rangeM: 31,
    knows: true,
  });
  const { world, members } = crowds;
  await world.pass(45_000, 100);
  const id = members[3]!.write('before they met');
  await world.pass(5_000 + 1_700 * seed, 100);
  assert.ok(members.slice(0, 30).every(({ shown }) => shown.has(id)));
  const dialsBefore = crowds.dials();
  crowds.place([...left, ...right]);
  const across = () => members.slice(30).every(({ shown }) => shown.has(id));
  const tookMs = await world.until(across, 25_000);
  assert.ok(tookMs <= 25_000, `${tookMs} ms`);
  assert.ok(crowds.dials() - dialsBefore <= 12, `${crowds.dials() - dialsBefore} dials`);
  await crowds.stop();
});

test('two couriers who pass a crowd for a minute hand over what they carry', async () => {
  const random = new SeededRandom(2001);
  const places = drawnPlaces(random, 12, 10);
  const nowhere: Place[] = [
    { x: 1000, y: 0 },
    { x: 1000, y: 2 },
  ];
  const there: Place[] = [
    { x: 22, y: 5 },
    { x: 22, y: 7 },
  ];
  const options = { seed: 5, rangeM: 25, knows: true };
  const crowds = await createCrowds({ ...options, places: [...places, ...nowhere] });
  const { world, members } = crowds;
  const [own, couriers] = [members.slice(0, 12), members.slice(12)];
  await world.pass(45_000, 100);
  const brought = couriers[0]!.write('brought');
  const taken = own[0]!.write('taken along');
  await world.pass(10_000, 100);
  crowds.place([...places, ...there]);
  await world.pass(60_000, 100);
  crowds.place([...places, ...nowhere]);
  await world.pass(1_000, 100);
  assert.ok(own.every(({ shown }) => shown.has(brought)));
  assert.ok(couriers.every(({ shown }) => shown.has(taken)));
  await crowds.stop();
});
