/** The soak's verdicts can fail: each finds what is planted, under the noise of a real run. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SoakRecord } from '../../src/soak/record.ts';
import { trendOf } from '../../src/soak/trend.ts';
import { judge } from '../../src/soak/verdicts.ts';
import { metrics, sampleRecord } from './sample-record.ts';

function stateOf(record: SoakRecord, name: string): string {
  const verdict = judge(record).find((one) => one.name === name);
  assert.ok(verdict, name);
  return verdict.state;
}

describe('soak verdicts', () => {
  it('hold for a healthy hour', () => {
    for (const { name, state, seen } of judge(sampleRecord())) {
      assert.equal(state, 'held', `${name}: ${seen}`);
    }
  });

  it('find a leak of 2 MB an hour under the noise, with every seed', () => {
    for (let seed = 1; seed <= 25; seed++) {
      const leaky = sampleRecord({ seed, leakBytesPerHour: 2e6 });
      assert.equal(stateOf(leaky, 'Memory'), 'broken', `seed ${seed}`);
      assert.equal(stateOf(sampleRecord({ seed }), 'Memory'), 'held', `seed ${seed}`);
    }
  });

  it('say of a short run that it was too short, and not that it held', () => {
    assert.equal(stateOf(sampleRecord({ minutes: 3 }), 'Memory'), 'undecided');
  });

  it('find descriptors that are never closed', () => {
    assert.equal(stateOf(sampleRecord({ descriptorsPerHour: 12 }), 'Descriptors'), 'broken');
    assert.equal(stateOf(sampleRecord({ descriptorsPerHour: 1 }), 'Descriptors'), 'held');
  });

  it('find what is missing, doubled, still queued, or gone', () => {
    const record = sampleRecord();
    const [check] = record.checks;
    const last = record.samples.at(-1)!;
    const withLast = (changed: Partial<typeof last>): SoakRecord => ({
      ...record,
      samples: [...record.samples.slice(0, -1), { ...last, ...changed }],
    });
    const missing = { ...check!, missing: 1, examples: ['agent 2 lacks 1'] };
    assert.equal(stateOf({ ...record, checks: [check!, missing] }, 'Delivery'), 'broken');
    assert.equal(stateOf({ ...record, checks: [] }, 'Delivery'), 'undecided');
    assert.equal(stateOf({ ...record, checks: [{ ...check!, doubled: 1 }] }, 'Once'), 'broken');
    assert.equal(
      stateOf({ ...record, faults: ['agent 1 ended'] }, 'No agent ends by itself'),
      'broken',
    );
    const queued = last.agents.map((one) => ({ ...one, metrics: { ...metrics, queuedBytes: 1 } }));
    assert.equal(stateOf(withLast({ agents: queued }), 'Queues'), 'broken');
    const silent = last.agents.map((one) => ({ ...one, metrics: undefined }));
    assert.equal(stateOf(withLast({ agents: silent }), 'Queues'), 'broken');
    const waiting = { ...last.people, waiting: 2 };
    assert.equal(stateOf(withLast({ people: waiting }), 'Queues'), 'broken');
  });
});

describe('trend', () => {
  it('finds a slope that single jumps do not move', () => {
    const points = Array.from({ length: 50 }, (_, x) => [x, 3 + 2 * x] as const);
    assert.deepEqual(trendOf(points), { slope: 2, uncertainty: 0 });
    const jumpy = points.map(([x, y]) => [x, x % 10 === 0 ? y + 500 : y] as const);
    assert.ok(Math.abs(trendOf(jumpy)!.slope - 2) < 0.1);
    assert.equal(trendOf(points.slice(0, 2)), undefined);
  });
});
