/** A line keeps the promise of Link, whatever is lost, repeated and overtaken below it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock, linkContract, SeededRandom } from '@muster/core/testing';
import { Line, type LineShape } from '../../../src/sim/network/line.ts';

const keyA = new Uint8Array(32).fill(1);
const keyB = new Uint8Array(32).fill(2);
const still = {
  ...{ delayMs: 0, jitterMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY },
  ...{ loss: 0, replay: 0, reorder: 0 },
};
const shapes: Record<string, LineShape> = {
  'still line': still,
  'slow line': { ...still, delayMs: 40, jitterMs: 30, bytesPerSecond: 100_000 },
  'shaken line': {
    ...{ delayMs: 60, jitterMs: 100, bytesPerSecond: 1_000_000 },
    ...{ loss: 0.5, replay: 0.6, reorder: 1 },
  },
};

for (const [name, shape] of Object.entries(shapes)) {
  const make = async () => {
    const clock = new FakeClock();
    const line = new Line({
      ...{ clock, random: new SeededRandom(5), shape, count: () => {} },
      ...{ silenceMsMin: 10_000, silenceMsMax: 20_000 },
    });
    const { a, b } = line.dial({ keyA, keyB })!;
    const until = async (condition: () => boolean): Promise<void> => {
      while (!condition()) assert.ok(clock.runNext(), 'nothing more will happen');
    };
    const settle = async (): Promise<void> => clock.advance(60_000);
    const stop = async (): Promise<void> => {
      a.close('the test is over');
      b.close('the test is over');
      clock.advance(0);
      assert.equal(clock.waiting, 0, 'an idle line has no timer');
      assert.equal(line.streamsAt('a') + line.streamsAt('b'), 0);
    };
    return { a, b, keyA, keyB, until, settle, stop };
  };
  linkContract({ name, make }, { test, assert });
}
