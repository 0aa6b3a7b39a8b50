/**
 * Puts a damaged database aside, with its log, so that the broker starts with an empty one (step
 * 6). A few are kept for whoever wants to look at them. Nothing is ever repaired.
 */
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { quarantinesMax } from './limits.ts';

const parts = ['', '-wal', '-shm'];

/** Moves the files away; the new path of the database. */
export function quarantine(path: string): string {
  const kept = numbers(path);
  const to = `${path}.damaged-${(kept.at(-1) ?? 0) + 1}`;
  for (const part of parts) {
    if (existsSync(path + part)) renameSync(path + part, to + part);
  }
  rmSync(markerOf(path), { force: true });
  for (const old of kept.slice(0, Math.max(0, kept.length + 1 - quarantinesMax))) {
    for (const part of parts) rmSync(`${path}.damaged-${old}${part}`, { force: true });
  }
  return to;
}

/** Damage came up while the database was in use: the next start puts it aside. */
export function markDamaged(path: string): void {
  try {
    writeFileSync(markerOf(path), '');
  } catch {
    // The disk takes not even this; the next start checks the file anyway.
  }
}

export function isMarkedDamaged(path: string): boolean {
  return existsSync(markerOf(path));
}

function markerOf(path: string): string {
  return `${path}-is-damaged`;
}

function numbers(path: string): number[] {
  const prefix = `${basename(path)}.damaged-`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
}
