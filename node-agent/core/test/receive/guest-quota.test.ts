import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Role } from '../../src/identity/role.ts';
import { furtherGuestBudget } from '../../src/limits.ts';
import { GuestQuota } from '../../src/receive/guest-quota.ts';

const { bundlesBurst, bundlesPerMinute } = furtherGuestBudget;

function ticketBy(issuer: number, role: Role = Role.guest, subject = 0) {
  const key = (byte: number) => new Uint8Array(32).fill(byte);
  const ids = { site: new Uint8Array(16), subject: key(subject), issuer: key(issuer) };
  return { ...ids, role, serial: 1, epoch: 0 };
}

function taken(quota: GuestQuota, ticket: ReturnType<typeof ticketBy>, nowMs: number): number {
  let count = 0;
  while (count < 2 * bundlesBurst && quota.check(ticket, nowMs) === undefined) {
    quota.take(ticket, nowMs);
    count++;
  }
  return count;
}

test('all guests of one issuer share a bucket, and other issuers have their own', () => {
  const quota = new GuestQuota();
  for (let guest = 0; guest < 200; guest++) quota.take(ticketBy(1, Role.guest, guest), 0);
  assert.equal(taken(quota, ticketBy(1, Role.guest, 201), 0), bundlesBurst - 200);
  assert.equal(quota.check(ticketBy(1), 0), 'quota-guests');
  assert.equal(taken(quota, ticketBy(2), 0), bundlesBurst);
  assert.equal(taken(quota, ticketBy(1), 60_000), bundlesPerMinute);
});

test('it is for guests alone', () => {
  const quota = new GuestQuota();
  for (const role of [Role.user, Role.staff, Role.node, Role.admin]) {
    assert.equal(taken(quota, ticketBy(1, role), 0), 2 * bundlesBurst);
  }
  assert.equal(taken(quota, ticketBy(1), 0), bundlesBurst);
});
