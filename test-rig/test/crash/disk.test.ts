/** The model of a disk: what a sync covers is there after any cut, and nothing else need be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '@muster/core/testing';
import { Disk } from '../../src/crash/disk/disk.ts';
import { everything, survivors } from '../../src/crash/disk/survivors.ts';
import type { Operation } from '../../src/crash/operation.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const write = (file: number, at: number, text: string): Operation => {
  return { kind: 'write', file, at, bytes: bytes(text) };
};

function diskAfter(operations: readonly Operation[]): Disk {
  const disk = new Disk();
  for (const operation of operations) disk.follow(operation);
  return disk;
}

/** All that is ever left of a file, as text; undefined where it is missing. */
function leftOf(disk: Disk, name: string): Set<string | undefined> {
  const found = new Set<string | undefined>();
  for (let seed = 0; seed < 400; seed++) {
    const state = survivors(disk, new SeededRandom(seed));
    found.add(state.has(name) ? Buffer.from(state.get(name)!).toString() : undefined);
  }
  return found;
}

const folder: Operation = { kind: 'folder', file: 1, name: '' };
const synced = (file: number, sync: bigint): Operation[] => [
  { kind: 'sync-begin', file, sync },
  { kind: 'sync-end', file, sync },
];
const named: readonly Operation[] = [
  folder,
  { kind: 'create', file: 2, name: 'a' },
  ...synced(1, 1n),
];

test('what was synced is there, what was not may be', () => {
  const disk = diskAfter([...named, write(2, 0, 'old'), ...synced(2, 2n), write(2, 0, 'new')]);
  assert.deepEqual([...leftOf(disk, 'a')].sort(), ['new', 'old']);
  assert.equal(Buffer.from(everything(disk).get('a')!).toString(), 'new');
});

test('a sync covers what was written before it began, and only once it has ended', () => {
  const [begin, end] = synced(2, 2n) as [Operation, Operation];
  const begun = [...named, write(2, 0, 'x'), begin, write(2, 1, 'y')];
  assert.ok(leftOf(diskAfter(begun), 'a').has(''));
  const left = leftOf(diskAfter([...begun, end]), 'a');
  assert.ok(left.has('x') && left.has('xy'));
  assert.ok([...left].every((text) => text?.startsWith('x')));
});

test('a name lasts from the sync of its folder on; a rename is never half done', () => {
  const renamed: readonly Operation[] = [
    ...named,
    ...[write(2, 0, 'old'), ...synced(2, 2n), { kind: 'create', file: 3, name: 'a.new' } as const],
    ...[write(3, 0, 'new'), ...synced(3, 3n)],
    { kind: 'rename', file: 3, from: 'a.new', to: 'a' },
  ];
  assert.deepEqual([...leftOf(diskAfter(renamed), 'a')].sort(), ['new', 'old']);
  assert.deepEqual([...leftOf(diskAfter([...renamed, ...synced(1, 4n)]), 'a')], ['new']);
});

test('a file that takes a name before it is synced may be empty under it', () => {
  const disk = diskAfter([
    ...named,
    ...[{ kind: 'create', file: 3, name: 'a.new' } as const, write(3, 0, 'new')],
    ...[{ kind: 'rename', file: 3, from: 'a.new', to: 'a' } as const, ...synced(1, 2n)],
  ]);
  assert.ok(leftOf(disk, 'a').has(''));
});
