/** The simulated world: it repeats by seed, and what it promises holds under whatever is drawn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { scenarioNames } from '../../src/sim/plan/options.ts';
import { drawPlan } from '../../src/sim/plan/plan.ts';
import { runPlan } from '../../src/sim/run/outcome.ts';

const crypto = createSodiumCrypto();

function run(seed: number, scenario: (typeof scenarioNames)[number] = 'any') {
  return runPlan(crypto, drawPlan({ seed, nodes: 6, hours: 6, scenario }));
}

test('the same seed gives the same trace, another seed another one', () => {
  const [first, again, other] = [run(1), run(1), run(2)];
  assert.equal(again.traceHash, first.traceHash);
  assert.notEqual(other.traceHash, first.traceHash);
});

for (const scenario of scenarioNames) {
  test(`every check holds in a world of the scenario ${scenario}`, () => {
    const outcome = run(11, scenario);
    assert.deepEqual(outcome.violations, []);
    assert.ok(outcome.deliveries > 0);
  });
}
