/** The soak's report: one file, nothing from elsewhere, verdicts and the command in it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { metricsOf } from '../../src/soak/people/metrics.ts';
import { WrittenBook } from '../../src/soak/people/written.ts';
import { htmlReport } from '../../src/soak/report.ts';
import { sampleRecord } from './sample-record.ts';

describe('soak report', () => {
  it('is one file without anything from elsewhere, verdicts before plots', () => {
    const html = htmlReport(sampleRecord({ seed: 42, minutes: 30 }));
    assert.doesNotMatch(html, /(?:src|href)=|url\(|@import|<script/);
    assert.match(html, /npm run soak -- --minutes 30 --agents 4 --seed 42/);
    assert.ok(html.indexOf('Delivery: held') < html.indexOf('<svg'));
    assert.equal(html.match(/<svg /g)?.length, 10);
    assert.match(html, /prefers-color-scheme:dark/);
    assert.doesNotMatch(html, /NaN|undefined/);
  });

  it('shows what is broken as text', () => {
    const html = htmlReport({ ...sampleRecord(), faults: ['agent <1> ended'] });
    assert.match(html, /<h1>Soak: 1 of 6 promises broken/);
    assert.match(html, /agent &lt;1> ended/);
  });
});

describe('the soak’s people', () => {
  it('read metrics, and stumble over one that is not there', () => {
    const names = ['heap_used_bytes', 'external_memory_bytes', 'bundles_held', 'link_queued_bytes'];
    const lines = [...names, 'neighbours_live', 'sessions'].map((name, i) => `muster_${name} ${i}`);
    const { heapBytes, queuedBytes, sessions } = metricsOf(lines.join('\n'));
    assert.deepEqual([heapBytes, queuedBytes, sessions], [0, 3, 5]);
    assert.throws(() => metricsOf(lines.slice(1).join('\n')), /no metric heap_used_bytes/);
  });

  it('expect what staff wrote, count what guests wrote, and time what is seen', () => {
    const book = new WrittenBook();
    book.onStaffHeld('a');
    book.onStaffHeld('a');
    book.onGuestHeld();
    assert.deepEqual([book.expected(), book.held], [['a'], 2]);
    for (const tookMs of [5, 1, 9]) book.onShown(tookMs);
    assert.deepEqual(book.takeLatency(), { deliveries: 3, p50Ms: 5, p95Ms: 9 });
    assert.equal(book.takeLatency().deliveries, 0);
  });
});
