/** Every step of a durable write fails in turn: the old content or the new one is there, whole. */
import assert from 'node:assert/strict';
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type FileCalls, makeFolderDurably, writeDurably } from '@muster/provisioning';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-durable-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Real calls that count, note their order, and fail at call number `failAt`. */
function countedCalls(failAt = -1): FileCalls & { readonly made: string[] } {
  const made: string[] = [];
  const step = <A extends unknown[], R>(name: string, run: (...given: A) => R) => {
    return (...given: A): R => {
      if (made.push(name) - 1 === failAt) throw new Error(`no ${name}`);
      return run(...given);
    };
  };
  return {
    made,
    open: step('open', openSync),
    // One byte at a time, as a short write would.
    write: step('write', (file: number, bytes: Uint8Array) => writeSync(file, bytes, 0, 1)),
    sync: step('sync', fsyncSync),
    rename: step('rename', renameSync),
    // Undoing what was begun always works here; a file cannot half close.
    close: closeSync,
    remove: (path) => rmSync(path, { force: true }),
  };
}

test('content and name are synced before it returns, and only its owner can read it', (t) => {
  const folder = folderOf(t);
  const path = join(folder, 'x');
  const calls = countedCalls();
  writeDurably(path, 'ab', { calls });
  assert.deepEqual(calls.made, ['open', 'write', 'write', 'sync', 'rename', 'open', 'sync']);
  assert.equal(readFileSync(path, 'utf8'), 'ab');
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('a failure at any step leaves the old content or the new one', (t) => {
  const folder = folderOf(t);
  const path = join(folder, 'x');
  for (let failAt = 0; failAt < 7; failAt++) {
    writeDurably(path, 'old');
    assert.throws(() => writeDurably(path, 'nw', { calls: countedCalls(failAt) }), /no /);
    assert.equal(readFileSync(path, 'utf8'), failAt < 5 ? 'old' : 'nw', `step ${failAt}`);
    assert.deepEqual(readdirSync(folder), ['x'], `step ${failAt} leaves no litter`);
  }
});

test('a temporary file left by a power cut is in nobody’s way', (t) => {
  const path = join(folderOf(t), 'x');
  writeDurably(`${path}.new`, 'torn');
  writeDurably(path, 'whole');
  assert.equal(readFileSync(path, 'utf8'), 'whole');
});

test('a folder is made with those above it, private, and once is enough', (t) => {
  const top = folderOf(t);
  const path = join(top, 'a', 'b', 'c');
  makeFolderDurably(path);
  makeFolderDurably(path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  writeDurably(join(top, 'file'), '');
  assert.throws(() => makeFolderDurably(join(top, 'file', 'd')), { code: 'ENOTDIR' });
});
