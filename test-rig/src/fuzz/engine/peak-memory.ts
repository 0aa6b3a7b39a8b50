/**
 * The peak of this process's resident memory since it was last begun anew (Linux: proc(5),
 * clear_refs and VmHWM): it also sees what was taken and given back within one input.
 */
import { openSync, writeSync } from 'node:fs';

const mb = 2 ** 20;
let clearRefs: number | undefined;

/** From here on the peak counts. */
export function beginPeak(): void {
  clearRefs ??= openSync('/proc/self/clear_refs', 'w');
  writeSync(clearRefs, '5');
}

export function peakMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}

export function residentMb(): number {
  return process.memoryUsage.rss() / mb;
}

/** Heap and array buffers in use: after a collection, what is held. */
export function heldMb(): number {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / mb;
}
