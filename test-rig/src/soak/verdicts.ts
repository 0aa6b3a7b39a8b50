/** What a soak's record says: each promise, what was seen, and whether it holds. Pure. */
import type { Point } from '../plot/line-plot.ts';
import type { AgentSample, Sample, SoakRecord } from './record.ts';
import { median, type Trend, trendOf } from './trend.ts';

export interface Verdict {
  readonly name: string;
  /** Undecided: too short or too noisy a run to say; it fails nothing. */
  readonly state: 'held' | 'broken' | 'undecided';
  /** What was promised, and what was seen. */
  readonly promise: string;
  readonly seen: string;
  /** The figure behind it, for machines. */
  readonly value: number;
}

export const soakLimits = {
  memoryBytesPerHour: 1_000_000,
  /** A socket that is closing, a file that is being rotated. */
  descriptors: 3,
} as const;

const hourMs = 3_600_000;

export function judge(record: SoakRecord): Verdict[] {
  return [
    faults(record),
    delivery(record),
    doubled(record),
    memory(record),
    descriptors(record),
    queues(record),
  ];
}

function faults({ faults: found }: SoakRecord): Verdict {
  return {
    name: 'No agent ends by itself',
    state: found.length === 0 ? 'held' : 'broken',
    promise: 'agents run until they are killed, and start again',
    seen: found.length === 0 ? 'none did' : found.slice(0, 3).join('; '),
    value: found.length,
  };
}

function delivery({ checks }: SoakRecord): Verdict {
  const missing = checks.reduce((sum, one) => sum + one.missing, 0);
  const looked = Math.max(0, ...checks.map((one) => one.expected));
  const failed = checks.filter((one) => one.missing > 0);
  const calms = `${looked.toLocaleString('en')} messages, looked for in ${checks.length} calms`;
  return {
    name: 'Delivery',
    state: looked === 0 ? 'undecided' : missing === 0 ? 'held' : 'broken',
    promise: 'after healing every agent shows every message that was held',
    seen:
      missing === 0
        ? `none missing of ${calms}, at every agent`
        : `${missing} missing of ${calms}: ${failed[0]!.examples.join('; ')}`,
    value: missing,
  };
}

function doubled({ checks, samples }: SoakRecord): Verdict {
  const seen = [...checks.map((one) => one.doubled), samples.at(-1)?.people.doubled ?? 0];
  const most = Math.max(0, ...seen);
  return {
    name: 'Once',
    state: most === 0 ? 'held' : 'broken',
    promise: 'no reader is shown a message twice',
    seen: most === 0 ? 'none was' : `${most} were`,
    value: most,
  };
}

/** Of the agents that collect their garbage, the one that grows most. */
function memory(record: SoakRecord): Verdict {
  const limit = soakLimits.memoryBytesPerHour;
  const trends = record.collected.map((agent) => memoryTrend(record, agent));
  const known = trends.filter((one) => one !== undefined);
  const worst = known.toSorted((a, b) => b.slope - a.slope)[0];
  const perHour = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB/h`;
  const about =
    'what is resident after garbage was collected, in agents that are never killed, grows by';
  return {
    name: 'Memory',
    state: growthState(worst, limit),
    promise: `${about} at most ${perHour(limit)} after the warm-up`,
    seen:
      worst === undefined
        ? 'the run was too short to say'
        : `${known.map((one) => perHour(one.slope)).join(', ')}, ` +
          `give or take ${perHour(worst.uncertainty)}`,
    value: worst === undefined ? 0 : worst.slope / 1e6,
  };
}

/** Broken only beyond doubt: the slope and what it may be wrong by. */
function growthState(trend: Trend | undefined, limit: number): Verdict['state'] {
  if (trend === undefined) return 'undecided';
  if (trend.slope - trend.uncertainty > limit) return 'broken';
  return trend.slope <= limit ? 'held' : 'undecided';
}

/** Bytes an hour. */
function memoryTrend(record: SoakRecord, agent: number): Trend | undefined {
  const after = record.samples.filter(({ atMs }) => atMs >= record.warmUpMs);
  const trend = trendOf(pointsOf(after, agent, (one) => one.collected?.residentBytes));
  return trend && { slope: trend.slope * hourMs, uncertainty: trend.uncertainty * hourMs };
}

/** Calm is compared with calm: the same neighbours and sessions. */
function descriptors({ samples, steady, warmUpMs }: SoakRecord): Verdict {
  const calm = samples.filter(({ isCalm, atMs }) => isCalm && atMs >= warmUpMs);
  const grown = steady.map((agent) => {
    const points = pointsOf(calm, agent, (one) => one.descriptors).map(([, count]) => count);
    const share = Math.max(1, Math.floor(points.length / 4));
    return median(points.slice(-share)) - median(points.slice(0, share));
  });
  const most = Math.max(...grown);
  const known = Number.isFinite(most) && calm.length >= 4;
  return {
    name: 'Descriptors',
    state: !known ? 'undecided' : most <= soakLimits.descriptors ? 'held' : 'broken',
    promise: `from the first calm to the last, at most ${soakLimits.descriptors} more are open`,
    seen: known
      ? `${grown.map(signed).join(', ')} in the agents never killed`
      : 'the run was too short to say',
    value: known ? most : 0,
  };
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}

function queues({ samples }: SoakRecord): Verdict {
  const last = samples.at(-1);
  const links = (last?.agents ?? []).map(({ metrics }) => metrics?.queuedBytes ?? 0);
  const queued = links.reduce((sum, bytes) => sum + bytes, 0);
  const waiting = last?.people.waiting ?? 0;
  const silent = (last?.agents ?? []).filter(({ metrics }) => metrics === undefined).length;
  const empty = last !== undefined && queued === 0 && waiting === 0 && silent === 0;
  return {
    name: 'Queues',
    state: empty ? 'held' : 'broken',
    promise: 'when all is quiet no queue of a link and no outbox has anything in it',
    seen: empty
      ? 'all were empty at the end'
      : `${queued} bytes at links, ${waiting} messages in outboxes, ${silent} agents silent`,
    value: queued + waiting + silent,
  };
}

/** One figure of one agent over time; moments without it are left out. */
export function pointsOf(
  samples: readonly Sample[],
  agent: number,
  pick: (one: AgentSample) => number | undefined,
): Point[] {
  return samples.flatMap(({ atMs, agents }): Point[] => {
    const value = agents[agent] && pick(agents[agent]);
    return value === undefined ? [] : [[atMs, value]];
  });
}
