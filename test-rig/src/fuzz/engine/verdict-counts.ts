/** What became of many inputs of one target; counts of several chunks add up. */
export interface VerdictCounts {
  inputs: number;
  accepted: number;
  /** By typed reason; `false` without one is `refused`. */
  readonly refused: Record<string, number>;
  slowestMs: number;
  /** Most that memory grew over a few inputs, garbage included. */
  highestMb: number;
  /** Most that was in use before some chunks, after the garbage was taken away: shows a leak. */
  heldMb: number;
  /** CPU time in milliseconds, making of inputs included. */
  cpuMs: number;
}

export function noCounts(): VerdictCounts {
  return { inputs: 0, accepted: 0, refused: {}, slowestMs: 0, highestMb: 0, heldMb: 0, cpuMs: 0 };
}

export function addCounts(sum: VerdictCounts, more: VerdictCounts): void {
  sum.inputs += more.inputs;
  sum.accepted += more.accepted;
  for (const [reason, times] of Object.entries(more.refused)) {
    sum.refused[reason] = (sum.refused[reason] ?? 0) + times;
  }
  sum.slowestMs = Math.max(sum.slowestMs, more.slowestMs);
  sum.highestMb = Math.max(sum.highestMb, more.highestMb);
  sum.heldMb = Math.max(sum.heldMb, more.heldMb);
  sum.cpuMs += more.cpuMs;
}
