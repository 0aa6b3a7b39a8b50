/** Draws what goes wrong: at each line, at each box, and what the lying boxes do and when. */
import { chance, fraction, intBelow, pick, type SeededRandom } from '@muster/core/testing';
import type { Way } from '../network/line.ts';
import type { Action, BoxAction, LineAction } from './action.ts';
import { exponential, moments } from './moments.ts';
import type { SimOptions, WorldOptions } from './options.ts';
import type { BoxPlan } from './plan.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const yearMs = 365 * 24 * hourMs;
/** Most faults are short; some last most of a day. */
const shortMs = 10 * minuteMs;
const longMs = 12 * hourMs;
const longShare = 0.05;
const lieEveryMs = 10 * minuteMs;
/** A crash that is aimed at a write comes so soon after it: about as long as a commit takes. */
const afterWriteMsMax = 60;
/** A box without a battery-backed clock may wake up in 1970. */
const bornMs = 0;

const ways: readonly Way[] = ['ab', 'ba'];

function lasting(random: SeededRandom): number {
  const meanMs = chance(random, longShare) ? longMs : shortMs;
  return 1 + Math.floor(exponential(random, meanMs));
}

export interface LineFaults {
  readonly options: SimOptions;
  readonly world: WorldOptions;
  /** How many lines there are. */
  readonly lines: number;
}

export function drawLineFaults(
  random: SeededRandom,
  { options, world, lines }: LineFaults,
): LineAction[] {
  const untilMs = options.hours * hourMs;
  return Array.from({ length: lines }, (_, line) => {
    const own = random.fork();
    const each = (everyMs: number | undefined, make: (base: LineBase) => LineAction) =>
      moments(own, untilMs, everyMs).map((atMs) => make({ atMs, line, forMs: lasting(own) }));
    return [
      ...each(world.cutEveryMs, (base) => ({ kind: 'cut', ...base })),
      ...each(world.blockEveryMs, (base) => ({ kind: 'block', ...base, way: pick(own, ways) })),
      ...each(world.clogEveryMs, (base) => ({ kind: 'clog', ...base, way: pick(own, ways) })),
      ...each(world.mangleEveryMs, (base) => {
        const share = fraction(own) * 0.5;
        return { kind: 'mangle', ...base, way: pick(own, ways), share };
      }),
      ...each(world.shakeEveryMs, (base) => shake(own, base)),
    ];
  }).flat();
}

interface LineBase {
  readonly atMs: number;
  readonly line: number;
  readonly forMs: number;
}

function shake(random: SeededRandom, base: LineBase): LineAction {
  return {
    kind: 'shake',
    ...base,
    loss: fraction(random) * 0.5,
    replay: fraction(random) * 0.6,
    reorder: fraction(random),
    delayMs: intBelow(random, 2_000),
    bytesPerSecond: pick(random, [1_000, 4_000, 20_000]),
  };
}

export interface BoxFaults {
  readonly options: SimOptions;
  readonly world: WorldOptions;
  /** When somebody writes at each box, rising. */
  readonly writesMs: readonly (readonly number[])[];
}

export function drawBoxFaults(
  random: SeededRandom,
  { options, world, writesMs }: BoxFaults,
): Action[] {
  const untilMs = options.hours * hourMs;
  const boxes = Array.from({ length: options.nodes }, (_, box) => {
    const own = random.fork();
    const writes = writesMs[box] ?? [];
    const each = (everyMs: number | undefined, make: (base: BoxBase) => BoxAction) =>
      moments(own, untilMs, everyMs).map((atMs) => make({ atMs, box, forMs: lasting(own) }));
    return [
      ...each(world.crashEveryMs, (base) => crash(own, base, writes)),
      ...each(world.diskFaultEveryMs, (base) => ({
        kind: pick(own, ['disk-full', 'disk-error'] as const),
        ...base,
      })),
      ...each(world.diskLostEveryMs, (base) => ({ kind: 'disk-lost', ...base })),
      ...each(world.clockFaultEveryMs, (base) => clockFault(own, base)),
      ...each(world.slowEveryMs, (base) => ({
        kind: 'slow',
        ...base,
        commitMs: 500 + intBelow(own, 5_000),
      })),
    ];
  }).flat();
  const acts = moments(random, untilMs, world.actEveryMs).map(
    (atMs): Action => ({ kind: 'act', atMs, box: intBelow(random, options.nodes) }),
  );
  return [...boxes, ...acts];
}

interface BoxBase {
  readonly atMs: number;
  readonly box: number;
  readonly forMs: number;
}

/** Half of them just after a write: that is when a cut shows what is on disk. */
function crash(random: SeededRandom, base: BoxBase, writesMs: readonly number[]): BoxAction {
  const next = writesMs.find((atMs) => atMs > base.atMs);
  const afterMs = intBelow(random, afterWriteMsMax);
  const isAimed = chance(random, 0.5) && next !== undefined;
  const atMs = isAimed ? next + afterMs : base.atMs;
  const reached = intBelow(random, 4);
  if (chance(random, 0.8)) return { kind: 'crash', ...base, atMs, reached };
  return { kind: 'crash', ...base, atMs, reached, wallMs: bornMs };
}

function clockFault(random: SeededRandom, base: BoxBase): BoxAction {
  if (chance(random, 0.3)) return { kind: 'wall-stop', ...base };
  const farMs = pick(random, [hourMs, 3 * 24 * hourMs, yearMs, 10 * yearMs]);
  return { kind: 'wall-jump', ...base, byMs: Math.floor((fraction(random) * 2 - 1) * farMs) };
}

export function drawLies(
  random: SeededRandom,
  options: SimOptions,
  boxes: readonly BoxPlan[],
): Action[] {
  return boxes.flatMap(({ liar }, box): Action[] => {
    if (liar === undefined) return [];
    const times = moments(random.fork(), options.hours * hourMs, lieEveryMs);
    return times.map((atMs) => ({ kind: 'lie', atMs, box }));
  });
}
