import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { spreadLabels } from '../../src/plot/end-labels.ts';
import { linePlot } from '../../src/plot/line-plot.ts';
import { makeScale } from '../../src/plot/scale.ts';
import { linearTicks, logTicks, tickText } from '../../src/plot/ticks.ts';

describe('plot', () => {
  it('has round ticks', () => {
    assert.deepEqual(linearTicks(0, 97, 5), [0, 20, 40, 60, 80]);
    assert.deepEqual(linearTicks(-0.3, 0.31, 4), [-0.2, 0, 0.2]);
    assert.deepEqual(linearTicks(1_000, 1_004, 4), [1_000, 1_001, 1_002, 1_003, 1_004]);
    assert.deepEqual(logTicks(10, 1_000), [10, 100, 1_000]);
    assert.deepEqual(logTicks(3, 60), [5, 10, 20, 50]);
    assert.ok(logTicks(1e-6, 1e9).length <= 8);
    assert.deepEqual([1_200, 0.05, 2_500_000].map(tickText), ['1,200', '0.05', '2.5M']);
  });

  it('places values on linear and logarithmic axes', () => {
    const options = { pixels: 100, tickCount: 5, whole: true };
    const linear = makeScale({ ...options, axis: { label: '', unit: '' }, values: [5, 93] });
    assert.equal(linear.at(0), 0);
    assert.equal(linear.at(100), 100);
    const axis = { label: '', unit: '', log: true };
    const log = makeScale({ ...options, axis, values: [1, 0, Number.NaN, 10_000] });
    assert.equal(log.at(100), 50);
    assert.equal(log.at(0), undefined);
    for (const values of [[], [0], [7, 7]]) {
      const scale = makeScale({ ...options, axis: { label: '', unit: '' }, values });
      assert.ok(scale.ticks.every((tick) => Number.isFinite(scale.at(tick))));
    }
  });

  it('keeps the names of lines apart and inside', () => {
    const range = { min: 0, max: 100, gap: 15 };
    const given = spreadLabels([99, 98, 5, 97], range).toSorted((a, b) => a - b);
    assert.equal(given[0], 5);
    given.slice(1).forEach((height, i) => {
      assert.ok(height - given[i]! >= 15);
    });
    assert.ok(given.at(-1)! <= 100);
  });

  it('draws lines with their names, interrupts them, and lets no text be markup', () => {
    const svg = linePlot({
      title: '<b> & "memory"',
      x: { label: 'time', unit: 'min' },
      y: { label: 'resident', unit: 'MB' },
      series: [
        {
          name: 'one',
          points: [
            [0, 1],
            [1, 2],
            [2, Number.NaN],
            [3, 4],
          ],
        },
        { name: 'two', points: [[0, 3]], dots: 'alone' },
        {
          name: 'crowd',
          points: [
            [0, 9],
            [3, 9],
          ],
          muted: true,
        },
      ],
      marks: [{ x: 1 }, { x: 2, untilX: 99 }],
    });
    assert.match(svg, /^<svg [^>]+viewBox="0 0 420 260"/);
    assert.match(svg, /&lt;b> &amp; &quot;memory&quot;/);
    assert.match(svg, />resident, MB</);
    assert.match(svg, />one</);
    assert.doesNotMatch(svg, />crowd</);
    assert.equal(svg.match(/class="line c0" d="(M[^M]+M[^M]+)"/)?.length, 2);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    assert.doesNotMatch(svg, /(href|src|url|@import)/);
  });

  it('draws an empty plot too', () => {
    const axis = { label: 'a', unit: '', log: true };
    assert.doesNotMatch(linePlot({ title: '', x: axis, y: axis, series: [] }), /NaN|undefined/);
  });
});
