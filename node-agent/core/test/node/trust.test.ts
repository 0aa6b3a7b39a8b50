/** What a node believes of its site: tickets, lists, acts, epochs, certificates, as they change. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BundleKind } from '../../src/bundle/bundle.ts';
import { toHex } from '../../src/bytes/index.ts';
import { policyTag, signSitePolicy } from '../../src/federation/index.ts';
import { Role } from '../../src/identity/role.ts';
import { decodeTicket } from '../../src/identity/ticket.ts';
import type { PutAnswer } from '../../src/node/api.ts';
import { MeshNode } from '../../src/node/mesh-node.ts';
import { createMemoryLogger } from '../../src/testing/memory-logger.ts';
import { SampleAuthor, type SampleBundle } from '../../src/testing/sample-site.ts';
import { actTag } from '../../src/trust/admin-act.ts';
import { GuestAdmission } from '../../src/trust/site-rules.ts';
import { listBy, rulesBy } from '../support/admins.ts';
import { crypto } from '../support/crypto.ts';
import { Village, type VillageNode } from '../support/village.ts';

function village(seed: number) {
  const made = new Village(seed);
  const { site } = made.site.trust;
  return {
    village: made,
    ada: made.site.admin('Ada'),
    list: (issuer: Parameters<typeof listBy>[0], revision: number, changes = {}) =>
      listBy(issuer, revision, { site, ...changes }),
    rules: (issuer: Parameters<typeof rulesBy>[0], revision: number, changes = {}) =>
      rulesBy(issuer, revision, { site, ...changes }),
  };
}

/** What a client of this node is answered. */
function answer(town: Village, node: VillageNode, bundle: SampleBundle): string {
  const answers: PutAnswer[] = node.put(bundle);
  town.clock.advance(50);
  const [first] = answers;
  return first === undefined ? 'none' : first.ok ? 'held' : first.reason;
}

const liveCount = (node: VillageNode) => node.node.status().liveEntries;

test('a revoked author is refused at its own node, and remembered as seen from neighbours', () => {
  const { village: town, ada, list } = village(1);
  const a = town.node('a');
  const b = town.node('b');
  const staff = town.site.author(Role.staff);
  assert.equal(answer(town, a, staff.write('before')), 'held');
  const revoked = list(ada.issuer, 1, { revoked: [staff.key.publicKey] });
  assert.ok(a.node.adoptTrust(revoked).ok);
  assert.equal(answer(town, a, staff.write('after')), 'ticket-revoked');
  // The other node has not heard of it yet, and takes it.
  const late = staff.write('elsewhere');
  assert.equal(answer(town, b, late), 'held');
  town.link(a, b);
  town.clock.advance(3_000);
  assert.equal(b.node.status().revokedKeys, 1, 'the list came with the link');
  assert.equal(answer(town, b, staff.write('later')), 'ticket-revoked');
  assert.equal(a.shown.includes(toHex(late.id)), false);
  assert.ok(a.node.knows(late.id), 'sets are equal all the same');
  assert.equal(liveCount(a), liveCount(b));
  assert.equal(a.node.status().dropped['ticket-revoked'], 2);
});

test('an uplink is believed no more than a client', () => {
  const { village: town, ada, list } = village(2);
  const gate = town.node('gate');
  const staff = town.site.author(Role.staff);
  gate.node.adoptTrust(list(ada.issuer, 1, { revoked: [staff.key.publicKey] }));
  let reason = '';
  gate.node.takeFromUplink(staff.write('x').carried, (given) => {
    reason = given.ok ? 'held' : given.reason;
  });
  assert.equal(reason, 'ticket-revoked');
  assert.equal(liveCount(gate), 0);
});

test('one epoch back is a grace among neighbours, and none for a client', () => {
  const { village: town, list } = village(3);
  const a = town.node(town.site.node('a', { epoch: 9 }));
  const b = town.node(town.site.node('b', { epoch: 9 }));
  const staff = town.site.author(Role.staff);
  const [graced, ended] = [staff.write('in grace'), staff.write('ended')];
  town.link(a, b);
  town.clock.advance(1_000);
  a.node.adoptTrust(list(town.site.root, 1, { epoch: 1 }));
  town.clock.advance(100);
  assert.equal(b.node.status().epoch, 1);
  assert.equal(answer(town, a, graced), 'ticket-expired');
  const c = town.node(town.site.node('c'));
  assert.equal(answer(town, c, graced), 'held');
  town.link(c, b);
  town.clock.advance(1_000);
  assert.ok(a.shown.includes(toHex(graced.id)), 'as from a neighbour that had not heard of it');
  const d = town.node(town.site.node('d', { epoch: 9 }));
  assert.equal(answer(town, d, ended), 'held');
  b.node.adoptTrust(list(town.site.root, 2, { epoch: 2 }));
  town.link(d, a);
  town.clock.advance(1_000);
  assert.ok(a.node.knows(ended.id) && !a.shown.includes(toHex(ended.id)));
  assert.equal(c.node.status().neighbours.length, 0, 'its certificate ended two epochs ago');
  assert.equal(b.node.status().linksRefused['certificate-ended'], 1);
});

