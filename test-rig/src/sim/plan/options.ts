/**
 * What the seed draws first for a simulated world: how it is shaped, how much is said and what goes
 * wrong how often. The seed decides the options too, so two hundred seeds are two hundred different
 * worlds; a scenario narrows what may be drawn.
 */
import { chance, fraction, intBelow, pick, type SeededRandom } from '@muster/core/testing';
import type { LineShape } from '../network/line.ts';
import { type TopologyName, topologyNames } from '../topology/index.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export interface SimOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly hours: number;
  readonly scenario: ScenarioName;
}

/** Mean time between two faults of a kind, at one line or one box; undefined: it never happens. */
export interface FaultRates {
  readonly cutEveryMs: number | undefined;
  readonly blockEveryMs: number | undefined;
  readonly clogEveryMs: number | undefined;
  readonly mangleEveryMs: number | undefined;
  readonly shakeEveryMs: number | undefined;
  readonly crashEveryMs: number | undefined;
  readonly diskFaultEveryMs: number | undefined;
  readonly diskLostEveryMs: number | undefined;
  readonly clockFaultEveryMs: number | undefined;
  readonly slowEveryMs: number | undefined;
}

export interface WorldOptions extends FaultRates {
  readonly topology: TopologyName;
  readonly line: LineShape;
  readonly peoplePerBox: number;
  /** Mean time between two messages of one person. */
  readonly messageEveryMs: number;
  /** Share of people who are guests, and of those who are users; the others are staff. */
  readonly guestShare: number;
  readonly userShare: number;
  /** People who write far above what they may. */
  readonly greedy: number;
  /** Share of held messages that a phone hands over again. */
  readonly putAgainShare: number;
  readonly moveEveryMs: number | undefined;
  readonly actEveryMs: number | undefined;
  /** Chance that a box's wall clock is wrong by years from the start. */
  readonly wrongClockChance: number;
  /** Time that a commit takes to reach the disk. */
  readonly commitMs: number;
  /** Content that a box may keep; undefined: as much as it likes. */
  readonly contentBytesMax: number | undefined;
  readonly liars: number;
}

