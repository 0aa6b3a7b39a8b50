/** Whom to ask for what was announced or offered, and whom next: one at a time, always bounded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MissingBundles, type Source } from '../../../src/replication/knowledge/missing-bundles.ts';
import { memoryLimits, messageLimits, pushLimits } from '../../../src/replication/limits.ts';

interface Played extends Source {
  progressMs: number;
  readonly asked: string[];
}

function source(): Played {
  const asked: string[] = [];
  return {
    asked,
    progressMs: Number.NEGATIVE_INFINITY,
    ask: (prefix, graft) => asked.push(graft ? `graft ${prefix}` : `want ${prefix}`),
  };
}

const { graftDelayMs, askTimeoutMs, askPatienceMs } = pushLimits;

test('an announced bundle is grafted after a while, from who announced it first', () => {
  const missing = new MissingBundles();
  const [a, b] = [source(), source()];
  missing.announced('x', a, 0);
  missing.announced('x', b, 1);
  missing.sweep(graftDelayMs - 1);
  assert.deepEqual([a.asked, b.asked], [[], []]);
  missing.sweep(graftDelayMs);
  assert.deepEqual([a.asked, b.asked, missing.askedCount], [['graft x'], [], 1]);
  missing.sweep(graftDelayMs + askTimeoutMs);
  assert.deepEqual([b.asked, missing.askedCount], [['want x'], 1]);
  missing.sweep(graftDelayMs + 2 * askTimeoutMs);
  assert.deepEqual([missing.size, missing.askedCount], [0, 0]);
});

test('what is announced is asked for while its neighbour owes a whole backlog', () => {
  const missing = new MissingBundles();
  const a = source();
  // One more offer is answered just below the mark.
  const owed = pushLimits.askAheadMax - 1 + messageLimits.offerIdsMax;
  for (let i = 0; i < owed; i++) assert.equal(missing.offered(`${i}`, a, 0), true);
  missing.announced('x', a, 0);
  missing.sweep(graftDelayMs);
  assert.deepEqual(a.asked, ['graft x']);
  // Not without end: the others' part of what may be asked is theirs.
  for (let i = 0; i < 500; i++) missing.announced(`more ${i}`, a, 0);
  missing.sweep(graftDelayMs);
  assert.equal(missing.askedCountOf(a), pushLimits.askAnnouncedMax);
});

test('what comes in time is never asked for', () => {
  const missing = new MissingBundles();
  const a = source();
  missing.announced('x', a, 0);
  missing.resolve('x');
  missing.resolve('x');
  missing.sweep(1e9);
  assert.deepEqual([a.asked, missing.size], [[], 0]);
});

test('an offer is taken from one only, also when it was announced before', () => {
  const missing = new MissingBundles();
  const [a, b, c] = [source(), source(), source()];
  assert.equal(missing.offered('x', a, 0), true);
  assert.equal(missing.offered('x', a, 0), false);
  assert.equal(missing.offered('x', b, 0), false);
  missing.announced('y', b, 0);
  assert.equal(missing.offered('y', c, 0), true);
  missing.sweep(askTimeoutMs);
  assert.deepEqual([a.asked, b.asked, c.asked], [[], ['want x', 'want y'], []]);
  assert.equal(missing.askedCount, 2);
});

test('who is still sending is waited for, but not for ever', () => {
  const missing = new MissingBundles();
  const [a, b] = [source(), source()];
  missing.offered('x', a, 0);
  missing.offered('x', b, 0);
  for (let nowMs = 0; nowMs < askPatienceMs; nowMs += 500) {
    a.progressMs = nowMs;
    missing.sweep(nowMs);
  }
  assert.deepEqual(b.asked, []);
  a.progressMs = askPatienceMs + 1000;
  missing.sweep(askPatienceMs + askTimeoutMs);
  assert.deepEqual(b.asked, ['want x']);
});

test('a lost link or a false bundle passes the question on at the next look', () => {
  const missing = new MissingBundles();
  const [a, b, c] = [source(), source(), source()];
  for (const from of [a, b, c]) missing.offered('x', from, 0);
  missing.lost(a, 10);
  missing.sweep(10);
  assert.deepEqual(b.asked, ['want x']);
  missing.failed('x', b, 20);
  missing.failed('x', b, 20);
  missing.sweep(20);
  assert.deepEqual(c.asked, ['want x']);
  missing.lost(c, 30);
  missing.lost(c, 30);
  assert.deepEqual([missing.size, missing.askedCount], [0, 0]);
});

test('neither one source nor all together grow it beyond its limits', () => {
  const missing = new MissingBundles();
  const sources = Array.from({ length: 12 }, source);
  for (const from of sources) {
    for (let i = 0; i < 2000; i++) missing.announced(`${sources.indexOf(from)}/${i}`, from, 0);
    assert.ok(missing.size <= (sources.indexOf(from) + 1) * memoryLimits.missingPerLaneMax);
  }
  assert.equal(missing.size, memoryLimits.missingMax);
  for (const from of sources) missing.announced('0/1', from, 0);
  for (const from of sources) missing.lost(from, 0);
  assert.deepEqual([missing.size, missing.askedCount], [0, 0]);
});
