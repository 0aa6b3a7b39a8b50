/** Planting a bug: the text is there once, the process runs the patched code, the disk does not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { plantedBugs } from '../../src/planted/bugs.ts';
import { plantedFlags } from '../../src/planted/flags.ts';

const root = new URL('../../../', import.meta.url);

for (const { name, file, find } of plantedBugs) {
  test(`the text that ${name} changes is there exactly once`, () => {
    assert.equal(readFileSync(new URL(file, root), 'utf8').split(find).length, 2);
  });
}

function start(bug: string) {
  const core = new URL('node-agent/core/src/index.ts', root).href;
  const script = `const { Role } = await import('${core}'); console.log(Role.guest);`;
  const args = [...plantedFlags(bug), '--input-type=module', '--eval', script];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

test('a process with a planted bug starts', () => {
  const { status, stdout } = start('no-dedup');
  assert.equal(status, 0);
  assert.match(stdout, /^\d+\n$/);
});

test('a bug that is not known stops the process', () => {
  const { status, stderr } = start('no-such');
  assert.notEqual(status, 0);
  assert.match(stderr, /no planted bug "no-such"/);
});
