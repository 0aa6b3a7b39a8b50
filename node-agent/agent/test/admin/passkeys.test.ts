/** Passkeys of admins over real HTTP: registered by an open session, good for looking only. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { KeptLines } from '../../src/admin/kept-lines.ts';
import { PasskeyBook } from '../../src/admin/passkey-book.ts';
import { type RunningAgent, startAgent } from '../support/real-agent.ts';
import { SoftAuthenticator } from '../support/soft-authenticator.ts';
import { act, sayAct, TestAdmin } from '../support/test-admin.ts';
import { connect, type Frame } from '../support/test-client.ts';

async function post(agent: RunningAgent, what: string, body: unknown, host = 'localhost') {
  const answer = await fetch(`http://${host}:${agent.port}/api/v1/passkey/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return (await answer.json()) as Frame;
}

/** An admin with an open session, and the phone's authenticator on the page of this node. */
async function admins(t: TestContext) {
  const agent = await startAgent(t);
  const admin = new TestAdmin(agent);
  const client = await admin.connect(t);
  const phone = new SoftAuthenticator(`http://localhost:${agent.port}`);
  const register = async (by = phone) => {
    client.say({ type: 'passkey-token', ref: 'k' });
    const { token: session } = await client.next('passkey-token');
    const options = await post(agent, 'options', { for: 'register', session });
    const response = by.create(options as never);
    return post(agent, 'register', { id: options.id, response, name: 'My phone' });
  };
  const signIn = async (by = phone) => {
    const options = await post(agent, 'options', { for: 'sign-in' });
    return post(agent, 'sign-in', { id: options.id, response: by.get(options as never) });
  };
  return { agent, admin, client, phone, register, signIn };
}

test('a passkey that an admin registered shows the site and does nothing', async (t) => {
  const { agent, admin, register, signIn } = await admins(t);
  assert.deepEqual(await register(), { ok: true });
  const kind = 'passkeys';
  const path = join(agent.folder, `${kind}.json`);
  const kept = new KeptLines({ path, kind, logger: agent.parts.logger });
  assert.equal(new PasskeyBook(kept).all[0]?.name, 'My phone', 'on disk');
  const { token } = await signIn();
  const viewer = connect(t, agent);
  await viewer.open('Grace', (frame) => ({ ...frame, passkey: token }));
  viewer.say({ type: 'admin-watch' });
  assert.equal((await viewer.next('site')).epoch, 0);
  const node = agent.identity.node.key.publicKey;
  sayAct(viewer, { command: 'node.restart', node });
  assert.equal((await viewer.next('error')).code, 'not-allowed');
  const other = connect(t, agent);
  await other.open('Eve', (frame) => ({ ...frame, passkey: 'guessed' }));
  other.say({ type: 'admin-watch' });
  assert.equal((await other.next('error')).code, 'not-allowed');
  // Once the admin is revoked, here by itself, the passkey is nobody's.
  const client = await admin.connect(t);
  await act(client, { command: 'list.set', documents: [admin.list([admin.key.publicKey])] });
  assert.equal((await signIn()).error.code, 'passkey-unknown');
});

test('nobody registers or signs in without what it takes', async (t) => {
  const { agent, phone, register, signIn } = await admins(t);
  assert.equal((await signIn()).error.code, 'passkey-unknown');
  const options = await post(agent, 'options', { for: 'register', session: 'guessed' });
  assert.equal(options.error.code, 'passkey-not-admin');
  await register();
  const forged = new SoftAuthenticator(phone.origin);
  assert.equal((await signIn(forged)).error.code, 'passkey-wrong', 'another key under its id');
  const elsewhere = new SoftAuthenticator('http://evil.example');
  assert.equal((await signIn(elsewhere)).error.code, 'passkey-wrong');
  assert.equal((await register(elsewhere)).error.code, 'passkey-wrong');
  const asked = await post(agent, 'options', { for: 'sign-in' });
  const response = phone.get(asked as never);
  assert.ok((await post(agent, 'sign-in', { id: asked.id, response })).token);
  const replayed = await post(agent, 'sign-in', { id: asked.id, response });
  assert.equal(replayed.error.code, 'passkey-late');
  const byAddress = await post(agent, 'options', { for: 'sign-in' }, '127.0.0.1');
  assert.equal(byAddress.error.code, 'passkey-no-name');
  for (const body of ['', '7', '[', 'null', '{"id":7}', '{"id":{},"response":[]}']) {
    const answer = await post(agent, 'sign-in', body);
    assert.match(answer.error.code, /^(json-wrong|passkey-late)$/, body);
  }
});

test('a sign-in without a text as its id, and half a passkey on disk, are refused', async (t) => {
  const agent = await startAgent(t);
  for (const id of [{ toString: 1 }, null, 5, undefined]) {
    const options = await post(agent, 'options', {});
    const { error } = await post(agent, 'sign-in', { id: options.id, response: { id } });
    assert.equal(error.code, 'passkey-unknown');
  }
  assert.ok(!agent.logLines.some((line) => line.includes('request failed')));
  const logger = agent.parts.logger;
  const kept = new KeptLines({ path: join(agent.folder, 'half.json'), kind: 'passkeys', logger });
  const line = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const keys = { publicKey: 'AQ=', ticket: 'AQ', adminKey: 'AQ' };
  const damaged = { id: 'AQ', counter: 1, transports: [], rpId: 'a', name: 'b', ...keys };
  kept.write([line({ id: 'AQ', counter: 1 }), line(damaged), line(5), line(null), line([])]);
  assert.deepEqual(new PasskeyBook(kept).all, []);
});
