/** What the admin's views make of what they are told, without a browser: pure, and never thrown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NodeReport, type SiteTrust, toBase64url, toHex } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { readHttpsTrust } from '../../src/admin/https/https-trust.ts';
import { type Edge, forceLayout } from '../../src/admin/map/force-layout.ts';
import { hearingsOf, hearsWords } from '../../src/admin/map/hearings.ts';
import { problemsOf } from '../../src/admin/map/problems.ts';
import { readAdded, readClients } from '../../src/admin/mqtt/mqtt-answers.ts';
import { bytesText, durationText } from '../../src/admin/parts/figures.ts';
import { knownPeople } from '../../src/admin/people/known-people.ts';
import type { ActEntry } from '../../src/admin/session/act-trail.ts';
import type { NodeView, SiteView } from '../../src/admin/session/site-view.ts';
import { actWords, paramsOf } from '../../src/admin/trail/act-words.ts';

const key = (fill: number) => toHex(new Uint8Array(32).fill(fill));
const none = new Uint8Array(0);

const report: NodeReport = {
  name: 'Box 1',
  role: 'node',
  version: '0.1.0',
  uptimeMs: 60_000,
  boots: 1,
  unixMs: 0,
  clockQuality: 0,
  epoch: 0,
  certificateEpoch: 9,
  links: [],
  store: { bundles: 0, contentBytes: 0, contentBytesMax: 1 },
  clients: 0,
  guestsWaiting: 0,
  machine: {},
  problems: [],
};

function node(fill: number, change: Partial<NodeView> = {}): NodeView {
  const name = `Box ${fill}`;
  return { key: key(fill), name, report, ageMs: 0, revoked: false, clone: false, ...change };
}

function site(nodes: readonly NodeView[], epoch = 0): SiteView {
  const rest = { unclaimed: [], revoked: [], admins: [] };
  return { siteName: 'Camp', self: key(1), epoch, nodes, ...rest };
}

test('problems come first, each once, and a node that was shut out has none', () => {
  const weak = { code: 'under-voltage', severity: 'problem', text: 'Its power is weak.' } as const;
  const clone = { code: 'clone', severity: 'problem', text: 'It runs twice.' } as const;
  const alone = { code: 'alone', severity: 'warning', text: 'It is alone.' } as const;
  const found = problemsOf(
    site(
      [
        node(1, { report: { ...report, problems: [alone] } }),
        node(2, { report: { ...report, problems: [clone] }, clone: true }),
        node(3, { report: undefined, ageMs: -1 }),
        node(4, { ageMs: 10 * 60_000 }),
        node(5, { revoked: true, report: { ...report, problems: [weak] } }),
      ],
      1,
    ),
  );
  assert.deepEqual(
    found.map((one) => one.key.slice(65)),
    ['clone', 'silent', 'alone', 'epoch-behind', 'epoch-behind', 'unheard', 'epoch-behind'],
  );
  assert.deepEqual(problemsOf(site([node(1)])), []);
  const turned = { ...alone, text: 'all \u202Ewell\u200B' };
  const [told] = problemsOf(site([node(1, { report: { ...report, problems: [turned] } })]));
  assert.equal(told?.text, 'all well');
});

test('who hears whom is drawn once for each pair, and said of each node', () => {
  const base64 = (fill: number) => toBase64url(new Uint8Array(32).fill(fill));
  const hears = (...near: NodeReport['near'] & object) => ({ report: { ...report, near } });
  const own = { key: base64(1), level: 'near' } as const;
  const nodes = [
    node(1, hears({ key: base64(2), level: 'around' }, own, { key: '!', level: 'near' })),
    node(2, hears({ key: base64(1), level: 'near' }, { key: base64(3), level: 'around' })),
    node(3, hears({ key: base64(9), level: 'around' })),
    node(4, { revoked: true, ...hears({ key: base64(1), level: 'near' }) }),
    node(5, { report: undefined }),
  ];
  assert.deepEqual(hearingsOf(nodes), [
    { edge: [key(1), key(2)], words: 'Box 1 and Box 2 hear each other: near now' },
    { edge: [key(2), key(3)], words: 'Box 2 hears Box 3: around' },
  ]);
  const words = nodes.map((one) => hearsWords(one, site(nodes)));
  assert.deepEqual(words, [
    'Hears Box 2 (around) by Bluetooth.',
    'Hears Box 1 (near now) and Box 3 (around) by Bluetooth.',
    'Hears an unknown node (around) by Bluetooth.',
    '',
    '',
  ]);
});

test('the layout is the same for the same site, within the drawing, and nobody on another', () => {
  const random = new SeededRandom(11);
  for (const count of [0, 1, 2, 3, 12, 60]) {
    const keys = Array.from({ length: count }, (_, i) => key(i));
    const pick = () => keys[random.bytes(1)[0]! % Math.max(1, count)] ?? '';
    const edges: Edge[] = Array.from({ length: count * 2 }, () => [pick(), pick()]);
    edges.push([key(1), 'nobody']);
    const places = forceLayout(keys, edges);
    assert.deepEqual(forceLayout([...keys].reverse(), edges), places);
    assert.equal(places.size, count);
    const all = [...places.values()];
    for (const [at, one] of all.entries()) {
      assert.ok(one.x >= 0 && one.x <= 1 && one.y >= 0 && one.y <= 1, `${count}: in the drawing`);
      for (const other of all.slice(at + 1)) {
        assert.ok(Math.hypot(one.x - other.x, one.y - other.y) > 0.005, `${count}: apart`);
      }
    }
  }
});

function entry(command: string, params: unknown, fill = 0): ActEntry {
  const target = fill === 0 ? none : new Uint8Array(32).fill(fill);
  const text = typeof params === 'string' ? params : JSON.stringify(params);
  const act = { command, node: target, params: text, documents: [] };
  return { id: '', act, admin: key(9), adminName: 'Ada', unixMs: 0, arrivedUnixMs: 0 };
}

const wire = (fill: number) => toBase64url(new Uint8Array(32).fill(fill));

test('an act is a sentence; what is unknown or damaged throws nothing', () => {
  const say = (one: ActEntry) => actWords(one, () => 'Box 7');
  const ticket = entry('person.ticket', { name: 'Mira', role: 'staff', via: wire(3) });
  assert.deepEqual(say(ticket), { what: 'made Mira staff', via: key(3) });
  assert.equal(say(entry('list.set', { epoch: 4 })).what, 'advanced the epoch to 4');
  assert.equal(say(entry('list.set', { key: wire(5), label: 'Box 2' })).what, 'shut out Box 2');
  assert.equal(say(entry('node.restart', {}, 7)).what, 'restarted Box 7');
  assert.equal(say(entry('policy.show', {}, 7)).what, 'policy.show at Box 7');
  for (const command of ['__proto__', 'constructor', '\u202Eevil', '']) {
    assert.equal(typeof say(entry(command, {})).what, 'string');
  }
  for (const params of ['', '[]', '7', 'null', '{"name":{}}', '{"via":"x","key":5,"epoch":"1"}']) {
    assert.equal(say(entry('list.set', params)).via, undefined);
    assert.equal(typeof paramsOf(entry('x', params)), 'object');
  }
  assert.equal(say(entry('node.claimed', { name: 'a\u202Eb' })).what.includes('\u202E'), false);
});

test('people are those of the trail and those who are here; the newest word counts', () => {
  const revoked = new Uint8Array(32).fill(2);
  const has = (one: Uint8Array) => one[0] === revoked[0];
  const book = { revoked: { has } } as unknown as SiteTrust;
  const acts = [
    entry('person.ticket', { key: wire(1), name: 'Mira', role: 'staff' }),
    entry('person.ticket', { key: wire(1), name: 'Mira', role: 'user' }),
    entry('person.ticket', { key: wire(2), name: 'Theo', role: 'user' }),
    entry('person.ticket', { key: 'short', name: 'X' }),
    entry('rules.set', { key: wire(4) }),
  ];
  const at = (fill: number, name: string) => {
    return { device: new Uint8Array(32).fill(fill), name, ticket: none };
  };
  const present = [at(1, 'M'), at(2, 'T'), at(3, 'Lee'), at(6, 'Boss')];
  const provenRole = ({ name }: { name: string }) => (name === 'Boss' ? 'admin' : 'guest');
  const people = knownPeople({ book, acts, present, provenRole, self: { key: key(3) } });
  const roles = (list: typeof people.here) => list.map(({ name, role }) => [name, role]);
  assert.deepEqual(roles(people.granted), [
    ['Mira', 'staff'],
    ['Theo', 'revoked'],
  ]);
  assert.deepEqual(roles(people.here), [
    ['M', 'staff'],
    ['T', 'revoked'],
    ['Lee', ''],
    ['Boss', 'admin'],
  ]);
  assert.equal(people.here[2]!.isSelf, true);
});

test('answers of nodes are read strictly', () => {
  for (const wrong of [undefined, null, 5, 'x', [], {}, { clients: 5 }, { clients: [null, 1] }]) {
    assert.deepEqual(readClients(wrong), []);
    assert.equal(readAdded(wrong), undefined);
    assert.equal(readHttpsTrust(wrong)?.url, undefined);
  }
  assert.deepEqual(readClients({ clients: [{ name: 'a', connected: 'x' }] }), [
    { name: 'a', connected: 0 },
  ]);
  const added = readAdded({ name: 'a', password: 'p', urls: ['mqtt://x', 5] });
  assert.deepEqual(added, { name: 'a', password: 'p', urls: ['mqtt://x'] });
  for (const https of ['http://x', 'javascript:alert(1)', 'x', 5]) {
    assert.equal(readHttpsTrust({ https })?.url, undefined);
  }
  assert.equal(readHttpsTrust({ https: 'https://10.0.0.1:8443/' })?.url, 'https://10.0.0.1:8443/');
});

test('amounts are short', () => {
  assert.deepEqual([0, 999, 1500, 25_000_000].map(bytesText), ['0 B', '999 B', '1.5 kB', '25 MB']);
  const times = [-5, 59_000, 90_000, 3_600_000 * 5, 86_400_000 * 3].map(durationText);
  assert.deepEqual(times, ['0 s', '59 s', '2 min', '5 h', '3 days']);
});
