/** Claims through an admin's socket: what a blank box posts reaches the page, and the answer it. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { toBase64url } from '@muster/core';
import { type RunningAgent, startAgent } from '../support/real-agent.ts';
import { TestAdmin } from '../support/test-admin.ts';
import { connect, type TestClient } from '../support/test-client.ts';

const id = '0011223344556677';
const session = '8899aabbccddeeff';

function post(agent: RunningAgent, body: string, to = id): Promise<Response> {
  return fetch(`${agent.url}/api/v1/claim/${to}/${session}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body,
  });
}

async function admins(t: TestContext): Promise<{ agent: RunningAgent; client: TestClient }> {
  const agent = await startAgent(t);
  return { agent, client: await new TestAdmin(agent).connect(t) };
}

test('a box’s message reaches the page that awaits its code, and the answer the box', async (t) => {
  const { agent, client } = await admins(t);
  assert.equal((await post(agent, 'hello')).status, 404);
  client.say({ type: 'claim-open', id });
  client.say({ type: 'ping', n: 1 });
  await client.next('pong');
  const answer = post(agent, 'hello');
  const asked = await client.next('claim-message');
  assert.deepEqual([asked.id, asked.session], [id, session]);
  assert.equal(asked.message, toBase64url(Buffer.from('hello')));
  const message = toBase64url(Buffer.from('welcome'));
  client.say({ type: 'claim-reply', id, session, message });
  assert.equal(await (await answer).text(), 'welcome');
  const second = post(agent, 'again');
  await client.next('claim-message');
  client.say({ type: 'claim-reply', id, session, claimants: ['Red box', 'Blue box'] });
  assert.equal((await second).status, 409);
  const third = post(agent, 'and again');
  await client.next('claim-message');
  client.say({ type: 'claim-reply', id, session, ended: true });
  assert.equal((await third).status, 410);
  client.say({ type: 'claim-close', id });
  client.say({ type: 'ping', n: 2 });
  await client.next('pong');
  assert.equal((await post(agent, 'hello')).status, 404);
});

test('when the page goes, nobody awaits its codes any more', async (t) => {
  const { agent, client } = await admins(t);
  client.say({ type: 'claim-open', id });
  client.say({ type: 'ping', n: 1 });
  await client.next('pong');
  const answer = post(agent, 'hello');
  await client.next('claim-message');
  client.socket.close();
  assert.equal((await answer).status, 202, 'the box asks again');
  assert.equal((await post(agent, 'hello')).status, 404);
});

test('codes are bounded, and only boxes in the local network are reached', async (t) => {
  const { client } = await admins(t);
  for (let n = 0; n < 17; n++) {
    client.say({ type: 'claim-open', id: n.toString(16).padStart(16, '0') });
  }
  assert.equal((await client.next('error')).code, 'claims-full');
  const reach = (address: string) => {
    client.say({ type: 'claim-reach', ref: address, address, id, session, message: 'AAAA' });
    return client.next('claim-answer', ({ ref }) => ref === address);
  };
  for (const address of ['8.8.8.8:80', 'example.org:80', '[2001:db8::1]:80']) {
    assert.equal((await reach(address)).error.code, 'address-wrong', address);
  }
  for (const address of ['10.0.0.1', 'x y:1', 'a'.repeat(300), '10.0.0.1:80/x', 7]) {
    client.say({ type: 'claim-reach', ref: 'r', address, id, session, message: 'AAAA' });
    assert.equal((await client.next('error')).code, 'field-wrong', String(address));
  }
});

test('a blank box elsewhere is reached, with octets both ways', async (t) => {
  const { client } = await admins(t);
  // Another member stands for the box: the same endpoint, and an admin's page that answers.
  const far = await admins(t);
  far.client.say({ type: 'claim-open', id });
  far.client.say({ type: 'ping', n: 1 });
  await far.client.next('pong');
  const address = far.agent.host;
  const message = toBase64url(Buffer.from('knock'));
  client.say({ type: 'claim-reach', ref: 'a', address, id, session, message });
  assert.equal((await far.client.next('claim-message')).message, message);
  far.client.say({ type: 'claim-reply', id, session, message: toBase64url(Buffer.from('yes')) });
  const answer = await client.next('claim-answer');
  assert.deepEqual([answer.ref, answer.message], ['a', toBase64url(Buffer.from('yes'))]);
});

test('whatever else a client says is answered as an error, and no session dies', async (t) => {
  const { agent, client } = await admins(t);
  const wrongs: readonly Record<string, unknown>[] = [
    { type: 'act' },
    { type: 'act', ref: 1, signed: '', signature: '' },
    { type: 'act', ref: 'x', signed: 'A'.repeat(60_000), signature: '' },
    { type: 'admit', device: 'AAAA', accept: true },
    { type: 'admit', device: toBase64url(new Uint8Array(32)), accept: 'yes' },
    { type: 'pass-make', ref: 'x', uses: 0 },
    { type: 'pass-make', ref: 'x', uses: 1e9 },
    { type: 'claim-open', id: 'ZZ11223344556677' },
    { type: 'claim-open', id: { toString: 1 } },
    { type: 'claim-reply', id, session, message: 5 },
    { type: 'claim-reply', id, session, claimants: Array.from({ length: 9 }, () => 'x') },
    { type: 'claim-reply', id, session },
  ];
  for (const wrong of wrongs) {
    client.say(wrong);
    const { code } = await client.next('error');
    assert.equal(code, 'field-wrong', JSON.stringify(wrong).slice(0, 80));
  }
  // A reply that nobody asked for is nobody's; ten megabytes are no frame.
  client.say({ type: 'claim-reply', id, session, message: 'AAAA' });
  client.say({ type: 'admin-unwatch' });
  client.say({ type: 'ping', n: 3 });
  assert.equal((await client.next('pong')).n, 3);
  const flood = connect(t, agent);
  await flood.open();
  flood.say({ type: 'act', ref: 'x', signed: 'A'.repeat(10_000_000), signature: '' });
  assert.equal(await flood.closed, 1009);
});
