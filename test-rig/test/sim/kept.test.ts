/** Seeds that failed once: what they found must not come back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { keptNames, keptPlan } from '../../src/sim/run/kept.ts';
import { runPlan } from '../../src/sim/run/outcome.ts';

const crypto = createSodiumCrypto();

for (const name of keptNames()) {
  const { about, plan } = keptPlan(name);
  test(`${name}: ${about}`, () => {
    assert.deepEqual(runPlan(crypto, plan).violations, []);
  });
}
