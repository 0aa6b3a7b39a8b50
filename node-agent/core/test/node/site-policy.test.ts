/** The site policy in a mesh: how it spreads, what it withdraws, and what a restart keeps of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/bytes/index.ts';
import {
  type PolicyFault,
  pinOf,
  type SitePolicy,
  signSitePolicy,
} from '../../src/federation/index.ts';
import { rootIssuer } from '../../src/identity/issued.ts';
import { Role } from '../../src/identity/role.ts';
import type { PutAnswer } from '../../src/node/api.ts';
import type { Result } from '../../src/result.ts';
import { crypto } from '../support/crypto.ts';
import { policyBundle, Sites } from '../support/sites.ts';
import type { VillageNode } from '../support/village.ts';

const settleMs = 10_000;
const reconciledMs = 150_000;

const revisionAt = ({ node }: VillageNode) => node.policy()?.policy.revision;
const reasonOf = (adopted: Result<SitePolicy, PolicyFault>) =>
  adopted.ok ? 'adopted' : adopted.reason;

test('a policy reaches a node three links away, and opens it for what came before', () => {
  const sites = new Sites(51);
  const nodes = ['gate', 'b', 'c', 'd'].map((name) => sites.village.node(name));
  nodes.slice(1).forEach((node, i) => {
    sites.village.link(nodes[i]!, node);
  });
  sites.village.clock.advance(settleMs);
  // The gateway has it from its admin; the others refuse what it sends, and stay its neighbours.
  nodes[0]!.node.adoptPolicy(sites.policy(1));
  const staff = sites.away.author(Role.staff);
  const early = Array.from({ length: 150 }, (_, i) => staff.write(`early ${i}`));
  for (const bundle of early) nodes[0]!.node.takeFromUplink(bundle.carried, () => {});
  sites.village.clock.advance(settleMs);
  assert.ok((nodes[1]!.node.status().dropped['site-foreign'] ?? 0) >= 150);
  assert.equal(nodes[0]!.node.status().neighbours.length, 1);
  assert.deepEqual(sites.shown(nodes[1]!), []);
  nodes[0]!.put(policyBundle(sites, sites.policy(1)));
  sites.village.clock.advance(settleMs);
  assert.deepEqual(nodes.map(revisionAt), [1, 1, 1, 1]);
  sites.village.clock.advance(3 * reconciledMs);
  const ids = early.map(({ id }) => toHex(id));
  for (const node of nodes) assert.deepEqual(new Set(sites.shown(node)), new Set(ids));
});

test('only a policy of the root counts, whoever announces it, and only a newer one', () => {
  const sites = new Sites(52);
  const node = sites.node('a', sites.policy(5));
  const { policy } = node.node.policy()!;
  const rogue = sites.away.key;
  const foreign = signSitePolicy(
    crypto,
    { ...policy, site: sites.away.trust.site, revision: 9, pins: [], rules: [] },
    rootIssuer(rogue),
  );
  const forged = sites.policy(9);
  forged[forged.length - 1]! ^= 1;
  const attempts = [
    [sites.policy(4), 'old'],
    [sites.policy(5), 'old'],
    [foreign, 'foreign'],
    [forged, 'forged'],
    [forged.subarray(1), 'malformed'],
  ] as const;
  for (const [wire, reason] of attempts)
    assert.equal(reasonOf(node.node.adoptPolicy(wire)), reason);
  // Any author may carry it: what a guest makes up changes nothing, what the root signed does.
  const guest = sites.home.guest(node.sample);
  for (const [wire] of attempts) node.put(policyBundle(sites, wire, guest));
  sites.village.clock.advance(50);
  assert.equal(revisionAt(node), 5);
  node.put(policyBundle(sites, sites.policy(6), guest));
  sites.village.clock.advance(50);
  assert.equal(revisionAt(node), 6);
});

test('of two policies of one revision every node ends with the same, in either order', () => {
  const sites = new Sites(53);
  const one = sites.policy(3);
  const two = sites.policy(3, { rules: [] });
  const [a, b] = [sites.node('a', one), sites.node('b', two)];
  a.node.adoptPolicy(two);
  b.node.adoptPolicy(one);
  assert.deepEqual(a.node.policy()?.wire, b.node.policy()?.wire);
});

test('unpinning ends it at once: not taken, not shown, not sent, and in time not kept', () => {
  const sites = new Sites(54);
  const [gate, far] = [sites.node('gate'), sites.node('far')];
  const staff = sites.away.author(Role.staff);
  for (let i = 0; i < 500; i++) {
    gate.node.takeFromUplink(staff.write(`${i}`).carried, () => {});
  }
  const own = sites.home.author(Role.staff).write('ours');
  gate.put(own);
  sites.village.clock.advance(100);
  assert.equal(sites.shown(gate).length, 200);
  const [kept] = gate.node.page({ tag: sites.away.general, limit: 1 });
  assert.equal(
    reasonOf(gate.node.adoptPolicy(sites.policy(2, { pins: [], rules: [] }))),
    'adopted',
  );
  // The first of them are forgotten at once; none is shown or sent while the others lie there.
  assert.ok(gate.node.status().liveEntries > 200);
  assert.deepEqual(sites.shown(gate), []);
  assert.deepEqual(
    gate.node.since({ row: 0, limit: 200 }).map(({ id }) => toHex(id)),
    [toHex(own.id)],
  );
  assert.equal(gate.node.carried(kept!.id), undefined);
  assert.equal(sites.bring(gate, staff.write('more')), 'site-foreign');
  sites.village.clock.advance(settleMs);
  assert.equal(gate.node.status().liveEntries, 1);
  // A neighbour that has not heard of it yet brings none of them back, and stays a neighbour.
  assert.equal(sites.bring(far, staff.write('elsewhere')), 'held');
  sites.village.link(gate, far);
  sites.village.clock.advance(reconciledMs);
  assert.deepEqual(sites.shown(gate), []);
  assert.equal(gate.node.status().neighbours.length, 1);
});

test('a channel is withdrawn alone, and comes again when it is let in again', () => {
  const sites = new Sites(55);
  const gate = sites.village.node('gate');
  const tag = new Uint8Array(16).fill(7);
  const news = sites.rule({ tag, name: 'news' });
  gate.node.adoptPolicy(sites.policy(1, { rules: [sites.rule(), news] }));
  const staff = sites.away.author(Role.staff);
  const bundles = [staff.write('general'), staff.write('news', { tag })];
  for (const bundle of bundles) assert.equal(sites.bring(gate, bundle), 'held');
  gate.node.adoptPolicy(sites.policy(2));
  sites.village.clock.advance(settleMs);
  assert.deepEqual(
    bundles.map(({ id }) => gate.node.knows(id)),
    [true, false],
  );
  gate.node.adoptPolicy(sites.policy(3, { rules: [sites.rule(), news] }));
  assert.equal(sites.bring(gate, bundles[1]!), 'held');
});

test('what is only remembered as seen goes with the pin of its site', () => {
  const sites = new Sites(62);
  const gate = sites.node('gate');
  const staff = sites.away.author(Role.staff);
  const fork = staff.fork('two');
  assert.equal(sites.bring(gate, staff.write('one')), 'held');
  assert.equal(sites.bring(gate, fork), 'held');
  const seen = staff.write('after the fork');
  assert.equal(sites.bring(gate, seen), 'author-frozen');
  gate.node.adoptPolicy(sites.policy(2, { rules: [] }));
  sites.village.clock.advance(settleMs);
  assert.deepEqual([gate.node.status().liveEntries, gate.node.knows(seen.id)], [1, true]);
  gate.node.adoptPolicy(sites.policy(3, { pins: [], rules: [] }));
  sites.village.clock.advance(settleMs);
  assert.equal(gate.node.status().liveEntries, 0);
});

test('what is on its way to disk when its site is unpinned is neither shown nor kept', () => {
  const sites = new Sites(56);
  const gate = sites.node('gate');
  const bundle = sites.away.author(Role.staff).write('too late');
  const answers: PutAnswer[] = [];
  gate.node.takeFromUplink(bundle.carried, (answer) => answers.push(answer));
  gate.node.adoptPolicy(sites.policy(2, { pins: [], rules: [] }));
  sites.village.clock.advance(settleMs);
  assert.deepEqual(answers, [{ ok: false, reason: 'expired' }]);
  assert.deepEqual([gate.shown, gate.node.knows(bundle.id)], [[], false]);
  gate.crash();
  assert.equal(gate.node.status().liveEntries, 0);
});

test('a restart keeps the newest policy and what it let in, with the role of its author', () => {
  const sites = new Sites(57);
  const gate = sites.node('gate');
  const bundle = sites.away.author(Role.staff).write('kept');
  assert.equal(sites.bring(gate, bundle), 'held');
  gate.crash();
  assert.equal(revisionAt(gate), 1);
  assert.equal(reasonOf(gate.node.adoptPolicy(sites.policy(0))), 'old');
  const [read] = gate.node.page({ tag: sites.away.general, limit: 1 });
  assert.deepEqual([toHex(read!.id), read!.role], [toHex(bundle.id), Role.staff]);
  assert.equal(sites.bring(gate, bundle), 'held');
});

test('a power cut in the midst of a withdrawal: it is gone on with', () => {
  const sites = new Sites(58);
  const gate = sites.node('gate');
  const staff = sites.away.author(Role.staff);
  for (let i = 0; i < 500; i++) {
    gate.node.takeFromUplink(staff.write(`${i}`).carried, () => {});
  }
  sites.village.clock.advance(100);
  gate.node.adoptPolicy(sites.policy(2, { pins: [], rules: [] }));
  sites.village.clock.advance(20);
  gate.crash();
  assert.ok(gate.node.status().liveEntries > 0);
  assert.deepEqual(sites.shown(gate), []);
  sites.village.clock.advance(settleMs);
  assert.equal(gate.node.status().liveEntries, 0);
});

test('a policy whose bundle reached the disk counts, though power went before it was kept', () => {
  const sites = new Sites(59);
  const gate = sites.node('gate');
  sites.village.clock.advance(100);
  gate.put(policyBundle(sites, sites.policy(2, { pins: [], rules: [] })));
  gate.crash(1);
  assert.equal(revisionAt(gate), 2);
});

test('a store that begins anew knows no policy either, and learns it from the mesh', () => {
  const sites = new Sites(60);
  const [gate, fresh] = [sites.node('gate'), sites.village.node('fresh')];
  assert.equal(revisionAt(fresh), undefined);
  gate.put(policyBundle(sites, sites.policy(1)));
  assert.equal(sites.bring(gate, sites.away.author(Role.staff).write('x')), 'held');
  sites.village.link(gate, fresh);
  sites.village.clock.advance(reconciledMs);
  assert.equal(revisionAt(fresh), 1);
  assert.equal(sites.shown(fresh).length, 1);
});

test('a policy of 32 pins and 128 rules fits into a bundle of a node', () => {
  const sites = new Sites(61);
  const node = sites.village.node('a');
  const pins = Array.from({ length: 32 }, (_, i) => {
    const { publicKey } = crypto.keyPairFromSeed(new Uint8Array(32).fill(100 + i));
    return pinOf(crypto, {
      siteKey: publicKey,
      name: `site ${i}`,
      relays: ['/ip4/10.0.0.1/tcp/1'],
    });
  });
  const rules = Array.from({ length: 128 }, (_, i) =>
    sites.rule({
      tag: new Uint8Array(16).fill(i),
      home: pins[0]!.site,
      peers: [pins[i % 32]!.site],
    }),
  );
  const answers = node.put(policyBundle(sites, sites.policy(1, { pins, rules })));
  sites.village.clock.advance(50);
  assert.equal(answers[0]?.ok, true);
  assert.equal(node.node.policy()?.policy.rules.length, 128);
});
