/**
 * Walks once through a recording and tries some states on the way: each is made as a real folder,
 * opened by the real code, and held against what was promised up to its cut. Every state is drawn
 * from the seed and its own number alone, so that one of them can be tried again.
 */
import { SeededRandom } from '@muster/core/testing';
import { Disk } from '../disk/disk.ts';
import { makeFolder, stateHash } from '../disk/folder.ts';
import { type DiskState, survivors } from '../disk/survivors.ts';
import type { Operation } from '../operation.ts';
import type { Workload } from '../workloads/workload.ts';
import { Cuts } from './cuts.ts';

export interface WalkOptions {
  readonly workload: Workload;
  readonly operations: readonly Operation[];
  readonly seed: number;
  /** Numbers of the states. */
  readonly from: number;
  readonly to: number;
  /** Where each is made; nothing else may lie there. */
  readonly folder: string;
  /** States tried before, with the latest moment at which each was; grows. */
  readonly tried: Map<number, number>;
}

export interface Failure {
  readonly state: number;
  /** Operations done when the power was cut. */
  readonly cut: number;
  readonly faults: readonly string[];
}

export interface Walked {
  /** Hashes of the states that were opened and had not been before. */
  readonly fresh: readonly number[];
  readonly opened: number;
  readonly failures: readonly Failure[];
  /** Processor time, milliseconds. */
  readonly openMsMax: number;
}

/**
 * The longest that opening and checking may take together: of this process's own time, for nothing
 * waits for a disk here and the machine may be busy.
 */
const openMsAllowed = 2_000;
const faultsToldMax = 5;

export async function walk(options: WalkOptions): Promise<Walked> {
  const { operations, workload, folder, tried } = options;
  const disk = new Disk();
  const promises = workload.promises(marksOf(operations));
  const fresh: number[] = [];
  const failures: Failure[] = [];
  let opened = 0;
  let openMsMax = 0;
  for (const { state, cut, random } of drawn(options)) {
    for (const operation of operations.slice(disk.at, cut)) {
      disk.follow(operation);
      if (operation.kind === 'mark') promises.saw(operation.mark);
    }
    const left = survivors(disk, random);
    const known = stateHash(left);
    const before = tried.get(known);
    // The same folder with no more promised than when it was tried.
    if (before !== undefined && before >= cut) continue;
    tried.set(known, cut);
    if (before === undefined) fresh.push(known);
    makeFolder(folder, left);
    const started = process.cpuUsage();
    const faults = await faultsOf(() => promises.check(folder));
    const { user, system } = process.cpuUsage(started);
    const tookMs = (user + system) / 1_000;
    if (tookMs > openMsAllowed) faults.push(`it took ${Math.round(tookMs)} ms to open`);
    openMsMax = Math.max(openMsMax, tookMs);
    opened++;
    if (faults.length > 0) failures.push({ state, cut, faults: faults.slice(0, faultsToldMax) });
  }
  return { fresh, opened, failures, openMsMax };
}

/** One state by its number. */
export function stateOf(
  { operations, seed }: Pick<WalkOptions, 'operations' | 'seed'>,
  state: number,
): { readonly cut: number; readonly left: DiskState } {
  const random = randomOf(seed, state);
  const cut = new Cuts(operations).draw(random);
  const disk = new Disk();
  for (const operation of operations.slice(0, cut)) disk.follow(operation);
  return { cut, left: survivors(disk, random) };
}

function marksOf(operations: readonly Operation[]): unknown[] {
  return operations.flatMap((operation) => (operation.kind === 'mark' ? [operation.mark] : []));
}

/** In the order of their cuts, for the recording is walked once. */
function drawn({ operations, seed, from, to }: WalkOptions) {
  const cuts = new Cuts(operations);
  const states = Array.from({ length: to - from }, (_, i) => {
    const random = randomOf(seed, from + i);
    return { state: from + i, random, cut: cuts.draw(random) };
  });
  return states.sort((a, b) => a.cut - b.cut);
}

/** Both are spread first: neighbouring states shall have nothing in common. */
function randomOf(seed: number, state: number): SeededRandom {
  return new SeededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(state + 1, 0x85ebca6b));
}

async function faultsOf(check: () => Promise<readonly string[]>): Promise<string[]> {
  try {
    return [...(await check())];
  } catch (error) {
    return [`it does not open: ${error instanceof Error ? error.message : String(error)}`];
  }
}
