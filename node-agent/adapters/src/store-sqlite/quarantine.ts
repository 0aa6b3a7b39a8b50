/**
 * Puts a damaged database aside, with its log, so that the node starts empty and refills from its
 * neighbours (step 3). A few are kept for whoever wants to look at them. Nothing is ever repaired.
 */
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { quarantinesMax } from './constants.ts';

const parts = ['', '-wal', '-shm'];

/** Moves the files away; the new path of the database. */
export function quarantine(path: string): string {
  const number = (numbers(path).at(-1) ?? 0) + 1;
  const to = `${path}.damaged-${number}`;
  for (const part of parts) {
    if (existsSync(path + part)) renameSync(path + part, to + part);
  }
  rmSync(markerOf(path), { force: true });
  removeQuarantines(path, quarantinesMax);
  return to;
}

/** Removes all but the newest `kept`. */
export function removeQuarantines(path: string, kept: number): void {
  for (const number of numbers(path).reverse().slice(kept)) {
    for (const part of parts) rmSync(`${path}.damaged-${number}${part}`, { force: true });
  }
}

/** Damage came up while the store was in use: the next start puts it aside. */
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
  return readdirSync(join(dirname(path), '.'))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
}
