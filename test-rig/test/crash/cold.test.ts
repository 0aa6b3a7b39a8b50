/**
 * A recording while Node writes its cache of compiled code for the first time, as on a fresh
 * machine: what goes there has numbers of files that were ours, and is none of ours.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/crash/main.ts', import.meta.url));

test('a process whose code is compiled for the first time is recorded whole', (t) => {
  const empty = mkdtempSync(join(tmpdir(), 'muster-cold-'));
  t.after(() => rmSync(empty, { recursive: true, force: true }));
  const args = ['--only', 'files', '--states', '10', '--seed', '7', '--workers', '1'];
  const env = { TMPDIR: empty, PATH: '/usr/bin:/bin' };
  const { status, stderr } = spawnSync(process.execPath, [main, ...args], { env });
  assert.equal(status, 0, stderr.toString());
});
