/**
 * What the phone believes of its site: lists that never go backwards, badges that go with whoever
 * gave them, and granted tickets that prove themselves, whichever node showed them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BundleKind,
  encodeGrant,
  GrantKind,
  GuestAdmission,
  grantTag,
  type Issuer,
  Power,
  powersAll,
  type Revocation,
  Role,
  rootIssuer,
  type SiteRules,
  signAdminCertificate,
  signSitePolicy,
  signSiteRules,
  signTicket,
  signTrustList,
  toHex,
} from '@muster/core';
import { PolicyKeeper } from '../src/federation/policy-keeper.ts';
import { provenBy } from '../src/inbox/standings.ts';
import { roleNameOf } from '../src/outbox/sign.ts';
import { MemoryDatabase } from '../src/storage/memory-database.ts';
import { GrantKeeper } from '../src/trust/grant-keeper.ts';
import { roleNow } from '../src/trust/role-now.ts';
import { TrustKeeper } from '../src/trust/trust-keeper.ts';
import { crypto, item, keyPair, node, nodeTicket, root, site } from './support/site.ts';

const siteKey = root.publicKey;
const byRoot = rootIssuer(root);
const device = keyPair(51);

function admin(fill: number, powers: number = powersAll, epoch = 9): Issuer {
  const key = keyPair(fill);
  const fields = { site, adminKey: key.publicKey, powers, epoch, name: `Admin ${fill}` };
  return { key, certificate: signAdminCertificate(crypto, fields, root) };
}

function list(issuer: Issuer, revision: number, keys: readonly Uint8Array[] = [], epoch = 0) {
  const revoked: Revocation[] = keys.map((key) => ({ key, reason: 1, label: 'phone' }));
  return signTrustList(crypto, { site, revision, epoch, revoked }, issuer);
}

function ticket(issuer: Issuer, role: Role, { subject = device.publicKey, epoch = 9 } = {}) {
  return signTicket(crypto, { site, subject, role, serial: 1, epoch }, issuer);
}

function rules(revision: number, announcement: string): Uint8Array {
  const wanted: SiteRules = {
    site,
    revision,
    guests: GuestAdmission.pass,
    guestBundlesPerMinute: 60,
    guestTicketsPerMinute: 6,
    announcement,
  };
  return signSiteRules(crypto, wanted, byRoot);
}

function keeper(db = new MemoryDatabase()) {
  const changes: number[] = [];
  const onTrust = () => void changes.push(changes.length);
  return { trust: new TrustKeeper({ db, crypto, siteKey, onTrust }), db, changes };
}

test('lists and rules are kept over a restart and never go backwards', async () => {
  const { trust, db, changes } = keeper();
  const documents = [list(byRoot, 5, [device.publicKey]), rules(2, 'Gate B is closed')];
  assert.equal(await trust.take(documents), true);
  assert.equal(await trust.take(documents), false);
  assert.equal(await trust.take([list(byRoot, 4), rules(1, '')]), false);
  assert.equal(changes.length, 1);
  const { trust: later } = keeper(db);
  await later.load();
  assert.ok(later.book.revoked.has(device.publicKey));
  assert.equal(later.book.rules.announcement, 'Gate B is closed');
  assert.equal(await later.take([list(byRoot, 4)]), false);
});

test('what nobody of the site signed changes nothing', async () => {
  const { trust, changes } = keeper();
  const forged = list(byRoot, 1, [device.publicKey]);
  forged[forged.length - 1]! ^= 1;
  const stranger = rootIssuer(keyPair(66));
  const powerless = admin(52, Power.people);
  const documents = [forged, list(stranger, 1), list(powerless, 1), new Uint8Array(40)];
  assert.equal(await trust.take(documents), false);
  assert.equal(changes.length, 0);
});

test('two tabs keep what either has seen', async () => {
  const { trust: one, db } = keeper();
  const { trust: other } = keeper(db);
  await one.take([list(byRoot, 1, [device.publicKey])]);
  await other.take([list(admin(52), 1, [keyPair(53).publicKey])]);
  const { trust: third } = keeper(db);
  await third.load();
  assert.ok(third.book.revoked.has(device.publicKey));
  assert.ok(third.book.revoked.has(keyPair(53).publicKey));
});

function record(wire: Uint8Array, subject: Uint8Array) {
  const proven = provenBy({ crypto, siteKey }, wire, subject);
  const role = roleNameOf(proven?.role ?? Role.guest);
  return { author: toHex(subject), role, ...(proven && { chain: proven.chain }) };
}

test('a badge goes with its wearer, with the admin who gave it, and with its epoch', async () => {
  const one = admin(52);
  const { trust } = keeper();
  const staff = record(ticket(one, Role.staff), device.publicKey);
  const boss = record(ticket(one, Role.admin, { subject: one.key.publicKey }), one.key.publicKey);
  const box = record(nodeTicket(), node.publicKey);
  const shown = () => [staff, boss, box].map((author) => roleNow(trust.book, author));
  assert.deepEqual(shown(), ['staff', 'admin', 'node']);
  await trust.take([list(one, 1, [device.publicKey])]);
  assert.deepEqual(shown(), ['revoked', 'admin', 'node']);
  const other = record(
    ticket(one, Role.staff, { subject: keyPair(54).publicKey }),
    keyPair(54).publicKey,
  );
  assert.equal(roleNow(trust.book, other), 'staff');
  await trust.take([list(byRoot, 1, [one.key.publicKey])]);
  assert.equal(roleNow(trust.book, other), 'guest');
  assert.deepEqual(shown().slice(1), ['revoked', 'node']);
  await trust.take([list(byRoot, 2, [one.key.publicKey], 1)]);
  assert.equal(roleNow(trust.book, box), 'node', 'yesterday’s badges outlive the night');
  await trust.take([list(byRoot, 3, [one.key.publicKey], 2)]);
  assert.equal(roleNow(trust.book, box), 'guest');
});

test('a badge of another site is for that site to take', () => {
  const { trust } = keeper();
  const author = { author: toHex(device.publicKey), role: 'staff', site: 'ab' };
  assert.equal(roleNow(trust.book, author), 'staff');
  assert.equal(roleNow(undefined, { author: 'ab', role: 'node' }), 'node');
});

test('a policy falls with the admin who signed it, and any valid one takes its place', async () => {
  const { trust } = keeper();
  const seen: number[] = [];
  const db = new MemoryDatabase();
  const onPolicy = ({ policy }: { policy: { revision: number } }) =>
    void seen.push(policy.revision);
  const policies = new PolicyKeeper({ db, trust: trust.book, onPolicy });
  const rogue = admin(52);
  const sign = (revision: number, issuer: Issuer) =>
    signSitePolicy(crypto, { site, revision, pins: [], rules: [] }, issuer);
  assert.equal(await policies.take(sign(Number.MAX_SAFE_INTEGER, rogue)), true);
  assert.equal(await policies.take(sign(3, byRoot)), false);
  await trust.take([list(byRoot, 1, [rogue.key.publicKey])]);
  assert.equal(policies.judgeAgain(), true);
  assert.equal(policies.judgeAgain(), false);
  assert.equal(await policies.take(sign(3, byRoot)), true);
  assert.equal(await policies.take(sign(Number.MAX_SAFE_INTEGER, rogue)), false);
  assert.deepEqual(seen, [Number.MAX_SAFE_INTEGER, 0, 3]);
});

function granted(content: Uint8Array, kind: number = GrantKind.ticket) {
  const payload = encodeGrant({ kind, content });
  const tag = grantTag(crypto, site, device.publicKey);
  return item({ tag, author: keyPair(77), ms: 1, kind: BundleKind.grant, payload });
}

test('a granted ticket counts by what it proves, whoever carried it', async () => {
  const { trust, db } = keeper();
  const one = admin(52);
  const parts = { db, crypto, trust: trust.book, device: device.publicKey };
  const grants = new GrantKeeper(parts);
  await grants.load();
  assert.equal(grants.ticket, undefined);
  const useless = [
    granted(ticket(one, Role.staff, { subject: keyPair(54).publicKey })),
    granted(ticket(rootIssuer(keyPair(66)), Role.staff)),
    granted(ticket(one, Role.staff), GrantKind.certificate),
    granted(new Uint8Array(80)),
  ];
  assert.equal(await grants.take(useless), false);
  assert.equal(await grants.take([granted(ticket(one, Role.user))]), true);
  assert.equal(await grants.take([granted(ticket(one, Role.staff))]), true);
  assert.equal(await grants.take([granted(ticket(one, Role.user))]), false);
  const later = new GrantKeeper(parts);
  await later.load();
  const shown = () => later.ticket?.role;
  assert.equal(shown(), 'staff');
  await trust.take([list(byRoot, 1, [one.key.publicKey])]);
  assert.equal(shown(), undefined);
  assert.equal(await later.take([granted(ticket(byRoot, Role.user))]), true);
  assert.equal(shown(), 'user');
});
