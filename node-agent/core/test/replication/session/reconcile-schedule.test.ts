/** Turns of reconciliations: nobody keeps one by being slow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconcileLimits } from '../../../src/replication/limits.ts';
import { ReconcileSchedule } from '../../../src/replication/session/reconcile-schedule.ts';
import { Turns } from '../../../src/replication/session/turns.ts';
import { FakeClock } from '../../../src/testing/fake-clock.ts';
import { SeededRandom } from '../../../src/testing/seeded-random.ts';

test('a neighbour that answers drop by drop keeps its session, and no other from its turn', () => {
  const clock = new FakeClock();
  const mesh = { clock, random: new SeededRandom(1), reconcileTurns: new Turns(1) };
  const told: string[] = [];
  const scheduleOf = (name: string) =>
    new ReconcileSchedule({
      mesh,
      traffic: { moved: false },
      isDue: () => true,
      begin: () => told.push(`${name} begins`),
      carriedBytes: () => 0,
      onLost: () => told.push(`${name} is lost`),
    });
  const [slow, next] = [scheduleOf('slow'), scheduleOf('next')];
  slow.begin();
  next.begin();
  assert.deepEqual(told, ['slow begins']);
  for (let ms = 0; ms < 2 * reconcileLimits.lostMs; ms += 10_000) {
    slow.onHeard();
    next.onHeard();
    clock.advance(10_000);
    if (ms === reconcileLimits.stallMs) assert.deepEqual(told, ['slow begins', 'next begins']);
  }
  next.stop();
  clock.advance(reconcileLimits.lostMs);
  assert.deepEqual(told, ['slow begins', 'next begins', 'slow is lost']);
  slow.stop();
  assert.equal(clock.waiting, 0);
});