test('when a thief has shut out every node, the word of the root still passes', () => {
  for (const [heals, isEpoch] of [
    [0, true],
    [1, true],
    [0, false],
    [1, false],
  ] as const) {
    const { village: town, ada, list } = village(31 + heals);
    const nodes = ['a', 'b', 'c'].map((name) => town.node(name));
    const [a, b, c] = nodes as [VillageNode, VillageNode, VillageNode];
    const revoked = nodes.map(({ sample }) => sample.key.publicKey);
    const dial = () => {
      // Both ways round: who calls speaks first.
      for (const [one, other] of [[a, b] as const, [c, b] as const]) {
        if (one.node.status().neighbours.length === 0) town.link(one, other);
      }
      town.clock.advance(5_000);
    };
    dial();
    // Whom a list shuts out need not hear of it by the link that it ends.
    for (const { node } of nodes) {
      node.adoptTrust(list(ada.issuer, 1, isEpoch ? { epoch: 9 } : { revoked }));
    }
    dial();
    assert.ok(nodes.every(({ node }) => node.status().neighbours.length === 0));
    const healed = nodes[heals]!;
    healed.node.adoptTrust(list(town.site.root, 1, { revoked: [ada.key.publicKey] }));
    for (let i = 0; i < 4; i++) dial();
    assert.deepEqual(
      nodes.map(({ node }) => [node.status().epoch, node.status().neighbours.length]),
      [
        [0, 1],
        [0, 2],
        [0, 1],
      ],
    );
  }
});

test('whose certificate has ended is told no bundle, and sends none', () => {
  const { village: town, list } = village(33);
  const [a, b] = [town.node(town.site.node('a', { epoch: 9 })), town.node('b')];
  const staff = [town.site.author(Role.staff), town.site.author(Role.staff)];
  const [own, others] = staff.map((author) => author.write('hello'));
  assert.equal(answer(town, b, own!), 'held');
  assert.equal(answer(town, a, others!), 'held');
  a.node.adoptTrust(list(town.site.root, 1, { epoch: 2 }));
  town.link(b, a);
  town.clock.advance(60_000);
  assert.deepEqual([a.node.knows(own!.id), b.node.knows(others!.id)], [false, false]);
  assert.equal(a.node.status().neighbours.length, 0);
  assert.equal(b.node.status().epoch, 0, 'nor a document');
});

test('an act puts its documents in force everywhere; who is no admin acts not', () => {
  const { village: town, ada, list, rules } = village(4);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => town.node(name)) as [
    VillageNode,
    VillageNode,
    VillageNode,
  ];
  town.link(a, b);
  town.link(b, c);
  town.clock.advance(1_000);
  const staff = town.site.author(Role.staff);
  const documents = [
    list(ada.issuer, 1, { revoked: [staff.key.publicKey] }),
    rules(ada.issuer, 1, { guests: GuestAdmission.approval }),
  ];
  assert.equal(answer(town, a, ada.act({ command: 'person.revoke', documents })), 'held');
  town.clock.advance(2_000);
  for (const node of [a, b, c]) {
    assert.deepEqual(node.acts, ['person.revoke']);
    assert.equal(node.node.trust().rules.guests, GuestAdmission.approval);
    assert.ok(node.node.trust().revoked.has(staff.key.publicKey));
  }
  const user = town.site.author(Role.user);
  const draft = { kind: BundleKind.adminAct, tag: actTag(crypto, town.site.trust.site) };
  assert.equal(answer(town, a, user.write('', draft)), 'not-a-writer');
  const report = { kind: BundleKind.nodeReport };
  assert.equal(answer(town, a, user.write('', report)), 'not-a-writer');
  town.clock.advance(1_000);
  assert.deepEqual(c.acts, ['person.revoke']);
});

test('lists and rules survive a power cut, and an old list is refused after it too', () => {
  const { village: town, ada, list, rules } = village(5);
  const node = town.node('a');
  const old = list(ada.issuer, 1);
  const staff = town.site.author(Role.staff).key.publicKey;
  assert.ok(node.node.adoptTrust(old).ok);
  assert.ok(node.node.adoptTrust(list(ada.issuer, 2, { revoked: [staff], epoch: 0 })).ok);
  assert.ok(node.node.adoptTrust(rules(ada.issuer, 1, { announcement: 'hello' })).ok);
  town.clock.advance(100);
  node.crash();
  assert.ok(node.node.trust().revoked.has(staff));
  assert.equal(node.node.trust().rules.announcement, 'hello');
  assert.deepEqual(node.node.adoptTrust(old), { ok: false, reason: 'old' });
});

