/** The crash states find what they are there to find: syncs that somebody forgot. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { type CrashOptions, crash } from '../../src/crash/crash.ts';
import { repeat } from '../../src/crash/repeat.ts';
import { plantedBugs } from '../../src/planted/bugs.ts';
import { plantedFlags } from '../../src/planted/flags.ts';

const statesMax = 500;
const seed = 20261121;

/** Where each shows. */
const shows: Readonly<Record<string, CrashOptions['only']>> = {
  'store-without-sync': ['store'],
  'broker-without-sync': ['mqtt'],
  'killed-and-not-synced': ['node'],
  'rename-without-sync': ['files'],
  'folder-without-sync': ['node'],
};

for (const { name } of plantedBugs.filter(({ where }) => where === 'crash')) {
  test(`${name} is found within ${statesMax} states`, async (t) => {
    const only = shows[name];
    assert.ok(only, 'say where it shows');
    const execArgv = plantedFlags(name);
    const report = await crash({ states: statesMax, seed, only, execArgv, workers: 1 });
    assert.ok(report.kept && report.failedSeed !== undefined, `not in ${report.states} states`);
    t.after(() => rmSync(report.kept!, { recursive: true, force: true }));
    t.diagnostic(`after ${report.states} states`);
    const [[workload, tally] = assert.fail('no workload')] = report.workloads;
    const [failure = assert.fail('no failure')] = tally.failures;
    // What it kept shows the very same again.
    const { state } = failure;
    const again = await repeat({
      recordings: report.kept,
      seed: report.failedSeed,
      workload,
      state,
    });
    assert.deepEqual(again.faults, failure.faults);
  });
}
