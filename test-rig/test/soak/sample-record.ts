/** A soak's record as a healthy run gives it, with noise, and with what a test plants. */
import { fraction, SeededRandom } from '@muster/core/testing';
import type { AgentMetrics } from '../../src/soak/people/protocol.ts';
import type { Sample, SoakRecord } from '../../src/soak/record.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const mb = 1e6;

export interface Planted {
  readonly seed?: number;
  readonly minutes?: number;
  readonly leakBytesPerHour?: number;
  readonly descriptorsPerHour?: number;
}

export const metrics: AgentMetrics = {
  ...{ heapBytes: 20 * mb, externalBytes: 3 * mb, held: 100, queuedBytes: 0 },
  ...{ neighbours: 9, sessions: 2 },
};

/** Memory jumps by some MB with the garbage, and by half a MB after it was collected. */
export function sampleRecord(planted: Planted = {}): SoakRecord {
  const { seed = 1, minutes = 60, leakBytesPerHour = 0, descriptorsPerHour = 0 } = planted;
  const random = new SeededRandom(seed);
  const samples: Sample[] = [];
  for (let atMs = 0; atMs < minutes * minuteMs; atMs += 5_000) {
    const hours = atMs / hourMs;
    const agents = Array.from({ length: 4 }, () => {
      const garbage = 4 * mb * fraction(random);
      const start = -12 * mb * Math.exp(-atMs / (4 * minuteMs));
      const kept = 90 * mb + start + leakBytesPerHour * hours;
      const left = kept + 0.5 * mb * fraction(random);
      const collected = { heapBytes: left / 4, residentBytes: left };
      return {
        residentBytes: kept + garbage,
        ...(atMs % minuteMs === 0 ? { collected } : {}),
        descriptors: Math.round(36 + fraction(random) + descriptorsPerHour * hours),
        metrics,
      };
    });
    const isCalm = (atMs / minuteMs) % 6 >= 5.5;
    const people = { held: samples.length * 10, refused: 0, waiting: 0, doubled: 0 };
    const latency = { deliveries: 100, p50Ms: 50, p95Ms: 200 };
    samples.push({ atMs, isCalm, agents, people: { ...people, ...latency } });
  }
  return {
    ...{ options: { minutes, agents: 4, seed }, commit: 'abc', steady: [0, 1, 2] },
    collected: [0, 1],
    ...{ warmUpMs: (minutes * minuteMs) / 3, lastedMs: minutes * minuteMs, samples },
    kills: [{ atMs: 10_000, agent: 3 }],
    partitions: [{ atMs: 20_000, untilMs: 50_000, what: 'cable of agent 2' }],
    checks: [{ atMs: 300_000, expected: 500, missing: 0, doubled: 0, examples: [] }],
    faults: [],
  };
}
