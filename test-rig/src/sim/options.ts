/**
 * What the seed draws for a simulated world: shape, people, clocks and faults. The seed decides the
 * options too, so that two hundred seeds are two hundred different worlds. Printed with every run.
 */
import { chance, fraction, intBelow, pick, type SeededRandom } from '@muster/core/testing';
import { type TopologyName, topologyNames } from './topology.ts';

export interface SimOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly hours: number;
}

export interface WorldOptions {
  readonly topology: TopologyName;
  readonly peoplePerNode: number;
  /** Mean time between two messages of one person, milliseconds. */
  readonly messageEveryMs: number;
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly bytesPerSecond: number;
  /** Mean time that a link lives before it breaks, and that it then stays away. */
  readonly linkUpMs: number;
  readonly linkDownMs: number;
  /** Mean time between crashes of one node, and that it then stays off. */
  readonly crashEveryMs: number;
  readonly crashDownMs: number;
  /** Chance that a node's wall clock is wrong by years. */
  readonly wrongClockChance: number;
  /** Time that a commit takes to reach the disk. */
  readonly commitMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export function drawWorldOptions(random: SeededRandom): WorldOptions {
  const between = (low: number, high: number) => Math.round(low + fraction(random) * (high - low));
  return {
    topology: pick(random, topologyNames),
    peoplePerNode: 1 + intBelow(random, 2),
    messageEveryMs: between(8 * minuteMs, 20 * minuteMs),
    delayMs: between(1, 80),
    jitterMs: between(0, 40),
    bytesPerSecond: pick(random, [20_000, 125_000, 1_000_000]),
    linkUpMs: between(2 * hourMs, 8 * hourMs),
    linkDownMs: between(minuteMs, 20 * minuteMs),
    crashEveryMs: between(6 * hourMs, 24 * hourMs),
    crashDownMs: between(minuteMs / 2, 10 * minuteMs),
    wrongClockChance: chance(random, 0.5) ? 0.2 : 0,
    commitMs: between(2, 30),
  };
}
