/** A short run over the crash states of some workloads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crash } from '../../../src/crash/crash.ts';
import { asText } from '../../../src/crash/report.ts';
import type { WorkloadName } from '../../../src/crash/workloads/list.ts';

const states = 150;

export function testStates(only: readonly WorkloadName[]): void {
  const seed = Date.now() >>> 0;
  test(`${only.join(' and ')} hold after a power cut at any moment (seed ${seed})`, async () => {
    const report = await crash({ states, seed, only, workers: 1 });
    assert.equal(report.failedSeed, undefined, asText(report));
    assert.ok(report.states >= states, `only ${report.states} states`);
    for (const name of only) {
      assert.ok((report.workloads.get(name)?.states ?? 0) > 0, `none of ${name}`);
    }
  });
}
