/**
 * Islands of boxes with no cable between them, and one or two boxes that go round between them and
 * stay for a while with some of each. No step of a message's way.
 */
import { fraction, intBelow, type SeededRandom, shuffled } from '@muster/core/testing';
import type { Contact } from './contacts.ts';
import { Graph, numbersTo } from './graph.ts';

const minuteMs = 60_000;
const stayMsMin = 10 * minuteMs;
const stayMsMax = 45 * minuteMs;
const wayMsMin = 10 * minuteMs;
const wayMsMax = 90 * minuteMs;
/** Boxes of an island that a courier meets in one stay. */
const hostsMax = 3;
const islandsMax = 4;
/** From so many boxes on there are two couriers. */
const twoCouriersFrom = 10;
/** Of one island; a bundle has to go through two of them and a courier. */
const islandDiameterMax = 3;

export function courierContacts(random: SeededRandom, nodes: number, untilMs: number): Contact[] {
  const couriers = nodes < twoCouriersFrom ? 1 : 1 + intBelow(random, 2);
  const settlers = nodes - couriers;
  if (settlers < 1) return [];
  const count = Math.min(2 + intBelow(random, islandsMax - 1), Math.ceil(settlers / 2));
  const islands = numbersTo(count).map((island) =>
    numbersTo(settlers).filter((box) => box % count === island),
  );
  const cables = islands.flatMap((island) => islandCables(random, island));
  const visits = numbersTo(couriers).flatMap((courier) =>
    roundTrip(random.fork(), { courier: settlers + courier, islands, untilMs }),
  );
  return [...cables, ...visits];
}

function islandCables(random: SeededRandom, island: readonly number[]): Contact[] {
  const graph = new Graph(island);
  graph.connect(random);
  graph.narrow(random, islandDiameterMax);
  return graph.edges().map(([a, b]) => ({ a, b, fromMs: 0, untilMs: Infinity }));
}

interface Tour {
  readonly courier: number;
  readonly islands: readonly (readonly number[])[];
  readonly untilMs: number;
}

function roundTrip(random: SeededRandom, { courier, islands, untilMs }: Tour): Contact[] {
  const between = (low: number, high: number) => Math.round(low + fraction(random) * (high - low));
  const contacts: Contact[] = [];
  let stop = intBelow(random, islands.length);
  let nowMs = between(0, wayMsMax);
  while (nowMs < untilMs) {
    const leavesMs = nowMs + between(stayMsMin, stayMsMax);
    const hosts = shuffled(random, islands[stop]!).slice(0, 1 + intBelow(random, hostsMax));
    for (const a of hosts) contacts.push({ a, b: courier, fromMs: nowMs, untilMs: leavesMs });
    nowMs = leavesMs + between(wayMsMin, wayMsMax);
    stop = (stop + 1) % islands.length;
  }
  return contacts;
}
