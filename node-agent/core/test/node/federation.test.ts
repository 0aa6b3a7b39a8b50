/** What a node takes of another site: by consent, by that site's own keys, and within bounds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BundleKind, Lane, Scope } from '../../src/bundle/bundle.ts';
import { toHex } from '../../src/bytes/index.ts';
import { Crossing } from '../../src/federation/index.ts';
import { Role } from '../../src/identity/role.ts';
import { signTicket } from '../../src/identity/ticket.ts';
import { federationLimits, storeLimits } from '../../src/limits.ts';
import { SampleAuthor, type SampleSite } from '../../src/testing/sample-site.ts';
import { crypto } from '../support/crypto.ts';
import { Sites } from '../support/sites.ts';

const hourMs = 3_600_000;

test('a bundle of a pinned site is taken, shown with its role there, and sent on', () => {
  const sites = new Sites(41);
  const [gate, far] = [sites.node('gate'), sites.node('far')];
  sites.village.link(gate, far);
  sites.village.clock.advance(10_000);
  const guest = sites.away.guest(sites.away.node('their gate'));
  const bundle = guest.write('from away');
  assert.equal(sites.bring(gate, bundle, { hops: 2 }), 'held');
  sites.village.clock.advance(1_000);
  assert.deepEqual([gate.shown, far.shown], [[toHex(bundle.id)], [toHex(bundle.id)]]);
  const [read] = far.node.page({ tag: sites.away.general, limit: 1 });
  assert.deepEqual([read?.role, read?.hops], [Role.guest, 4]);
  assert.deepEqual(far.node.ticket(read!.ticketId), guest.ticket);
});

test('nothing enters without consent: the site, the channel, the way and the peer', () => {
  const policies: Record<string, (sites: Sites) => Uint8Array | undefined> = {
    'no policy': () => undefined,
    'not pinned': (sites) => sites.policy(1, { pins: [], rules: [] }),
    'pinned alone': (sites) => sites.policy(1, { rules: [] }),
    'another channel': (sites) =>
      sites.policy(1, { rules: [sites.rule({ tag: sites.home.general })] }),
    'published only': (sites) =>
      sites.policy(1, { rules: [sites.rule({ crossing: Crossing.publish })] }),
    'not a peer': (sites) => sites.policy(1, { rules: [sites.rule({ peers: [] })] }),
  };
  for (const [what, policyOf] of Object.entries(policies)) {
    const sites = new Sites(42);
    const gate = sites.village.node('gate');
    const policy = policyOf(sites);
    if (policy) assert.ok(gate.node.adoptPolicy(policy).ok, what);
    const bundle = sites.away.author(Role.staff).write('hello');
    assert.equal(sites.bring(gate, bundle), 'site-foreign', what);
    assert.equal(gate.node.knows(bundle.id), false, what);
  }
});

test('only what makes up a channel enters, and only where its author let it leave', () => {
  const sites = new Sites(43);
  const gate = sites.node('gate');
  const staff = sites.away.author(Role.staff);
  const kinds = { [BundleKind.profile]: 'site-foreign', [BundleKind.sitePolicy]: 'site-foreign' };
  for (const [kind, reason] of Object.entries(kinds)) {
    assert.equal(sites.bring(gate, staff.write('', { kind: Number(kind) })), reason);
  }
  assert.equal(sites.bring(gate, staff.write('', { kind: 200 })), 'site-foreign');
  assert.equal(sites.bring(gate, staff.write('', { scope: Scope.site })), 'site-foreign');
  assert.equal(sites.bring(gate, staff.write('', { kind: BundleKind.manifest })), 'held');
  assert.equal(sites.bring(gate, staff.write('', { kind: BundleKind.channelDescription })), 'held');
});

test('roles, tickets and signatures are judged by the other site as at home', () => {
  const sites = new Sites(44);
  const gate = sites.node('gate');
  const { away, home } = sites;
  const guest = away.guest(away.node('their gate'));
  assert.equal(sites.bring(gate, guest.write('!', { lane: Lane.urgent })), 'lane-over-role');
  assert.equal(sites.bring(gate, guest.write('x'.repeat(2100))), 'payload-over-role');
  assert.equal(sites.bring(gate, guest.write('', { lifetimeS: 7 * 3600 })), 'lifetime-over-role');
  assert.equal(sites.bring(gate, guest.write('', { hopLimit: 6 })), 'hops-over-role');
  // Neither a node of ours nor our root can admit anyone there, and no ticket is for two.
  const ours = home.guest(home.node('ours'));
  const as = (ticket: Uint8Array) => new SampleAuthor(away, ours.key, ticket).write('x');
  assert.equal(sites.bring(gate, as(ours.ticket)), 'site-foreign');
  assert.equal(sites.bring(gate, as(guest.ticket)), 'ticket-not-yours');
  assert.equal(sites.bring(gate, twin(away, ours, home.key).write('x')), 'ticket-malformed');
  const good = guest.write('right');
  const turned = good.carried.signature.slice();
  turned[3]! ^= 1;
  assert.equal(sites.bring(gate, good, { signature: turned }), 'signature-wrong');
  assert.equal(sites.bring(gate, good), 'held');
  const urgent = away.author(Role.staff).write('fire', { lane: Lane.urgent });
  assert.equal(sites.bring(gate, urgent), 'held');
});

test('what a relay claims of age and hops is bounded, and the dead stay dead', () => {
  const sites = new Sites(45);
  const gate = sites.node('gate');
  const staff = sites.away.author(Role.staff);
  const late = staff.write('late', { lifetimeS: 3600 });
  assert.equal(sites.bring(gate, late, { ageMs: hourMs }), 'expired');
  assert.equal(sites.bring(gate, late, { ageMs: -5 }), 'held');
  sites.village.clock.advance(hourMs + 30_000);
  assert.equal(sites.bring(gate, late, { ageMs: 0 }), 'expired-known');
  gate.crash();
  assert.equal(sites.bring(gate, late, { ageMs: 0 }), 'expired-known');
  for (const hops of [255, Number.NaN, Number.POSITIVE_INFINITY]) {
    const bundle = staff.write('far');
    assert.equal(sites.bring(gate, bundle, { hops }), 'held');
    // Held and shown here; it goes no further than its author said.
    assert.equal(gate.node.carried(bundle.id), undefined);
  }
});

test('one device at two sites: its numbers, forks and room are counted for each', () => {
  const sites = new Sites(46);
  const gate = sites.node('gate');
  const own = sites.home.author(Role.staff);
  const there = twin(sites.away, own);
  for (let i = 0; i < 4; i++) assert.equal(sites.bring(gate, there.write(`${i}`)), 'held');
  gate.put(own.write('here, number 0 as well'));
  sites.village.clock.advance(50);
  assert.deepEqual(gate.node.author(own.key.publicKey), { seqMax: 0, frozen: false });
  sites.bring(gate, there.fork('one'));
  assert.equal(sites.bring(gate, there.write('two')), 'held');
  assert.equal(gate.node.status().frozenAuthors, 1);
  assert.equal(sites.bring(gate, there.write('after')), 'author-frozen');
  const answers = gate.put(own.write('still free'));
  sites.village.clock.advance(50);
  assert.equal(answers[0]?.ok, true);
  gate.crash();
  assert.deepEqual(gate.node.author(own.key.publicKey), { seqMax: 1, frozen: false });
  assert.equal(sites.bring(gate, there.write('after')), 'author-frozen');
});

/** The same device as an author of another site, as staff, by that site's root or someone else. */
function twin(site: SampleSite, own: SampleAuthor, issuer = site.key): SampleAuthor {
  const { site: of } = site.trust;
  const fields = { site: of, subject: own.key.publicKey, role: Role.staff, serial: 1, epoch: 0 };
  const by = { key: issuer, certificate: new Uint8Array(0) };
  return new SampleAuthor(site, own.key, signTicket(crypto, fields, by));
}

