/** Places for the names at ends of lines: as near to each end as can be, and none on another. */

/** Wanted heights in any order; the heights given, at least `gap` apart and within the range. */
export function spreadLabels(
  wanted: readonly number[],
  range: { readonly min: number; readonly max: number; readonly gap: number },
): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  const given = [...wanted];
  let lowest = range.min;
  for (const i of order) {
    given[i] = Math.max(wanted[i]!, lowest);
    lowest = given[i]! + range.gap;
  }
  let highest = range.max;
  for (const i of order.toReversed()) {
    given[i] = Math.min(given[i]!, highest);
    highest = given[i]! - range.gap;
  }
  return given;
}
