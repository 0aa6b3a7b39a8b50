/** The monotonic clock, the same in all processes of the machine: that of traces. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
