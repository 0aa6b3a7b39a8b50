/** A short run over the crash states of every workload: what was promised outlives a cut. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crash } from '../../src/crash/crash.ts';
import { asText } from '../../src/crash/report.ts';

const seed = Date.now() >>> 0;

test(`what was promised is there after a power cut at any moment (seed ${seed})`, async () => {
  const report = await crash({ states: 300, seed, workers: 2 });
  assert.equal(report.failedSeed, undefined, asText(report));
  assert.ok(report.states >= 300, `only ${report.states} states`);
  for (const [name, { states }] of report.workloads) assert.ok(states > 20, `${name}: ${states}`);
});
