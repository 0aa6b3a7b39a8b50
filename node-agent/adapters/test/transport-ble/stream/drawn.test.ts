import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { runSchedule } from './drawn-schedule.ts';

/** Each seed that ever failed stays. */
const keptSeeds: readonly number[] = [];
const firstSeed = 1;
const seeds = 600;

test(`${seeds} drawn lives: what comes out is a beginning of what went in`, async () => {
  const counts = { whole: 0, closed: 0, switched: 0 };
  const reasons = new Map<string, number>();
  const all = [...keptSeeds, ...Array.from({ length: seeds }, (_, at) => firstSeed + at)];
  for (const seed of all) {
    try {
      const outcome = await runSchedule(seed);
      counts[outcome.end] += 1;
      if (outcome.carriers.length > 1) counts.switched += 1;
      for (const reason of outcome.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    } catch (error) {
      throw new Error(`seed ${seed} (runSchedule(${seed}) repeats it)`, { cause: error });
    }
  }
  // That the lives are drawn well: each kind of end occurs, and switches do.
  assert.ok(counts.whole > seeds / 4 && counts.closed > seeds / 8, JSON.stringify(counts));
  assert.ok(counts.switched > seeds / 10, JSON.stringify(counts));
  for (const reason of ['connection-lost', 'closed-by-peer', 'silent', 'enough']) {
    assert.ok(reasons.has(reason), reason);
  }
});
