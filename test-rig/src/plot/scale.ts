/** From a value to its place along an axis of a plot, linear or logarithmic, with its ticks. */
import { linearTicks, logTicks } from './ticks.ts';

export interface Axis {
  readonly label: string;
  /** As it stands behind a number; empty for a plain count. */
  readonly unit: string;
  /** Logarithmic; values that are not above 0 are then left out. */
  readonly log?: boolean;
  /** Where the axis begins and ends, if not with its values. A linear y axis begins at 0. */
  readonly min?: number;
  readonly max?: number;
}

export interface Scale {
  readonly ticks: readonly number[];
  /** Pixels from the axis' beginning; undefined for what it cannot show. */
  at(value: number): number | undefined;
}

export interface ScaleOptions {
  readonly axis: Axis;
  readonly values: readonly number[];
  /** Length in pixels, and about how many ticks fit. */
  readonly pixels: number;
  readonly tickCount: number;
  /** The range is widened to whole ticks: for y, whose lines go across. */
  readonly whole: boolean;
}

export function makeScale(options: ScaleOptions): Scale {
  const { axis, pixels } = options;
  const log = axis.log === true;
  const shown = options.values.filter((value) => Number.isFinite(value) && (!log || value > 0));
  const range = log ? logRange(options, shown) : linearRange(options, shown);
  const turn = log ? Math.log10 : (value: number): number => value;
  const [first, last] = [turn(range.min), turn(range.max)];
  const ticks = log
    ? logTicks(range.min, range.max)
    : linearTicks(range.min, range.max, options.tickCount);
  return {
    ticks,
    at(value) {
      if (!Number.isFinite(value) || (log && value <= 0)) return undefined;
      return ((turn(value) - first) / (last - first)) * pixels;
    },
  };
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function linearRange({ axis, tickCount, whole }: ScaleOptions, values: readonly number[]): Range {
  const lowest = extreme(values, Math.min) ?? 0;
  const min = axis.min ?? (whole ? Math.min(0, lowest) : lowest);
  const highest = axis.max ?? extreme(values, Math.max) ?? min + 1;
  const max = highest > min ? highest : min + 1;
  if (!whole) return { min, max };
  const ticks = linearTicks(min, max, tickCount);
  const step = (ticks[1] ?? max) - (ticks[0] ?? min);
  const last = ticks.at(-1) ?? max;
  return { min, max: last >= max || step <= 0 ? Math.max(last, max) : last + step };
}

function logRange({ axis, whole }: ScaleOptions, values: readonly number[]): Range {
  const lowest = extreme(values, Math.min) ?? 1;
  const highest = Math.max(extreme(values, Math.max) ?? 10, lowest);
  const widened = whole || highest === lowest;
  const min = axis.min ?? (widened ? roundBelow(lowest) : lowest);
  const max = axis.max ?? (widened ? roundAbove(highest) : highest);
  return { min, max: max > min ? max : min * 2 };
}

function roundBelow(value: number): number {
  return logTicks(value / 10, value).at(-1) ?? value / 10;
}

function roundAbove(value: number): number {
  return logTicks(value, value * 10)[0] ?? value * 10;
}

/** Not by spreading: a long run has more points than a call may have arguments. */
function extreme(
  values: readonly number[],
  pick: (a: number, b: number) => number,
): number | undefined {
  let found: number | undefined;
  for (const value of values) found = found === undefined ? value : pick(found, value);
  return found;
}
