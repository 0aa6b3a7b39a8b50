/** The session protocol of docs/protocol/api.md, against a whole agent over real sockets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BundleKind,
  ChannelKind,
  channelTag,
  encodeDescription,
  Role,
  siteIdOf,
  toBase64url,
  utf8,
} from '@muster/core';
import { issueTicket, readSite, readSiteRoot } from '@muster/provisioning';
import { socketLimits } from '../src/socket/limits.ts';
import { startAgent } from './support/real-agent.ts';
import { connect, type Frame, type TestClient } from './support/test-client.ts';

async function opened(client: TestClient): Promise<TestClient> {
  await client.open();
  return client;
}

test('a device proves its key, gets a guest ticket, the channels and who is here', async (t) => {
  const agent = await startAgent(t);
  const client = connect(t, agent);
  const welcome = await client.open('Ada');
  assert.equal(welcome.role, 'guest');
  assert.equal(welcome.seqMax, -1);
  assert.equal(welcome.frozen, false);
  assert.ok(welcome.unixMs > 0);
  const { channels } = await client.next('channels');
  assert.deepEqual(channels, [
    {
      tag: toBase64url(client.tag),
      name: 'general',
      kind: 'site',
      topic: '',
      creator: toBase64url(agent.identity.site.siteKey),
    },
  ]);
  const here = await client.next('here');
  const device = toBase64url(client.key.publicKey);
  assert.deepEqual(here.people, [{ device, name: 'Ada' }]);
  assert.equal(here.nodes, 0);
});

test('a wrong signature closes with 4401, and a second session request is an error', async (t) => {
  const agent = await startAgent(t);
  const forger = connect(t, agent);
  const other = agent.parts.crypto.keyPairFromSeed(new Uint8Array(32));
  const device = toBase64url(other.publicKey);
  forger.open('Eve', (frame) => ({ ...frame, device })).catch(() => {});
  assert.equal((await forger.next('error')).code, 'signature-wrong');
  assert.equal(await forger.closed, 4401);
  const client = await opened(connect(t, agent));
  client.say({ type: 'session', device: '', signature: '', name: '' });
  assert.equal((await client.next('error')).code, 'field-wrong');
});

test('before the session is open nothing but ping is answered', async (t) => {
  const agent = await startAgent(t);
  const client = connect(t, agent);
  await client.next('challenge');
  client.say({ type: 'ping', n: 7 });
  assert.equal((await client.next('pong')).n, 7);
  client.say({ type: 'follow', tag: toBase64url(client.tag) });
  assert.equal((await client.next('error')).code, 'not-open');
});

test('the best valid ticket shown counts; others’ and foreign ones do not', async (t) => {
  const agent = await startAgent(t);
  const { crypto } = agent.parts;
  const site = readSite(agent.folder)!;
  const root = { ...site, root: readSiteRoot(crypto, agent.folder, site)! };
  const client = connect(t, agent);
  const issue = (subject: Uint8Array, role: Role) =>
    toBase64url(issueTicket(crypto, root, { subject, role, serial: role }));
  const tickets = [
    issue(client.key.publicKey, Role.user),
    issue(client.key.publicKey, Role.staff),
    issue(agent.identity.node.key.publicKey, Role.admin),
    toBase64url(utf8('nonsense')),
  ];
  const welcome = await client.open('Ada', (frame) => ({ ...frame, tickets }));
  assert.equal(welcome.role, 'staff');
  assert.equal(welcome.ticket, tickets[1]);
});

test('what was put is held, reaches who follows, and is the same when put again', async (t) => {
  const agent = await startAgent(t);
  const [ada, bob] = [await opened(connect(t, agent)), await opened(connect(t, agent))];
  bob.say({ type: 'follow', tag: toBase64url(bob.tag) });
  const bundle = ada.compose({ text: 'hi' });
  ada.put(bundle, 'one');
  const held = await ada.next('held');
  assert.deepEqual(held, { type: 'held', id: toBase64url(bundle.id), nodes: 1, ref: 'one' });
  const { items, tag, more } = await bob.next('bundles');
  assert.equal(tag, toBase64url(bob.tag));
  assert.equal(more, false);
  assert.equal(items.length, 1);
  assert.equal(items[0].signed, toBase64url(bundle.signed));
  assert.equal(items[0].role, 'guest');
  assert.equal(items[0].hops, 0);
  ada.put(bundle, 'two');
  assert.equal((await ada.next('held', ({ ref }) => ref === 'two')).id, held.id);
  assert.equal((await opened(connect(t, agent, { key: ada.key }))).frames.length > 0, true);
});

test('what is not right is refused with its reason, and may be tried again or not', async (t) => {
  const agent = await startAgent(t);
  const client = await opened(connect(t, agent));
  const good = client.compose();
  client.put({ ...good, signature: new Uint8Array(64) }, 'forged');
  const forged = await client.next('refused');
  assert.deepEqual([forged.ref, forged.reason, forged.retry], ['forged', 'signature-wrong', false]);
  client.put({ ...good, signed: utf8('nonsense') }, 'malformed');
  assert.equal((await client.next('refused')).reason, 'malformed');
  client.put(client.compose({ lane: 0 }), 'urgent');
  assert.equal((await client.next('refused')).reason, 'lane-over-role');
  for (let i = 0; i < 12; i++) client.put(client.compose(), `n${i}`);
  const quota = await client.next('refused', ({ reason }) => reason === 'quota-author');
  assert.equal(quota.retry, true);
  assert.equal(quota.retryAfterMs, 10_000);
  assert.match(quota.message, /\.$/);
});

test('whoever goes on putting wrong signatures is checked no more', async (t) => {
  const agent = await startAgent(t);
  const [forger, honest] = [await opened(connect(t, agent)), await opened(connect(t, agent))];
  const signature = new Uint8Array(64);
  for (let i = 0; i < 50; i++) forger.put({ ...forger.compose(), signature }, `n${i}`);
  assert.equal(await forger.closed, 4400);
  const refused = forger.frames.filter(({ type }) => type === 'refused');
  assert.equal(refused.length, socketLimits.forgedMax);
  const { dropped } = (await (await fetch(`${agent.url}/api/v1/status`)).json()) as Frame;
  assert.deepEqual(dropped, { 'signature-wrong': socketLimits.forgedMax });
  honest.put(honest.compose());
  await honest.next('held');
});

test('pages go back to the beginning, newest first', async (t) => {
  const agent = await startAgent(t);
  const client = await opened(connect(t, agent));
  const sent = Array.from({ length: 5 }, () => client.compose());
  for (const bundle of sent) client.put(bundle);
  for (const _ of sent) await client.next('held');
  const tag = toBase64url(client.tag);
  client.say({ type: 'page', ref: 'a', tag, limit: 3 });
  const first = await client.next('page');
  assert.deepEqual([first.ref, first.end, first.items.length], ['a', false, 3]);
  client.say({ type: 'page', ref: 'b', tag, limit: 3, before: first.items[2].orderKey });
  const second = await client.next('page');
  assert.deepEqual([second.end, second.items.length], [true, 2]);
  const shown = [...first.items, ...second.items].map(({ signed }) => signed);
  assert.deepEqual(shown, sent.map(({ signed }) => toBase64url(signed)).reverse());
});

test('a reader that comes back gets what it lacks, once, oldest first', async (t) => {
  const agent = await startAgent(t);
  const writer = await opened(connect(t, agent));
  const sent = Array.from({ length: 8 }, () => writer.compose());
  for (const bundle of sent) writer.put(bundle);
  for (const _ of sent) await writer.next('held');
  const reader = await opened(connect(t, agent));
  const tag = toBase64url(reader.tag);
  const after = toBase64url(new Uint8Array(25));
  const have = toBase64url(Buffer.concat([1, 4].map((i) => sent[i]!.id.subarray(0, 8))));
  reader.say({ type: 'follow', tag, after, have });
  await reader.next('bundles', ({ more }) => more === false);
  const got = reader.frames.filter(({ type }) => type === 'bundles').flatMap(({ items }) => items);
  const missing = sent.filter((_, i) => i !== 1 && i !== 4);
  assert.deepEqual(
    got.map(({ signed }) => signed),
    missing.map(({ signed }) => toBase64url(signed)),
  );
  const late = writer.compose({ text: 'written long ago', stamp: { ms: 1, counter: 0 } });
  writer.put(late);
  const live = await reader.next('bundles');
  assert.equal(live.items[0].signed, toBase64url(late.signed), 'also what sorts far back');
});

test('a followed tag can be left, and only so many are followed', async (t) => {
  const agent = await startAgent(t);
  const client = await opened(connect(t, agent));
  const tagOf = (n: number) => toBase64url(new Uint8Array(16).fill(n));
  for (let n = 1; n <= 65; n++) client.say({ type: 'follow', tag: tagOf(n) });
  assert.equal((await client.next('error')).code, 'follows-full');
  client.say({ type: 'unfollow', tag: tagOf(1) });
  client.say({ type: 'follow', tag: toBase64url(client.tag) });
  client.say({ type: 'unfollow', tag: toBase64url(client.tag) });
  client.put(client.compose());
  await client.next('held');
  client.say({ type: 'ping', n: 1 });
  await client.next('pong');
  assert.ok(!client.frames.some(({ type }) => type === 'bundles'));
});

test('a new channel is announced to all, with its kind, topic and writers', async (t) => {
  const agent = await startAgent(t);
  const [ada, bob] = [await opened(connect(t, agent)), await opened(connect(t, agent))];
  await bob.next('channels');
  const { crypto } = agent.parts;
  const site = siteIdOf(crypto, agent.identity.site.siteKey);
  const label = utf8('news');
  const tag = channelTag(crypto, { site, creator: ada.key.publicKey, label });
  const describe = (kind: ChannelKind, revision: number, topic: string) =>
    ada.compose({
      kind: BundleKind.channelDescription,
      tag,
      payload: encodeDescription({
        kind,
        revision,
        label,
        topic,
        writers: [bob.key.publicKey],
        sealed: new Uint8Array(0),
      }),
    });
  ada.put(describe(ChannelKind.announcement, 1, 'new'));
  ada.put(describe(ChannelKind.announcement, 0, 'old'));
  const { channels } = await bob.next('channels');
  assert.deepEqual(channels[1], {
    tag: toBase64url(tag),
    name: 'news',
    kind: 'announcement',
    topic: 'new',
    creator: toBase64url(ada.key.publicKey),
    writers: [toBase64url(bob.key.publicKey)],
  });
  const foreign = await opened(connect(t, agent));
  foreign.put(foreign.compose({ tag }), 'x');
  assert.equal((await foreign.next('refused')).reason, 'not-a-writer');
});

test('bad frames: too many errors 4400, too long 1009, too fast 4429', async (t) => {
  const agent = await startAgent(t);
  const clumsy = await opened(connect(t, agent));
  for (let i = 0; i < 50; i++) clumsy.say('{');
  assert.equal(await clumsy.closed, 4400);
  const long = await opened(connect(t, agent));
  long.say(JSON.stringify({ type: 'ping', n: 1, pad: 'x'.repeat(97 * 1024) }));
  assert.equal(await long.closed, 1009);
  const fast = await opened(connect(t, agent));
  for (let i = 0; i < 130; i++) fast.say({ type: 'ping', n: i });
  assert.equal(await fast.closed, 4429);
  const binary = await opened(connect(t, agent));
  binary.socket.send(Buffer.from('{"type":"ping","n":1}'));
  assert.equal((await binary.next('error')).code, 'json-wrong');
});

test('logs hold no text, names, tickets or addresses', async (t) => {
  const agent = await startAgent(t);
  const client = connect(t, agent);
  await client.open('Zaphod');
  client.put(client.compose({ text: 'secret words' }));
  await client.next('held');
  client.say('{');
  await client.next('error');
  await agent.stop();
  const log = agent.logLines.join('');
  assert.match(log, /"event":"started"/);
  const key = toBase64url(client.key.publicKey);
  for (const word of ['secret', 'Zaphod', key, toBase64url(client.ticket)]) {
    assert.ok(!log.includes(word), word);
  }
});
