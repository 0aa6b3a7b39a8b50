/** Acts of admins over the socket: who may, what is carried out, once, and what admins see. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BundleKind, Power, powersAll, Role, signTicket, toBase64url } from '@muster/core';
import type { AgentExtension } from '../../src/extension.ts';
import type { NextLife } from '../../src/unclaimed/next-life.ts';
import { type AgentSetup, startAgent } from '../support/real-agent.ts';
import { act, sayAct, TestAdmin } from '../support/test-admin.ts';
import { connect, type Frame } from '../support/test-client.ts';

/** Something with commands, as the gateway is. */
class Counting implements AgentExtension {
  readonly name = 'counting';
  readonly calls: Readonly<Record<string, unknown>>[] = [];
  readonly commands = {
    'mqtt.client.list': async (params: Readonly<Record<string, unknown>>) => {
      this.calls.push(params);
      return { clients: ['lamp'] };
    },
    'mqtt.client.add': async () => ({ password: 'hush' }),
    'vault.open': async () => ({ never: true }),
    'uplink.add': async () => ({ never: true }),
    'uplink.list': async () => ({ long: 'x'.repeat(100_000) }),
  };
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

async function site(t: TestContext, setup: AgentSetup = {}) {
  const counting = new Counting();
  const agent = await startAgent(t, { extensions: [counting], ...setup });
  const admin = new TestAdmin(agent);
  const node = agent.identity.node.key.publicKey;
  return { agent, admin, counting, node };
}

test('a command for this node is carried out, and its result comes', async (t) => {
  const { admin, counting, node, agent } = await site(t);
  const client = await admin.connect(t);
  const via = toBase64url(node);
  const params = JSON.stringify({ via, label: 'the lamps', all: true });
  const done = await act(client, { command: 'mqtt.client.list', node, params });
  assert.deepEqual(done.result, { clients: ['lamp'] });
  assert.deepEqual(counting.calls, [{ all: true }], 'without what is for the trail');
  const secret = await act(client, { command: 'mqtt.client.add', node });
  assert.deepEqual(secret.result, { password: 'hush' });
  assert.ok(!agent.logLines.join('').includes('hush'));
  const codeOf = async (command: string) => (await act(client, { command, node })).error.code;
  assert.equal(await codeOf('nonsense'), 'unknown-command');
  assert.equal(await codeOf('claim.open'), 'unknown-command');
  assert.equal(await codeOf('vault.open'), 'unknown-command');
  assert.equal(await codeOf('uplink.add'), 'unknown-command', 'everybody could read its password');
  assert.equal(await codeOf('constructor'), 'unknown-command');
  assert.equal(await codeOf('uplink.list'), 'result-long');
});

test('an act for another node, or for none, is sent on and not carried out here', async (t) => {
  const { admin, counting } = await site(t);
  const client = await admin.connect(t);
  const other = new Uint8Array(32).fill(7);
  const sent = await act(client, { command: 'mqtt.client.list', node: other });
  assert.deepEqual([sent.ok, sent.sent], [true, true]);
  assert.equal((await act(client, { command: 'person.ticket' })).sent, true);
  assert.equal(counting.calls.length, 0);
});

test('only admins hand in acts: not guests, not staff, not other admins’ own', async (t) => {
  const { agent, admin, counting, node } = await site(t);
  const guest = connect(t, agent);
  await guest.open();
  sayAct(guest, { command: 'mqtt.client.list', node });
  assert.equal((await guest.next('error')).code, 'not-allowed');
  const staff = connect(t, agent);
  const tickets = [toBase64url(admin.ticketFor(staff.key.publicKey, Role.staff))];
  await staff.open('Sue', (frame) => ({ ...frame, tickets }));
  const said = sayAct(staff, { command: 'mqtt.client.list', node });
  assert.equal((await staff.next('error')).code, 'not-allowed');
  staff.say({ ...said, type: 'put' });
  assert.equal((await staff.next('refused')).reason, 'not-a-writer');
  const client = await admin.connect(t);
  const wrongs = [
    { kind: BundleKind.message },
    { params: '{"via":"AAAA"}' },
    { params: '{"via":7}' },
    { params: 'nonsense' },
  ];
  for (const wrong of wrongs) {
    sayAct(client, { command: 'mqtt.client.list', node, ...wrong });
    assert.equal((await client.next('error')).code, 'act-wrong', JSON.stringify(wrong));
  }
  client.say({ type: 'act', ref: 'x', signed: 'AAAA', signature: toBase64url(new Uint8Array(64)) });
  assert.equal((await client.next('error')).code, 'act-wrong');
  assert.equal(counting.calls.length, 0);
});

test('powers are those of the certificate', async (t) => {
  const agent = await startAgent(t, { extensions: [new Counting()] });
  const node = agent.identity.node.key.publicKey;
  const codeOf = async (powers: number, command: string) => {
    const client = await new TestAdmin(agent, { powers }).connect(t);
    return (await act(client, { command, node })).error?.code ?? 'ok';
  };
  assert.equal(await codeOf(Power.people, 'mqtt.client.list'), 'power-missing');
  assert.equal(await codeOf(Power.rules, 'mqtt.client.list'), 'ok');
  assert.equal(await codeOf(Power.rules, 'node.reset'), 'power-missing');
  assert.equal(await codeOf(powersAll, 'node.reset'), 'reset-holds-root');
});

test('whom the root gave just the role has no powers', async (t) => {
  const { agent, admin, node } = await site(t);
  const { crypto } = agent.parts;
  const client = connect(t, agent);
  const ticket = signTicket(
    crypto,
    { site: admin.site, subject: client.key.publicKey, role: Role.admin, serial: 3, epoch: 9 },
    { key: admin.root, certificate: new Uint8Array(0) },
  );
  const tickets = [toBase64url(ticket)];
  assert.equal((await client.open('Max', (f) => ({ ...f, tickets }))).role, 'admin');
  const done = await act(client, { command: 'mqtt.client.list', node });
  assert.equal(done.error.code, 'power-missing');
});

test('an act is carried out once and young, whatever is claimed', async (t) => {
  const { agent, admin, counting, node } = await site(t);
  const client = await admin.connect(t);
  const old = await act(client, { command: 'mqtt.client.list', node, ageMs: 11 * 60_000 });
  assert.equal(old.error.code, 'act-old');
  const said = sayAct(client, { command: 'mqtt.client.list', node });
  const isAnswer = ({ ref }: Frame) => ref === said.ref;
  assert.equal((await client.next('act-result', isAnswer)).ok, true);
  client.say(said);
  await client.next('act-result', isAnswer);
  assert.equal(counting.calls.length, 1, 'what is on disk already is not carried out again');
  await agent.stop();
  for (const name of readdirSync(agent.folder)) {
    if (name.startsWith('store.db')) rmSync(join(agent.folder, name));
  }
  const again = await startAgent(t, { folder: agent.folder, extensions: [counting] });
  const back = await admin.connect(t, again);
  back.say(said);
  assert.equal((await back.next('act-result', isAnswer)).error.code, 'act-repeated');
  assert.equal(counting.calls.length, 1, 'nor when the store was lost');
});

test('restart, rename, move and reset are left to whoever runs the agent', async (t) => {
  const lives: NextLife[] = [];
  const first = await startAgent(t);
  const member = await startAgent(t, {
    siteOf: first,
    onNextLife: (next: NextLife) => void lives.push(next),
  });
  const admin = new TestAdmin(first);
  const client = await admin.connect(t, member);
  const node = member.identity.node.key.publicKey;
  const told = async (command: string, params = '{}') => {
    const done = await act(client, { command, node, params });
    return done.ok ? 'ok' : done.error.code;
  };
  assert.equal(await told('node.rename', '{"name":"  "}'), 'name-wrong');
  assert.equal(await told('node.rename', '{"name":"Blue box"}'), 'ok');
  assert.match(readFileSync(join(member.folder, 'muster.jsonc'), 'utf8'), /"name": "Blue box"/);
  assert.equal(await told('node.move', '{"invite":"hello"}'), 'claim-not-a-code');
  assert.equal(await told('node.reset', '{"keepConfig":true}'), 'ok');
  assert.equal(await told('node.restart'), 'ok');
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.deepEqual(lives, [
    { kind: 'restart' },
    { kind: 'reset', keepConfig: true },
    { kind: 'restart' },
  ]);
});

test('who watches sees the site, the trail newest first, and new acts as they come', async (t) => {
  const { agent, admin, node } = await site(t);
  const client = await admin.connect(t);
  await act(client, { command: 'first', params: '{"label":"one"}' });
  await act(client, { command: 'second' });
  client.say({ type: 'admin-watch' });
  const view = await client.next('site');
  assert.deepEqual([view.self, view.epoch], [toBase64url(node), 0]);
  assert.deepEqual(view.admins[0].name, 'Grace');
  const trail = await client.next('acts');
  assert.deepEqual([trail.live, trail.end, trail.items.length], [false, true, 2]);
  assert.ok(trail.items[0].ticket);
  sayAct(client, { command: 'third' });
  const live = await client.next('acts');
  assert.deepEqual([live.live, live.items.length], [true, 1]);
  const { nodes } = await client.next('site', (frame) => frame.nodes.length > 0);
  assert.equal(nodes[0].key, toBase64url(node));
  assert.deepEqual([nodes[0].name, nodes[0].report.wanted], ['box', true]);
  assert.equal(nodes[0].report.rootOpen, true);
  assert.ok(nodes[0].report.problems.some(({ code }: { code: string }) => code === 'root-open'));
  const guest = connect(t, agent);
  await guest.open();
  assert.ok(!guest.frames.some(({ type }) => type === 'site' || type === 'acts'));
});

test('a result of elsewhere is in the next report of that node', async (t) => {
  const first = await startAgent(t);
  const counting = new Counting();
  const config = { meshBootstrap: first.meshAddresses() };
  const second = await startAgent(t, { siteOf: first, extensions: [counting], config });
  const admin = new TestAdmin(first);
  const client = await admin.connect(t);
  const node = second.identity.node.key.publicKey;
  await client.next('here', ({ nodes }) => nodes === 1);
  client.say({ type: 'admin-watch' });
  assert.equal((await act(client, { command: 'mqtt.client.list', node })).sent, true);
  assert.equal((await act(client, { command: 'mqtt.client.add', node })).sent, true);
  const isDone = (frame: { nodes: readonly { key: string; report: { acts?: unknown[] } }[] }) =>
    frame.nodes.some(({ key, report }) => key === toBase64url(node) && report.acts?.length === 2);
  const view = await client.next('site', isDone as never);
  const { report } = view.nodes.find(({ key }: { key: string }) => key === toBase64url(node));
  assert.deepEqual(
    report.acts.map(({ ok }: { ok: boolean }) => ok),
    [false, true],
    'a secret does not travel',
  );
  assert.equal(report.links[0].state, 'live');
  assert.equal(counting.calls.length, 1);
});
