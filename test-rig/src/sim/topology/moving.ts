/**
 * Boxes in vehicles and bags among some that stand: each goes to a random place, rests there and
 * goes on (the random waypoint model: Johnson and Maltz, 1996), and two are in reach while they are
 * within radio range. No step of a message's way.
 */
import { chance, fraction, type SeededRandom } from '@muster/core/testing';
import type { Contact } from './contacts.ts';
import { numbersTo } from './graph.ts';

/** Metres, of a radio outdoors. */
const rangeM = 120;
/** Side of the square for each root of the number of boxes: mostly a few are in reach of one. */
const spreadM = 170;
const standingShare = 0.3;
const walkerShare = 0.5;
/** Metres a second: people with bags, and vehicles on a site. */
const walk = { low: 0.7, high: 1.6 };
const drive = { low: 3, high: 9 };
const restMsMin = 5 * 60_000;
const restMsMax = 60 * 60_000;
/** A shorter contact is over before a link is up. */
const contactMsMin = 5_000;

/** A straight way with one speed, or a rest; metres, and metres a millisecond. */
interface Leg {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly x: number;
  readonly y: number;
  readonly vx: number;
  readonly vy: number;
}

export function movingContacts(random: SeededRandom, nodes: number, untilMs: number): Contact[] {
  const sideM = spreadM * Math.sqrt(nodes);
  const journeys = numbersTo(nodes).map(() => drawJourney(random.fork(), sideM, untilMs));
  return numbersTo(nodes).flatMap((b) =>
    numbersTo(b).flatMap((a) =>
      meetings(journeys[a]!, journeys[b]!)
        .filter(({ fromMs }) => fromMs < untilMs)
        .map((meeting) => ({ a, b, ...meeting })),
    ),
  );
}

function drawJourney(random: SeededRandom, sideM: number, untilMs: number): Leg[] {
  const between = (low: number, high: number) => low + fraction(random) * (high - low);
  const stands = chance(random, standingShare);
  const speeds = chance(random, walkerShare) ? walk : drive;
  const legs: Leg[] = [];
  let x = between(0, sideM);
  let y = between(0, sideM);
  let nowMs = 0;
  while (nowMs < untilMs) {
    const restedMs = stands ? untilMs : nowMs + between(restMsMin, restMsMax);
    legs.push({ fromMs: nowMs, untilMs: restedMs, x, y, vx: 0, vy: 0 });
    const [toX, toY] = [between(0, sideM), between(0, sideM)];
    const tookMs = (1000 * Math.hypot(toX - x, toY - y)) / between(speeds.low, speeds.high);
    const vx = (toX - x) / tookMs;
    const vy = (toY - y) / tookMs;
    legs.push({ fromMs: restedMs, untilMs: restedMs + tookMs, x, y, vx, vy });
    nowMs = restedMs + tookMs;
    [x, y] = [toX, toY];
  }
  return legs.filter(({ fromMs }) => fromMs < untilMs);
}

interface Meeting {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** When two are in range, in order; what touches is one meeting. */
function meetings(ofA: readonly Leg[], ofB: readonly Leg[]): Meeting[] {
  const found: Meeting[] = [];
  let [i, j] = [0, 0];
  while (i < ofA.length && j < ofB.length) {
    const [a, b] = [ofA[i]!, ofB[j]!];
    const meeting = inRange(a, b);
    const last = found.at(-1);
    if (meeting && last && meeting.fromMs - last.untilMs < 1) {
      found[found.length - 1] = { fromMs: last.fromMs, untilMs: meeting.untilMs };
    } else if (meeting) found.push(meeting);
    if (a.untilMs <= b.untilMs) i++;
    else j++;
  }
  return found
    .map(({ fromMs, untilMs }) => ({ fromMs: Math.ceil(fromMs), untilMs: Math.floor(untilMs) }))
    .filter(({ fromMs, untilMs }) => untilMs - fromMs >= contactMsMin);
}

/** The part of two legs in which they are in range: where a parabola is below the range. */
function inRange(a: Leg, b: Leg): Meeting | undefined {
  const fromMs = Math.max(a.fromMs, b.fromMs);
  const lengthMs = Math.min(a.untilMs, b.untilMs) - fromMs;
  if (lengthMs <= 0) return undefined;
  const x = a.x + a.vx * (fromMs - a.fromMs) - b.x - b.vx * (fromMs - b.fromMs);
  const y = a.y + a.vy * (fromMs - a.fromMs) - b.y - b.vy * (fromMs - b.fromMs);
  const [vx, vy] = [a.vx - b.vx, a.vy - b.vy];
  const speed = vx * vx + vy * vy;
  const apart = x * x + y * y - rangeM * rangeM;
  if (speed === 0) return apart <= 0 ? { fromMs, untilMs: fromMs + lengthMs } : undefined;
  const half = (x * vx + y * vy) / speed;
  const root = half * half - apart / speed;
  if (root <= 0) return undefined;
  const from = Math.max(0, -half - Math.sqrt(root));
  const until = Math.min(lengthMs, -half + Math.sqrt(root));
  return until > from ? { fromMs: fromMs + from, untilMs: fromMs + until } : undefined;
}
