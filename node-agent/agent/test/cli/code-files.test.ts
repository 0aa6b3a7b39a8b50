/** Codes and sheets as files: for whoever ran the command only. */
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeNew } from '../../src/cli/code-files.ts';
import { temporaryFolder } from '../support/real-agent.ts';

test('a file with a secret is nobody else’s, also where one lay that was', (t) => {
  const folder = temporaryFolder(t);
  for (const [name, before] of [
    ['new.txt', undefined],
    ['old.txt', 'of before, and longer'],
  ] as const) {
    const path = join(folder, name);
    if (before) writeFileSync(path, before, { mode: 0o644 });
    writeNew(path, 'secret');
    assert.equal(statSync(path).mode & 0o777, 0o600, name);
    assert.equal(readFileSync(path, 'utf8'), 'secret');
  }
  assert.throws(() => writeNew(join(folder, 'none', 'x'), ''), /cannot be written \(ENOENT\)/);
});
