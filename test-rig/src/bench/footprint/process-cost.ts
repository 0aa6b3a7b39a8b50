/**
 * What a running process costs, read from /proc (proc(5)): memory now, CPU time since its start.
 */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessCost {
  readonly residentBytes: number;
  /** User and system, all threads, with the scheduler's own resolution (nanoseconds). */
  readonly cpuMs: number;
}

export function costOf(pid: number): ProcessCost {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return {
    residentBytes: fieldKib(rollup, 'Rss') * 1024,
    cpuMs: cpuMsOf(pid),
  };
}

/** Threads that have ended are missing; Node keeps its own for as long as it lives. */
export function cpuMsOf(pid: number): number {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return ns / 1e6;
}

function fieldKib(text: string, name: string): number {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text);
  if (!match) throw new Error(`no ${name} in smaps_rollup`);
  return Number(match[1]);
}
