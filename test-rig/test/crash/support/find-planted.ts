/** Plants a bug into the processes that are recorded, and sees it found. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { crash } from '../../../src/crash/crash.ts';
import { repeat } from '../../../src/crash/repeat.ts';
import type { WorkloadName } from '../../../src/crash/workloads/list.ts';
import { plantedFlags } from '../../../src/planted/flags.ts';

const statesMax = 500;
const seed = 20261121;

/** Each bug, by the workload in which it shows. */
export function testPlanted(bugs: Readonly<Record<string, WorkloadName>>): void {
  for (const [name, workload] of Object.entries(bugs)) {
    test(`${name} is found within ${statesMax} states`, async (t) => {
      const execArgv = plantedFlags(name);
      const options = { states: statesMax, seed, only: [workload], execArgv, workers: 1 };
      const report = await crash(options);
      const { kept, failedSeed } = report;
      assert.ok(kept !== undefined && failedSeed !== undefined, `not in ${report.states} states`);
      t.after(() => rmSync(kept, { recursive: true, force: true }));
      t.diagnostic(`after ${report.states} states`);
      const [failure] = report.workloads.get(workload)?.failures ?? [];
      assert.ok(failure);
      // What it kept shows the very same again.
      const { state } = failure;
      const again = await repeat({ recordings: kept, seed: failedSeed, workload, state });
      assert.deepEqual(again.faults, failure.faults);
    });
  }
}
