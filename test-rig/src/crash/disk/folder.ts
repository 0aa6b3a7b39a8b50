/** A state of the disk as a real folder: made, read back, and told from other states. */
import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiskState } from './survivors.ts';

/** Whatever was there goes. */
export function makeFolder(path: string, state: DiskState): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  for (const [name, bytes] of state) {
    if (bytes === undefined) mkdirSync(join(path, name));
    else writeFileSync(join(path, name), bytes);
  }
}

export function readFolder(path: string): DiskState {
  const state = new Map<string, Uint8Array | undefined>();
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const whole = join(entry.parentPath, entry.name);
    if (entry.isSocket()) continue;
    state.set(whole.slice(path.length + 1), entry.isDirectory() ? undefined : readFileSync(whole));
  }
  return state;
}

/** 52 bits of a hash over names and bytes: at 200,000 states two meet once in 200,000 runs. */
export function stateHash(state: DiskState): number {
  const parts = [...state].map(([name, bytes]) => `${name} ${bytes ? hash('sha1', bytes) : '/'}`);
  return Number.parseInt(hash('sha1', parts.sort().join('\n')).slice(0, 13), 16);
}

/** The first names in which two states differ. */
export function differences(a: DiskState, b: DiskState): string[] {
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].filter((name) => {
    if (a.has(name) !== b.has(name)) return true;
    return Buffer.compare(a.get(name) ?? Buffer.of(), b.get(name) ?? Buffer.of()) !== 0;
  });
}
