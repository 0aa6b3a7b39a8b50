/** What one reconciliation took, of either contestant. */
export interface Cost {
  /** All bytes of the messages as they are sent, both ways. */
  readonly bytes: number;
  /** The same without a text encoding: what a binary transport of the same messages would carry. */
  readonly binaryBytes: number;
  /** A half where the side that began has the last word. */
  readonly roundTrips: number;
  /** CPU time of both ends together, milliseconds. */
  readonly cpuMs: number;
}

/** CPU milliseconds of this process since `before`. */
export function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
