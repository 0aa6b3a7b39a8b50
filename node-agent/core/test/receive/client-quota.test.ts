/** Quota at the first node, in virtual time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane } from '../../src/bundle/bundle.ts';
import { Role } from '../../src/identity/role.ts';
import { guestBudget, roleLimits } from '../../src/limits.ts';
import { ClientQuota, type QuotaSubject } from '../../src/receive/client-quota.ts';

function subject(who: number, role: Role = Role.guest): QuotaSubject {
  const author = new Uint8Array(32);
  new DataView(author.buffer).setUint32(0, who);
  return { author, role, lane: Lane.normal };
}

function taken(quota: ClientQuota, who: QuotaSubject, nowMs: number): number {
  let count = 0;
  while (count < 10_000 && quota.check(who, nowMs) === undefined) {
    quota.take(who, nowMs);
    count++;
  }
  return count;
}

test('an author has its burst and then its rate; others do not feel it', () => {
  const quota = new ClientQuota(0, () => guestBudget.bundlesPerMinute);
  assert.equal(taken(quota, subject(1), 0), roleLimits[Role.guest].bundlesBurst);
  assert.equal(quota.check(subject(1), 0), 'quota-author');
  assert.equal(taken(quota, subject(1), 60_000), roleLimits[Role.guest].bundlesPerMinute);
  assert.equal(taken(quota, subject(2), 0), roleLimits[Role.guest].bundlesBurst);
});

test('two thousand invented identities share one budget, staff are not in it', () => {
  const quota = new ClientQuota(0, () => guestBudget.bundlesPerMinute);
  let sum = 0;
  for (let who = 0; who < 2000; who++) sum += taken(quota, subject(who), 0);
  assert.equal(sum, guestBudget.bundlesBurst);
  assert.equal(quota.check(subject(5000), 0), 'quota-guests');
  assert.equal(quota.check(subject(5001, Role.staff), 0), undefined);
});

test('the budget does not grow by making the clock jump back', () => {
  const quota = new ClientQuota(100_000, () => guestBudget.bundlesPerMinute);
  taken(quota, subject(1), 100_000);
  assert.equal(taken(quota, subject(1), 0), 0);
  assert.equal(taken(quota, subject(1), 100_000), 0);
});

test('sweeping forgets only who would be allowed everything anyway', () => {
  const quota = new ClientQuota(0, () => guestBudget.bundlesPerMinute);
  taken(quota, subject(1), 0);
  quota.sweep(1000);
  assert.equal(quota.check(subject(1), 1000), 'quota-author');
});

test('what is not urgent leaves a tenth of the tokens of staff for what is', () => {
  const quota = new ClientQuota(0, () => guestBudget.bundlesPerMinute);
  const staff = subject(1, Role.staff);
  const { bundlesBurst } = roleLimits[Role.staff];
  assert.equal(taken(quota, staff, 0), bundlesBurst * 0.9);
  assert.equal(taken(quota, { ...staff, lane: Lane.urgent }, 0), bundlesBurst * 0.1);
});
