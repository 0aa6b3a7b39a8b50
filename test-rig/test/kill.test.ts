/** A short run of the kill rig: nothing that was answered *held* is lost over a few kills. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runKill } from '../src/rig/kill/kill.ts';

test('what was answered held outlives kill -9 under load', async (t) => {
  const seed = Date.now() >>> 0;
  const report = await runKill((line) => t.diagnostic(line), { rounds: 6, seed });
  assert.deepEqual(report.failures, []);
  assert.equal(report.figures.kills, 6);
  assert.ok((report.figures.heldBundles ?? 0) > 0, 'the load reached the store');
});
