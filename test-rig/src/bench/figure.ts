/** One measured figure, ours beside the peer's of the same run. What `npm run bench` prints. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number;
  /** ours / peer. */
  readonly ratio: number;
  /** What DESIGN's budgets ask of the ratio, with its direction, such as '<= 1.35'. */
  readonly goal: string;
  /** The single ratios (or measurements) behind it. */
  readonly samples: readonly number[];
}

export interface BenchOptions {
  /** Fewer and smaller rounds: to see that it runs, not to quote. */
  readonly quick: boolean;
  /** Where plots are written, where they are wanted. */
  readonly plotsFolder?: string;
}

/** A figure of a single measurement. */
export function figure(
  name: string,
  unit: string,
  { ours, peer, goal }: Pick<Figure, 'ours' | 'peer' | 'goal'>,
): Figure {
  const ratio = ours / peer;
  return { name, unit, ours, peer, ratio, goal, samples: [ratio] };
}
