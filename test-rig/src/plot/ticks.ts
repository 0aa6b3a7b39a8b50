/**
 * Round numbers along an axis: 1, 2 or 5 times a power of ten, so that a reader counts in steps
 * that people count in. Pure; knows nothing of pixels.
 */

/** About `count` round values that lie within `min` to `max`; `min` must be below `max`. */
export function linearTicks(min: number, max: number, count: number): number[] {
  const step = roundStep((max - min) / Math.max(1, count));
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toFixed(12)),
  );
}

/** Powers of ten within the range; with 2 and 5 times them where that gives few. Both above 0. */
export function logTicks(min: number, max: number): number[] {
  const powers = ticksOf([1], min, max);
  return powers.length >= 3 ? thinned(powers) : ticksOf([1, 2, 5], min, max);
}

/** For people: 1,200 and 0.05 and 3M. */
export function tickText(value: number): string {
  const compact = Math.abs(value) >= 100_000;
  return value.toLocaleString('en', {
    notation: compact ? 'compact' : 'standard',
    maximumSignificantDigits: compact ? 3 : 6,
  });
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function ticksOf(factors: readonly number[], min: number, max: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min)); 10 ** power <= max; power++) {
    for (const factor of factors) {
      const value = Number((factor * 10 ** power).toPrecision(12));
      if (value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9)) ticks.push(value);
    }
  }
  return ticks;
}

function thinned(powers: readonly number[]): number[] {
  const every = Math.ceil(powers.length / 6);
  return powers.filter((_, i) => i % every === 0);
}