export const scenarioNames = ['any', 'calm', 'venue', 'disaster', 'liars', 'storm'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export const scenarioTexts: Readonly<Record<ScenarioName, string>> = {
  any: 'whatever the seed draws, of all that can happen (default)',
  calm: 'nothing goes wrong; one person a box, a message a minute: for measuring speed',
  venue: 'many guests, greedy ones and liars; good cables, small stores',
  disaster: 'long cuts, power cuts, wrong clocks, couriers and radios',
  liars: 'a third of the boxes lie',
  storm: 'everything at once and often',
};

type Draw = (low: number, high: number) => number;

export function drawWorldOptions(random: SeededRandom, options: SimOptions): WorldOptions {
  const between: Draw = (low, high) => Math.round(low + fraction(random) * (high - low));
  const drawn = { ...drawShape(random, between), ...drawFaults(random, between) };
  const liars = chance(random, 0.35) ? 1 + intBelow(random, Math.floor(options.nodes / 4)) : 0;
  const world = { ...drawn, liars: options.nodes < 4 ? 0 : liars };
  return { ...world, ...narrowed(options, between) };
}

function drawShape(random: SeededRandom, between: Draw) {
  return {
    topology: pick(random, topologyNames),
    line: {
      delayMs: between(1, 80),
      jitterMs: between(0, 40),
      bytesPerSecond: pick(random, [4_000, 20_000, 125_000, 1_000_000]),
      loss: chance(random, 0.3) ? fraction(random) * 0.3 : 0,
      replay: chance(random, 0.3) ? fraction(random) * 0.6 : 0,
      reorder: chance(random, 0.3) ? fraction(random) : 0,
    },
    peoplePerBox: 1 + intBelow(random, 2),
    messageEveryMs: between(60 * minuteMs, 150 * minuteMs),
    guestShare: pick(random, [0, 0.3, 0.7]),
    userShare: 0.2,
    greedy: chance(random, 0.3) ? 1 : 0,
    putAgainShare: chance(random, 0.5) ? fraction(random) * 0.6 : 0,
    moveEveryMs: chance(random, 0.4) ? between(hourMs, 8 * hourMs) : undefined,
    actEveryMs: chance(random, 0.5) ? between(hourMs, 4 * hourMs) : undefined,
    wrongClockChance: chance(random, 0.5) ? 0.3 : 0,
    commitMs: between(2, 60),
    contentBytesMax: chance(random, 0.3) ? between(256, 1024) * 1024 : undefined,
  };
}

/** Each kind of fault is in about half of all worlds, so that they also meet in pairs. */
function drawFaults(random: SeededRandom, between: Draw): FaultRates {
  const every = (probability: number, lowHours: number, highHours: number) =>
    chance(random, probability) ? between(lowHours * hourMs, highHours * hourMs) : undefined;
  return {
    cutEveryMs: every(0.7, 2, 12),
    blockEveryMs: every(0.4, 3, 12),
    clogEveryMs: every(0.3, 3, 12),
    mangleEveryMs: every(0.3, 6, 24),
    shakeEveryMs: every(0.4, 3, 12),
    crashEveryMs: every(0.6, 6, 24),
    diskFaultEveryMs: every(0.3, 8, 24),
    diskLostEveryMs: every(0.15, 24, 96),
    clockFaultEveryMs: every(0.4, 6, 24),
    slowEveryMs: every(0.3, 6, 24),
  };
}

const noFaults: FaultRates = {
  cutEveryMs: undefined,
  blockEveryMs: undefined,
  clogEveryMs: undefined,
  mangleEveryMs: undefined,
  shakeEveryMs: undefined,
  crashEveryMs: undefined,
  diskFaultEveryMs: undefined,
  diskLostEveryMs: undefined,
  clockFaultEveryMs: undefined,
  slowEveryMs: undefined,
};

/** What a scenario fixes, over what was drawn. */
function narrowed({ scenario, nodes }: SimOptions, between: Draw): Partial<WorldOptions> {
  const good = {
    delayMs: 5,
    jitterMs: 3,
    bytesPerSecond: 1_000_000,
    loss: 0,
    replay: 0,
    reorder: 0,
  };
  switch (scenario) {
    case 'any':
      return {};
    case 'calm':
      return {
        ...noFaults,
        ...{ topology: 'geometric', line: good, peoplePerBox: 1, messageEveryMs: minuteMs },
        ...{ guestShare: 0, userShare: 0, greedy: 0, putAgainShare: 0, wrongClockChance: 0 },
        ...{ moveEveryMs: undefined, actEveryMs: undefined, contentBytesMax: undefined, liars: 0 },
      };
    case 'venue':
      return {
        ...{ topology: 'geometric', line: good, guestShare: 0.8, greedy: 2, peoplePerBox: 4 },
        ...{ contentBytesMax: between(256, 512) * 1024, liars: nodes < 4 ? 0 : 1 },
        ...{ diskLostEveryMs: undefined, mangleEveryMs: undefined, moveEveryMs: 2 * hourMs },
      };
    case 'disaster':
      return {
        ...{
          topology: between(0, 1) === 0 ? 'couriers' : 'moving',
          wrongClockChance: 0.6,
          liars: 0,
        },
        ...{ cutEveryMs: 2 * hourMs, crashEveryMs: 6 * hourMs, clockFaultEveryMs: 6 * hourMs },
        ...{ messageEveryMs: 30 * minuteMs },
      };
    case 'liars':
      return { liars: Math.floor(nodes / 3), guestShare: 0.3 };
    case 'storm':
      return {
        ...{ cutEveryMs: 3 * hourMs, blockEveryMs: 4 * hourMs, clogEveryMs: 4 * hourMs },
        ...{ mangleEveryMs: 6 * hourMs, shakeEveryMs: 3 * hourMs, crashEveryMs: 6 * hourMs },
        ...{ diskFaultEveryMs: 8 * hourMs, diskLostEveryMs: 48 * hourMs, slowEveryMs: 8 * hourMs },
        ...{ clockFaultEveryMs: 6 * hourMs, moveEveryMs: 2 * hourMs, actEveryMs: hourMs },
        ...{ messageEveryMs: 30 * minuteMs },
        ...{ greedy: 1, putAgainShare: 0.6, liars: nodes < 4 ? 0 : Math.floor(nodes / 4) },
      };
  }
}
