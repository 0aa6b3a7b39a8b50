/**
 * The plan of a simulated world: all that a seed draws, before anything runs. The world executes
 * it; a failure is minimised by leaving out of it, and a kept one is this, as JSON.
 */
import { SeededRandom } from '@muster/core/testing';
import { type LiarKind, liarKinds } from '../liars/index.ts';
import { type Contact, drawContacts } from '../topology/index.ts';
import type { Action } from './action.ts';
import { drawBoxFaults, drawLies, drawLineFaults } from './draw-faults.ts';
import { drawPeople, drawTraffic, type PersonPlan } from './draw-people.ts';
import { drawWorldOptions, type SimOptions, type WorldOptions } from './options.ts';

export interface BoxPlan {
  /** How far its wall clock is off at the start, milliseconds. */
  readonly wallOffsetMs: number;
  readonly liar?: LiarKind;
}

export interface Plan {
  readonly options: SimOptions;
  readonly world: WorldOptions;
  readonly boxes: readonly BoxPlan[];
  readonly people: readonly PersonPlan[];
  /** Which boxes are ever in reach of each other: lines are numbered by it. */
  readonly pairs: readonly (readonly [number, number])[];
  readonly contacts: readonly Contact[];
  /** By time. */
  readonly actions: readonly Action[];
}

const yearMs = 365 * 24 * 3_600_000;
const wrongYearsMax = 10;

export function drawPlan(options: SimOptions): Plan {
  const random = new SeededRandom(options.seed);
  const world = drawWorldOptions(random.fork(), options);
  const { topology: name } = world;
  const boxes = drawBoxes(random.fork(), options, world);
  const people = drawPeople(random.fork(), options, world);
  const { nodes, hours } = options;
  const contacts = drawContacts(random.fork(), { name, nodes, hours });
  const pairs = pairsOf(contacts);
  const traffic = drawTraffic(random.fork(), { options, world, people });
  const actions = [
    ...traffic,
    ...drawLineFaults(random.fork(), { options, world, lines: pairs.length }),
    ...drawBoxFaults(random.fork(), { options, world, writesMs: writesAt(people, traffic) }),
    ...drawLies(random.fork(), options, boxes),
  ].sort((a, b) => a.atMs - b.atMs);
  return { options, world, boxes, people, pairs, contacts, actions };
}

/** When somebody writes at each box, rising. */
function writesAt(people: readonly PersonPlan[], traffic: readonly Action[]): number[][] {
  const times: number[][] = [];
  for (const action of traffic) {
    if (action.kind !== 'write') continue;
    const { box } = people[action.person]!;
    times[box] ??= [];
    times[box].push(action.atMs);
  }
  return times.map((one) => one.sort((a, b) => a - b));
}

function pairsOf(contacts: readonly Contact[]): [number, number][] {
  const pairs = new Map<string, [number, number]>();
  for (const { a, b } of contacts) pairs.set(`${a}-${b}`, [a, b]);
  return [...pairs.values()].sort(([a, b], [c, d]) => a - c || b - d);
}

function drawBoxes(random: SeededRandom, { nodes }: SimOptions, world: WorldOptions): BoxPlan[] {
  const fraction = () => random.uint32() / 2 ** 32;
  const boxes = Array.from({ length: nodes }, (): BoxPlan => {
    const isWrong = fraction() < world.wrongClockChance;
    const wallOffsetMs = Math.floor((fraction() * 2 - 1) * wrongYearsMax * yearMs);
    return { wallOffsetMs: isWrong ? wallOffsetMs : 0 };
  });
  for (let i = 0; i < world.liars; i++) {
    const number = Math.floor(fraction() * nodes);
    const liar = liarKinds[Math.floor(fraction() * liarKinds.length)]!;
    boxes[number] = { ...boxes[number]!, liar };
  }
  return boxes;
}
