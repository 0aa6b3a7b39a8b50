/** Whether a noisy series grows: its slope, and how sure that is. Pure. */
import type { Point } from '../plot/line-plot.ts';

export interface Trend {
  /** In units of y for each unit of x. */
  readonly slope: number;
  /** Twice the standard error: a slope this far from the true one is rare. */
  readonly uncertainty: number;
}

/**
 * The slope by Theil and Sen (Sen, "Estimates of the Regression Coefficient Based on Kendall's
 * Tau", JASA 1968): the median of the slopes of all pairs, which single jumps do not move. Its
 * uncertainty from what is left beside the line. Undefined for fewer than three points.
 */
export function trendOf(points: readonly Point[]): Trend | undefined {
  if (points.length < 3) return undefined;
  const slopes: number[] = [];
  points.forEach(([x, y], i) => {
    for (const [x2, y2] of points.slice(i + 1)) if (x2 !== x) slopes.push((y2 - y) / (x2 - x));
  });
  const slope = median(slopes);
  const level = median(points.map(([x, y]) => y - slope * x));
  const left = points.map(([x, y]) => (y - level - slope * x) ** 2);
  const meanX = sum(points.map(([x]) => x)) / points.length;
  const spread = sum(points.map(([x]) => (x - meanX) ** 2));
  const variance = sum(left) / (points.length - 2);
  return { slope, uncertainty: 2 * Math.sqrt(variance / spread) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
