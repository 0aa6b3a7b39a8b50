/** Bugs planted into our own code: the simulated world catches each within 50 seeds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plantedBugs } from '../../src/planted/bugs.ts';
import { searchPlanted } from '../../src/sim/run/search.ts';

const small = { firstSeed: 1, seedsMax: 50, nodes: 5, hours: 12, jobs: 1 } as const;

for (const { name: bug } of plantedBugs.filter(({ where }) => where === 'sim')) {
  test(`${bug} is caught`, async (t) => {
    const caught = await searchPlanted({ bug, ...small });
    assert.notEqual(caught.seeds, undefined);
    t.diagnostic(`after ${caught.seeds} seeds: ${caught.check}: ${caught.text}`);
  });
}
