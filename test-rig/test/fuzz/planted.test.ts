/** The fuzzer finds what is planted: a wrong form taken, memory, a loop, a right by forgery. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultKind } from '../../src/fuzz/engine/fault.ts';
import { fuzz } from '../../src/fuzz/fuzz.ts';
import { runIndex } from '../../src/fuzz/single.ts';
import { plantedBugs } from '../../src/planted/bugs.ts';
import { plantedFlags } from '../../src/planted/flags.ts';

const cases: Readonly<
  Record<string, { readonly target: string; readonly kinds: readonly FaultKind[] }>
> = {
  'cbor-in-any-form': { target: 'manifest', kinds: ['exception'] },
  // To fill so much memory takes longer than an input may, on most machines.
  'memory-as-declared': { target: 'manifest', kinds: ['memory', 'slow'] },
  'list-without-end': { target: 'manifest', kinds: ['hang'] },
  'sign-forgotten': { target: 'dbus-message', kinds: ['exception'] },
  'rights-of-any-node': { target: 'forged', kinds: ['exception'] },
};

test('each planted bug of the fuzzer has a case', () => {
  const planted = plantedBugs.filter(({ where }) => where === 'fuzz').map(({ name }) => name);
  assert.deepEqual(planted.sort(), Object.keys(cases).sort());
});

for (const [bug, { target, kinds }] of Object.entries(cases)) {
  test(`${bug} is found, with its input`, async () => {
    const options = { targets: [target], seed: 5, inputs: 1_500, workers: 1 };
    const planted = { execArgv: plantedFlags(bug), silenceMsMax: 4_000 };
    const { faults } = await fuzz({ ...options, ...planted }, () => {});
    const fault = faults.find((found) => kinds.includes(found.kind));
    assert.ok(fault, `seed 5: ${JSON.stringify(faults.map(({ text }) => text))}`);
    // Without the bug the very same input is no fault.
    const single = await runIndex(target, fault);
    assert.equal(single.input, fault.input);
    assert.equal(single.fault, undefined);
  });
}
