/**
 * What a power cut leaves, drawn from a seed. Two models. *Ordered*, as ext4 in its default mode:
 * changes of names are on the disk in the order in which they were made, up to some point; pages of
 * 4,096 bytes are written whole or not. *Loose*, what POSIX allows: any of the changes of names,
 * and any sectors of 512 bytes; a file may have grown and hold zeros or old bytes where the new
 * ones were to come. In both any part of what no sync covers may be missing, out of order, torn.
 * Calls to change a name are never half done. Belongs to no step.
 */
import { chance, fraction, intBelow, pick, type SeededRandom } from '@muster/core/testing';
import {
  applyNames,
  applyWhole,
  type Disk,
  type FileContent,
  folderOf,
  type PendingWrite,
} from './disk.ts';

/** The files of a folder by name; undefined for a folder in it. */
export type DiskState = ReadonlyMap<string, Uint8Array | undefined>;

export type Model = 'ordered' | 'loose';

const blockBytes = { ordered: 4096, loose: 512 } as const;

/** How much of what was not synced is left. */
const ways = ['none', 'all', 'prefix', 'some', 'some', 'all-but-one', 'only-one', 'torn'] as const;
type Way = (typeof ways)[number];

interface Draw {
  readonly random: SeededRandom;
  readonly model: Model;
  readonly way: Way;
}

/** The state after a cut at this moment. */
export function survivors(disk: Disk, random: SeededRandom): DiskState {
  const model: Model = chance(random, 0.4) ? 'ordered' : 'loose';
  const way = pick(random, ways);
  return stateOf(disk, {
    names: survivingNames(disk, {
      random,
      model,
      way: chance(random, 0.5) ? way : pick(random, ways),
    }),
    content(file) {
      const pending = disk.pendingWrites(file);
      if (pending.length === 0) return disk.content(file).bytes;
      // Often all files fare alike, and often one does not.
      const own = chance(random, 0.7) ? way : pick(random, ways);
      return survivingContent(disk.content(file), pending, { random, model, way: own });
    },
  });
}

/** As a reader sees it who never loses power: everything that was done is there. */
export function everything(disk: Disk): DiskState {
  const names = new Map(disk.names);
  for (const { changes } of disk.pendingNames) applyNames(names, changes);
  return stateOf(disk, {
    names,
    content(file) {
      const content = disk.content(file).copy();
      for (const write of disk.pendingWrites(file)) applyWhole(content, write);
      return content.bytes;
    },
  });
}

function stateOf(
  disk: Disk,
  left: {
    readonly names: ReadonlyMap<string, number>;
    readonly content: (file: number) => Uint8Array;
  },
): DiskState {
  const state = new Map<string, Uint8Array | undefined>();
  const byName = [...left.names].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, file] of byName) {
    const folder = folderOf(name);
    // With a folder goes what was to be in it.
    if (folder !== '' && !state.has(folder)) continue;
    state.set(name, disk.isFolder(file) ? undefined : left.content(file));
  }
  return state;
}

function survivingNames(disk: Disk, draw: Draw): Map<string, number> {
  const { random, model, way } = draw;
  const names = new Map(disk.names);
  const pending = disk.pendingNames;
  const kept = model === 'ordered' ? prefixes(pending.length, way, random) : undefined;
  const chosen = kept ?? chosenOf(pending.length, way, random);
  for (const [i, { changes }] of pending.entries()) if (chosen(i)) applyNames(names, changes);
  return names;
}

function prefixes(count: number, way: Way, random: SeededRandom): (i: number) => boolean {
  const ends = { none: 0, all: count, 'all-but-one': count - 1, 'only-one': 1 } as const;
  const end = way in ends ? ends[way as keyof typeof ends] : intBelow(random, count + 1);
  return (i) => i < end;
}

/** Which of so many changes are on the disk. */
function chosenOf(count: number, way: Way, random: SeededRandom): (i: number) => boolean {
  if (way === 'none') return () => false;
  if (way === 'all') return () => true;
  if (way === 'some') {
    const share = fraction(random);
    return () => chance(random, share);
  }
  const one = intBelow(random, Math.max(1, count));
  if (way === 'only-one') return (i) => i === one;
  if (way === 'all-but-one') return (i) => i !== one;
  return (i) => i <= one;
}

function survivingContent(
  durable: FileContent,
  pending: readonly PendingWrite[],
  draw: Draw,
): Uint8Array {
  const { random, model, way } = draw;
  const content = durable.copy();
  const chosen = chosenOf(pending.length, way, random);
  const kept = pending.map((_, i) => chosen(i));
  const last = kept.lastIndexOf(true);
  const share = fraction(random);
  // In the looser model the size may be on the disk before the bytes are.
  const filler = model === 'loose' && chance(random, 0.3) ? fillerOf(random) : undefined;
  for (const [i, write] of pending.entries()) {
    const isTorn = (way === 'torn' && i === last) || (way === 'some' && chance(random, 0.3));
    if (write.kind === 'truncate') {
      if (kept[i]) content.truncate(write.size);
    } else if (kept[i] && isTorn) {
      writeTorn(content, write, { bytes: blockBytes[model], isThere: () => chance(random, share) });
    } else if (kept[i]) {
      content.write(write.at, write.bytes);
    } else if (filler) {
      grow(content, write.at + write.bytes.length, filler);
    }
  }
  return content.bytes;
}

/** Each block of the disk has what it had or what it was to have. */
function writeTorn(
  content: FileContent,
  { at, bytes }: Extract<PendingWrite, { kind: 'write' }>,
  block: { readonly bytes: number; readonly isThere: () => boolean },
): void {
  for (let from = at; from < at + bytes.length; ) {
    const to = Math.min(at + bytes.length, (Math.floor(from / block.bytes) + 1) * block.bytes);
    if (block.isThere()) content.write(from, bytes.subarray(from - at, to - at));
    from = to;
  }
}

/** What is found where a file has grown and its bytes did not come. */
function fillerOf(random: SeededRandom): (size: number) => Uint8Array {
  const isZero = chance(random, 0.5);
  return (size) => (isZero ? new Uint8Array(size) : random.bytes(size));
}

function grow(content: FileContent, size: number, filler: (size: number) => Uint8Array): void {
  if (size > content.size) content.write(content.size, filler(size - content.size));
}
