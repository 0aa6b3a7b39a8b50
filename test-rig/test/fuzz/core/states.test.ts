/** What has a state behind it: sessions with a node, reconciliations, forged bundles, claims. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertNoFaults, assertTaken, shortRun } from '../short-run.ts';

for (const name of ['session', 'iblt', 'claim']) {
  test(`${name}: corpus and changed inputs`, async () => {
    const seed = 1;
    await assertTaken(name);
    const { counts, faults } = await shortRun(name, { seed, inputs: 4_000 });
    assertNoFaults(faults);
    assert.ok(counts.accepted > 0 && counts.accepted < counts.inputs, `seed ${seed}`);
  });
}

test('forged, replayed and cross-posted bundles: none is taken', async () => {
  const { counts, faults } = await shortRun('forged', { seed: 1, inputs: 5_000 });
  assertNoFaults(faults);
  assert.equal(counts.accepted, 0);
  // Each way of a forgery met the node.
  const kinds = new Set(Object.keys(counts.refused).map((reason) => reason.split(':')[0]));
  assert.ok(kinds.size >= 20, `${kinds.size} kinds`);
});
