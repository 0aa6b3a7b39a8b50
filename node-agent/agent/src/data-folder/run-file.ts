/**
 * `agent.json`: which process runs in a data folder, and where it answers. The command line finds
 * the agent by it. It may be stale after a power cut or kill -9, so whoever reads it asks whether
 * that very process still lives.
 */
import { readFileSync, rmSync } from 'node:fs';
import { writeDurably } from '@muster/provisioning';

export interface RunRecord {
  readonly pid: number;
  /** Tells this process from a later one with the same number; empty where unknown. */
  readonly startMark: string;
  /** Where it answers on this machine, such as `http://127.0.0.1:8080`. */
  readonly url: string;
}

/** What the running process is recorded as. */
export function ownRunRecord(url: string): RunRecord {
  return { pid: process.pid, startMark: startMarkOf(process.pid) ?? '', url };
}

export function writeRunRecord(path: string, record: RunRecord): void {
  writeDurably(path, `${JSON.stringify(record)}\n`, { mode: 0o644 });
}

export function removeRunRecord(path: string): void {
  rmSync(path, { force: true });
}

/** The process that runs there now; undefined when none does. */
export function readRunRecord(path: string): RunRecord | undefined {
  try {
    const { pid, startMark, url } = JSON.parse(readFileSync(path, 'utf8')) as Partial<RunRecord>;
    if (!Number.isInteger(pid) || typeof startMark !== 'string' || typeof url !== 'string') {
      return undefined;
    }
    return isAlive(pid!) && startMarkOf(pid!) === (startMark || undefined)
      ? { pid: pid!, startMark, url }
      : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Boot and start time of a process (proc(5), field 22 of stat); undefined off Linux. */
function startMarkOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it may hold anything, also spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot}:${fields[19]}`;
  } catch {
    return undefined;
  }
}