test('uplinks bring so much of one site a minute, and more of another', () => {
  const sites = new Sites(47);
  const gate = sites.node('gate');
  const staff = sites.away.author(Role.staff);
  const { originBundlesBurst } = federationLimits;
  let taken = 0;
  const last = staff.write('x');
  for (let i = 0; i < originBundlesBurst; i++) {
    gate.node.takeFromUplink(staff.write(`${i}`).carried, () => taken++);
  }
  assert.equal(sites.bring(gate, staff.write('over')), 'quota-neighbour');
  assert.equal(taken, originBundlesBurst);
  assert.equal(sites.bring(gate, sites.home.author(Role.staff).write('ours')), 'held');
  sites.village.clock.advance(60_000);
  // Not final: the relay offers it again.
  assert.equal(sites.bring(gate, last), 'held');
});

test('what is kept of another site is bounded, its oldest goes, and our own stays', () => {
  const sites = new Sites(48);
  const gate = sites.node('gate');
  const own = sites.home.guest(gate.sample).write('ours');
  gate.put(own);
  const payload = new Uint8Array(32 * 1024);
  const authors = Array.from({ length: 5 }, () => sites.away.author(Role.staff));
  const count = Math.ceil(storeLimits.foreignBytesPerSiteMax / payload.length) + 20;
  const first = authors[0]!.write('', { payload });
  assert.equal(sites.bring(gate, first), 'held');
  for (let i = 0; i < count; i++) {
    gate.node.takeFromUplink(authors[i % 5]!.write('', { payload }).carried, () => {});
    sites.village.clock.advance(1);
  }
  sites.village.clock.advance(100);
  const { contentBytes, liveEntries } = gate.node.status();
  assert.ok(contentBytes <= storeLimits.foreignBytesPerSiteMax + 1_000, `${contentBytes}`);
  assert.ok(contentBytes > storeLimits.foreignBytesPerSiteMax - 2 * payload.length);
  assert.equal(liveEntries, count + 2);
  assert.equal(gate.node.carried(first.id), undefined);
  assert.ok(gate.node.carried(own.id));
});

test('a full store lets go of what is foreign before anything of its own, urgent or not', () => {
  const sites = new Sites(49);
  const gate = sites.village.node('gate', 40_000);
  gate.node.adoptPolicy(sites.policy(1));
  const theirs = sites.away.author(Role.staff);
  const alarm = theirs.write('x'.repeat(1_900), { lane: Lane.urgent });
  assert.equal(sites.bring(gate, alarm), 'held');
  const user = sites.home.author(Role.user);
  for (let i = 0; i < 18; i++) gate.put(user.write('y'.repeat(1_900)));
  sites.village.clock.advance(100);
  assert.equal(gate.node.carried(alarm.id), undefined);
  assert.equal(gate.timeline().length, 17);
  const more = theirs.write('x'.repeat(1_900), { lane: Lane.urgent });
  assert.equal(sites.bring(gate, more), 'store-full');
});
