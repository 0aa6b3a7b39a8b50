/**
 * How many inputs each target gets: by its speed, so that both cores are used well, but with a
 * floor under each, or the slow ones with much state behind them would get nothing.
 */
export interface Speed {
  readonly target: string;
  /** Inputs a second of one core. */
  readonly perSecond: number;
}

const inputsUsual = 8_000_000;
/** Each target's floor of the usual number of inputs ... */
const floorInputs = 200_000;
/** ... unless that would take longer than this on one core. */
const floorSecondsMax = 10;
/** Forged bundles are counted by themselves, and so many are asked for (issue 5). */
const forgedInputs = 120_000;

export function sharesOf(inputs: number, speeds: readonly Speed[]): Map<string, number> {
  const scale = inputs / inputsUsual;
  const even = inputs / speeds.length;
  const floors = speeds.map(({ target, perSecond }) =>
    target === 'forged'
      ? Math.min(even, scale * forgedInputs)
      : Math.min(even, scale * floorInputs, scale * floorSecondsMax * perSecond),
  );
  const left = inputs - floors.reduce((sum, floor) => sum + floor, 0);
  const together = speeds.reduce((sum, { perSecond }) => sum + perSecond, 0);
  return new Map(
    speeds.map(({ target, perSecond }, i) => [
      target,
      Math.ceil(floors[i]! + (left * perSecond) / together),
    ]),
  );
}
