/** What the kernel says of a running process (proc(5)): its memory and the time it computed. */
import { readFileSync } from 'node:fs';

const mib = 1024 * 1024;
/** USER_HZ, the same on every Linux that we run on. */
const ticksPerSecond = 100;

export interface ProcessFigures {
  readonly rssMiB: number;
  readonly cpuS: number;
}

/** Undefined once it has ended. */
export function processFigures(pid: number | undefined): ProcessFigures | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const rssKiB = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
    // After the name in brackets: state is field 3, utime and stime are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      rssMiB: (rssKiB * 1024) / mib,
      cpuS: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    };
  } catch {
    return undefined;
  }
}
