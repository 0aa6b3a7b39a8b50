/** Making a failing plan small: what it takes is left, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawPlan, type Plan } from '../../src/sim/plan/plan.ts';
import { minimise } from '../../src/sim/run/minimise.ts';

const whole = drawPlan({ seed: 4, nodes: 6, hours: 24, scenario: 'storm' });
const crashes = whole.actions.filter(({ kind }) => kind === 'crash');
const cuts = whole.actions.filter(({ kind }) => kind === 'cut');
const [crash, cut] = [crashes[2]!, cuts[3]!];

/** Fails when both are in it, at the later of the two. */
function failsAt({ actions }: Plan): number | undefined {
  const isBroken = actions.includes(crash) && actions.includes(cut);
  return isBroken ? Math.max(crash.atMs, cut.atMs) : undefined;
}

test('only the two actions that it takes are left, and no hour too many', () => {
  const small = minimise(whole, { failsAt, isOver: () => false });
  assert.deepEqual(new Set(small.actions), new Set([crash, cut]));
  const lastMs = Math.max(crash.atMs, cut.atMs);
  assert.ok(small.options.hours * 3_600_000 >= lastMs);
  assert.ok(small.boxes.every(({ liar }) => liar === undefined));
});

test('when the time is over, what is smallest by then is the answer, and it still fails', () => {
  let asked = 0;
  const small = minimise(whole, { failsAt, isOver: () => ++asked > 12 });
  assert.notEqual(failsAt(small), undefined);
  assert.ok(small.actions.length <= whole.actions.length);
});
