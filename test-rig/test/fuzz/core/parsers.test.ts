/** Every parser of core: its kept corpus and 10,000 inputs, and its valid inputs are taken. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertNoFaults, assertTaken, shortRun } from '../short-run.ts';

const parsers = [
  ...['bundle', 'cbor', 'admin-certificate', 'certificate', 'ticket', 'device', 'trust-list'],
  ...['site-rules', 'guest-pass', 'grant', 'admin-act', 'node-report', 'person-code'],
  ...['claim-code', 'claim-message', 'provision', 'admin-papers', 'channel-description'],
  ...['channel-link', 'channel-message', 'profile', 'channel-seal', 'site-card', 'site-policy'],
  ...['manifest', 'vault'],
];

for (const name of parsers) {
  test(`${name}: corpus and changed inputs`, async () => {
    const seed = 1;
    await assertTaken(name);
    const { counts, faults } = await shortRun(name, { seed, inputs: 5_000 });
    assertNoFaults(faults);
    assert.ok(counts.accepted > 0 && counts.accepted < counts.inputs, `seed ${seed}`);
  });
}
