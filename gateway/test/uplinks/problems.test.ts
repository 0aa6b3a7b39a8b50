/** What an admin far from the gateway is told of an uplink that does not work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UplinkInfo } from '../../src/uplinks/info.ts';
import { uplinkProblems } from '../../src/uplinks/problems.ts';

const none = { bundles: 0, bytes: 0 };
const up: UplinkInfo = {
  ...{ name: 'harbour', kind: 'relay', address: '/dns4/relay.example/tcp/7320', state: 'up' },
  ...{ sinceMs: 120_000, waiting: none, sent: 1, received: 1, deadLetters: 0 },
  waitingByLane: { urgent: none, normal: none, bulk: none },
  ...{ deadLettersForgotten: 0, problem: '', mend: '' },
};

test('one that works is no problem, one that is down for a minute is, in words', () => {
  assert.deepEqual(uplinkProblems(up), []);
  const down = {
    ...up,
    state: 'down',
    problem: 'The relay does not answer',
    mend: 'Wait',
  } as const;
  const [problem] = uplinkProblems(down);
  assert.deepEqual([problem!.code, problem!.severity], ['uplink-down-harbour', 'problem']);
  const text = 'The uplink harbour does not work: The relay does not answer. Wait.';
  assert.equal(problem!.text, text);
  assert.deepEqual(uplinkProblems({ ...down, sinceMs: 10_000 }), []);
  assert.deepEqual(uplinkProblems({ ...down, state: 'paused' }), [], 'somebody wanted it so');
  const [letters] = uplinkProblems({ ...up, deadLetters: 3 });
  assert.match(letters!.text, /3 messages were given up/);
});
