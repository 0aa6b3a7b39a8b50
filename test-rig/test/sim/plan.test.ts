/** Plans: drawn alike from the same seed, whole, in order, and read back from JSON as they were. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { drawPlan } from '../../src/sim/plan/plan.ts';
import { actionLog } from '../../src/sim/run/action-log.ts';
import { planIn, writePlan } from '../../src/sim/run/kept.ts';

const hourMs = 3_600_000;

function plan(seed: number) {
  return drawPlan({ seed, nodes: 8, hours: 12, scenario: 'storm' });
}

test('the same seed draws the same plan', () => {
  assert.deepEqual(plan(5), plan(5));
  assert.notDeepEqual(plan(5).actions, plan(6).actions);
});

test('actions come by time, within the hours, at boxes, lines and people that there are', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { actions, boxes, people, pairs } = plan(seed);
    actions.forEach((action, i) => {
      assert.ok(action.atMs >= (actions[i - 1]?.atMs ?? 0), `seed ${seed}: in order`);
      if (action.kind === 'write') assert.ok(action.atMs < 12 * hourMs);
      if ('line' in action) assert.ok(pairs[action.line]);
      if ('box' in action) assert.ok(boxes[action.box]);
      if ('person' in action) assert.ok(people[action.person]);
    });
  }
});

test('a plan that was written down is the same plan', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-plan-'));
  try {
    const file = join(folder, 'plan.json');
    writePlan(file, 'what it shows', plan(7));
    const read = planIn(file);
    assert.deepEqual(read.plan, JSON.parse(JSON.stringify(plan(7), infinities), reviver));
    assert.equal(read.about, 'what it shows');
    assert.ok(read.plan.contacts.every(({ untilMs }) => typeof untilMs === 'number'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const infinities = (_: string, value: unknown) => (value === Infinity ? 'for ever' : value);
const reviver = (_: string, value: unknown) => (value === 'for ever' ? Infinity : value);

test('every action of a storm is told in words, with its time', () => {
  const lines = actionLog(plan(3));
  assert.ok(lines.length > 100);
  for (const line of lines) assert.match(line, /^ +(?:\d+ d )?\d\d:\d\d:\d\d\.\d{3} {2}\S/);
  assert.doesNotMatch(lines.join('\n'), /undefined|NaN/);
});