test('a node that has not started yet takes a list beside those that it kept', () => {
  const { village: town, ada, list } = village(10);
  const bob = town.site.admin('Bob');
  const node = town.node('a');
  const keys = [1, 2].map(() => town.site.author(Role.staff).key.publicKey);
  node.node.adoptTrust(list(ada.issuer, 1, { revoked: [keys[0]!] }));
  town.clock.advance(100);
  node.node.stop();
  const again = new MeshNode({
    ...{ crypto, clock: node.clock, random: town.random, store: node.store },
    ...{ siteKey: town.site.key.publicKey, key: node.sample.key, logger: createMemoryLogger() },
    certificate: node.sample.certificate,
  });
  assert.ok(again.adoptTrust(list(bob.issuer, 1, { revoked: [keys[1]!] })).ok);
  town.clock.advance(100);
  node.crash();
  for (const key of keys) assert.ok(node.node.trust().revoked.has(key));
});

test('what a full disk did not take is written later', () => {
  const { village: town, ada, list } = village(6);
  const node = town.node('a');
  const staff = town.site.author(Role.staff).key.publicKey;
  node.store.failure = 'disk-full';
  assert.ok(node.node.adoptTrust(list(ada.issuer, 1, { revoked: [staff] })).ok);
  town.clock.advance(5_000);
  node.store.failure = undefined;
  town.clock.advance(30_000);
  node.crash();
  assert.ok(node.node.trust().revoked.has(staff));
});

test('a policy falls with its admin, and the best that is held counts', () => {
  const { village: town, ada, list } = village(7);
  const bob = town.site.admin('Bob');
  const node = town.node('a');
  const { site } = town.site.trust;
  const policy = (revision: number) => ({ site, revision, pins: [], rules: [] });
  const payload = signSitePolicy(crypto, policy(3), bob.issuer);
  const tag = policyTag(crypto, site);
  const announced = bob.write('', { kind: BundleKind.sitePolicy, tag, payload });
  assert.equal(answer(town, node, announced), 'held');
  const stuck = signSitePolicy(crypto, policy(Number.MAX_SAFE_INTEGER), ada.issuer);
  assert.ok(node.node.adoptPolicy(stuck).ok);
  const revoked = [ada.key.publicKey];
  assert.ok(node.node.adoptTrust(list(town.site.root, 1, { revoked })).ok);
  assert.equal(node.node.policy()?.policy.revision, 3);
  assert.ok(node.node.adoptPolicy(signSitePolicy(crypto, policy(4), town.site.root)).ok);
  town.clock.advance(100);
  node.crash();
  assert.equal(node.node.policy()?.policy.revision, 4);
  assert.deepEqual(node.node.adoptPolicy(stuck), { ok: false, reason: 'revoked' });
});

test('guests get new tickets with each epoch and certificate, as many as the rules say', () => {
  const { village: town, ada, list, rules } = village(8);
  const node = town.node('a');
  const device = town.site.author(Role.user).key.publicKey;
  const first = node.node.admitGuest(device);
  assert.ok(first.ok);
  assert.deepEqual(node.node.admitGuest(device), first);
  node.node.adoptTrust(list(ada.issuer, 1, { epoch: 1 }));
  const second = node.node.admitGuest(device);
  assert.ok(second.ok);
  assert.equal(decodeTicket(second.value)?.epoch, 1);
  assert.equal(node.node.checkTicket(first.value, device).ok, false);
  assert.equal(
    node.node.checkTicket(second.value, device).ok,
    true,
    'under a certificate in grace',
  );
  node.node.adoptTrust(list(ada.issuer, 2, { epoch: 2 }));
  const third = node.node.admitGuest(device);
  assert.ok(third.ok);
  assert.equal(node.node.checkTicket(third.value, device).ok, false);
  const { key, name } = node.sample;
  const renewed = town.site.certificateFor(key, name, { epoch: 5, by: ada.issuer });
  assert.ok(node.node.replaceCertificate(renewed).ok);
  const fourth = node.node.admitGuest(device);
  assert.ok(fourth.ok);
  assert.equal(node.node.checkTicket(fourth.value, device).ok, true);
  const guest = new SampleAuthor(town.site, town.site.author(Role.user).key, fourth.value);
  assert.equal(answer(town, node, guest.write('not mine')), 'ticket-not-yours');
  node.node.adoptTrust(rules(ada.issuer, 1, { guestTicketsPerMinute: 0 }));
  const stranger = town.site.author(Role.user).key.publicKey;
  assert.deepEqual(node.node.admitGuest(stranger), { ok: false, reason: 'guests-full' });
});

test('a renewed certificate is taken for this node alone, and none that ends sooner', () => {
  const { village: town, ada } = village(9);
  const node = town.node(town.site.node('a', { epoch: 4 }));
  const { key } = node.sample;
  const of = (epoch: number, by = ada.issuer) => town.site.certificateFor(key, 'a', { epoch, by });
  const refusal = (wire: Uint8Array) => {
    const replaced = node.node.replaceCertificate(wire);
    return replaced.ok ? 'taken' : replaced.reason;
  };
  assert.equal(refusal(town.site.node('b', { epoch: 9 }).certificate), 'not-yours');
  assert.equal(refusal(of(3)), 'expired');
  const weak = town.site.admin('no nodes', { powers: 2 });
  assert.equal(refusal(of(9, weak.issuer)), 'forged');
  assert.equal(refusal(of(9)), 'taken');
});
