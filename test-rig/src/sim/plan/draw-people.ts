/**
 * Who lives in a simulated world and what they say: people with a role at a box, messages at times
 * drawn for each on their own, phones that hand over again, and walks from box to box.
 */
import { type Lane, Lane as Lanes, Role, roleLimits } from '@muster/core';
import { chance, fraction, intBelow, pick, type SeededRandom } from '@muster/core/testing';
import type { Action, Write } from './action.ts';
import { moments } from './moments.ts';
import type { SimOptions, WorldOptions } from './options.ts';

export interface PersonPlan {
  /** Number of the box that the person starts at. */
  readonly box: number;
  readonly role: typeof Role.guest | typeof Role.user | typeof Role.staff;
  /** Writes far above what the role may. */
  readonly isGreedy: boolean;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const greedyEveryMs = 10 * minuteMs;
const greedyAtOnce = 40;
const lifetimesS = [1_800, 2 * 3_600, 6 * 3_600, 24 * 3_600, 3 * 24 * 3_600, 7 * 24 * 3_600];
const walksMax = 3;

export function drawPeople(
  random: SeededRandom,
  { nodes }: SimOptions,
  world: WorldOptions,
): PersonPlan[] {
  const people: PersonPlan[] = [];
  for (let box = 0; box < nodes; box++) {
    for (let i = 0; i < world.peoplePerBox; i++) {
      people.push({ box, role: drawRole(random, world), isGreedy: false });
    }
  }
  for (let i = 0; i < world.greedy; i++) {
    people.push({ box: intBelow(random, nodes), role: Role.guest, isGreedy: true });
  }
  return people;
}

function drawRole(random: SeededRandom, world: WorldOptions): PersonPlan['role'] {
  const at = fraction(random);
  if (at < world.guestShare) return Role.guest;
  return at < world.guestShare + world.userShare ? Role.user : Role.staff;
}

export interface TrafficOptions {
  readonly options: SimOptions;
  readonly world: WorldOptions;
  readonly people: readonly PersonPlan[];
}

export function drawTraffic(random: SeededRandom, given: TrafficOptions): Action[] {
  const actions: Action[] = [];
  given.people.forEach((person, number) => {
    const own = random.fork();
    actions.push(...drawWrites(own, given, number), ...drawWalks(own, given, number));
    if (person.isGreedy) actions.push(...drawGreed(own, given.options, number));
  });
  return actions;
}

function drawWrites(random: SeededRandom, given: TrafficOptions, person: number): Action[] {
  const { options, world, people } = given;
  const actions: Action[] = [];
  for (const atMs of moments(random, options.hours * hourMs, world.messageEveryMs)) {
    actions.push(drawWrite(random, { atMs, person, role: people[person]!.role }));
    if (chance(random, world.putAgainShare)) {
      const later = atMs + Math.floor(fraction(random) * hourMs);
      actions.push({ kind: 'put-again', atMs: later, person, back: intBelow(random, 3) });
    }
  }
  return actions;
}

type Role3 = PersonPlan['role'];

function drawWrite(
  random: SeededRandom,
  { atMs, person, role }: { atMs: number; person: number; role: Role3 },
): Write {
  const lane = drawLane(random, role);
  const fitting = lifetimesS.filter((lifetimeS) => lifetimeS <= roleLimits[role].lifetimeSMax);
  const length = 10 + Math.floor(fraction(random) ** 3 * (lane === Lanes.bulk ? 1_800 : 400));
  const channel = chance(random, 0.8) ? 'general' : 'crew';
  return { kind: 'write', atMs, person, channel, lane, lifetimeS: pick(random, fitting), length };
}

function drawLane(random: SeededRandom, role: Role3): Lane {
  const at = fraction(random);
  if (at < 0.05 && role === Role.staff) return Lanes.urgent;
  return at < 0.2 ? Lanes.bulk : Lanes.normal;
}

/** Bursts far above a guest's budget. */
function drawGreed(random: SeededRandom, options: SimOptions, person: number): Action[] {
  const until = Math.min(options.hours, 4) * hourMs;
  return moments(random, until, greedyEveryMs).flatMap((atMs) =>
    Array.from({ length: greedyAtOnce }, () =>
      drawWrite(random, { atMs, person, role: Role.guest }),
    ),
  );
}

function drawWalks(random: SeededRandom, given: TrafficOptions, person: number): Action[] {
  const { options, world } = given;
  if (world.moveEveryMs === undefined) return [];
  const times = moments(random, options.hours * hourMs, world.moveEveryMs).slice(0, walksMax);
  return times.map((atMs) => ({
    kind: 'move',
    atMs,
    person,
    box: intBelow(random, options.nodes),
  }));
}
