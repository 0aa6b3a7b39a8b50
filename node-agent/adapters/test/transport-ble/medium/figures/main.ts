/**
 * The figures of ADR 0033, from as many seeds as are asked for: how soon crowds and couriers that
 * come into reach have each other's messages, and what a crowd that stays dials. No test.
 */
import { parseArgs } from 'node:util';
import { SeededRandom } from '@muster/core/testing';
import { createCrowds, type Member } from '../crowds.ts';
import { drawnPlaces, type Place } from '../field.ts';

const help = `figures: crowds by Bluetooth, in virtual time

  --what NAME  pair: two crowds of thirty, one box of each in reach of the other (default)
               merge: the same, and everybody in reach
               couriers: five who pass a crowd of twenty
               settled: a crowd of sixty for an hour; dials an hour and box, after ten minutes
  --seeds N    1 to N (default 4), or FROM-TO
  --chance     boxes do not ask who is on their island
  --json       one JSON object

Times are milliseconds until everybody has what was written before, at most ten minutes.`;

const { values } = parseArgs({
  options: {
    what: { type: 'string', default: 'pair' },
    seeds: { type: 'string', default: '4' },
    chance: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const row = (x: number, count: number): Place[] =>
  Array.from({ length: count }, (_, i) => ({ x, y: 4 + i }));

/** A crowd in ten metres, with one box ten metres outside. */
function crowd(random: SeededRandom, gateX: number, shift: number): Place[] {
  const places = drawnPlaces(random, 29, 10);
  return [...places.map(({ x, y }) => ({ x: x + shift, y })), { x: gateX, y: 5 }];
}

interface Meeting {
  readonly here: readonly Place[];
  readonly guests: readonly Place[];
  readonly rangeM: number;
}

const meetings: Readonly<Record<string, (random: SeededRandom) => Meeting>> = {
  pair: (random) => ({
    ...{ here: crowd(random, 20, 0), guests: crowd(random, 50, 60), rangeM: 31 },
  }),
  merge: (random) => ({
    ...{ here: crowd(random, 20, 0), guests: crowd(random, 20, 0), rangeM: 31 },
  }),
  couriers: (random) => ({
    ...{ here: drawnPlaces(random, 20, 10), guests: row(22, 5), rangeM: 17 },
  }),
};

async function timeOf(seed: number, { here, guests, rangeM }: Meeting): Promise<number> {
  const away = guests.map(({ x, y }) => ({ x: x + 1000, y }));
  const options = { seed, rangeM, knows: !values.chance };
  const crowds = await createCrowds({ ...options, places: [...here, ...away] });
  const { world, members } = crowds;
  await world.pass(60_000, 100);
  const ids = [members[0]!, members.at(-1)!].map((member) => member.write('before'));
  await world.pass(5_000 + ((seed * 7_919) % 15_000), 100);
  crowds.place([...here, ...guests]);
  const isTold = ({ shown }: Member): boolean => ids.every((id) => shown.has(id));
  const startMs = world.clock.monotonicMs();
  const tookMs = (): number => world.clock.monotonicMs() - startMs;
  while (tookMs() < 600_000 && !members.every(isTold)) await world.pass(100, 100);
  const took = tookMs();
  await crowds.stop();
  return took;
}

async function settledDials(seed: number): Promise<number> {
  const places = drawnPlaces(new SeededRandom(1000 + seed), 60, 10);
  const crowds = await createCrowds({ seed, places, rangeM: 35, knows: !values.chance });
  await crowds.world.pass(600_000, 250);
  const before = crowds.dials();
  await crowds.world.pass(3_000_000, 250);
  const perHour = ((crowds.dials() - before) / places.length) * 1.2;
  await crowds.stop();
  return Math.round(10 * perHour) / 10;
}

async function run(): Promise<void> {
  const { what, chance } = values;
  const [from, to] = values.seeds.includes('-') ? values.seeds.split('-') : ['1', values.seeds];
  const found: number[] = [];
  for (let seed = Number(from); seed <= Number(to); seed++) {
    const meeting = meetings[what]?.(new SeededRandom(1000 + seed));
    found.push(meeting ? await timeOf(seed, meeting) : await settledDials(seed));
  }
  const sorted = found.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
  const of = { what, chance, seeds: values.seeds, median: rank(0.5), p95: rank(0.95), found };
  console.log(values.json ? JSON.stringify(of) : of);
}

const isKnown = values.what in meetings || values.what === 'settled';
if (values.help || !isKnown) {
  console.log(help);
  process.exitCode = values.help ? 0 : 2;
} else {
  await run();
}
